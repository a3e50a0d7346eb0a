//! msgpack: what core sends, and what it is answered.

use std::collections::BTreeMap;

use rmp::{Marker, decode as raw};

use super::error::Error;
use crate::{
    path::Trail,
    value::{Map, Name, Number, Type, Value},
};

/// Deeper nesting than any schema's is refused before it can fill the stack.
const DEPTH: usize = 256;

/// Reads a value of the given type. Bytes behind it, missing or surplus attributes, and any other form are errors.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, Error> {
    let mut reader = Reader { rest: bytes, depth: DEPTH };
    let value = read(&mut reader, ty, &Trail::Root)?;
    if !reader.rest.is_empty() {
        return Err(Error::new(&Trail::Root, "has bytes after its end"));
    }
    Ok(value)
}

/// Whether the bytes are those of null.
pub fn is_null(bytes: &[u8]) -> bool {
    bytes == [Marker::Null.to_u8()]
}

/// What is left to be read.
struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
    fn marker(&self, trail: &Trail<'_>) -> Result<Marker, Error> {
        self.rest.first().map(|&byte| Marker::from_u8(byte)).ok_or_else(|| broken(trail))
    }

    fn bytes(&mut self, length: u32, trail: &Trail<'_>) -> Result<&'a [u8], Error> {
        let length = usize::try_from(length).map_err(|_| broken(trail))?;
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(|| broken(trail))?;
        self.rest = rest;
        Ok(bytes)
    }

    /// How many elements follow; each takes a byte or more.
    fn count(&self, length: u32, trail: &Trail<'_>) -> Result<usize, Error> {
        usize::try_from(length).ok().filter(|&count| count <= self.rest.len()).ok_or_else(|| broken(trail))
    }

    fn text(&mut self, trail: &Trail<'_>, wrong: &str) -> Result<&'a str, Error> {
        let length = raw::read_str_len(&mut self.rest).map_err(|_| broken(trail))?;
        std::str::from_utf8(self.bytes(length, trail)?).map_err(|_| Error::new(trail, wrong))
    }

    fn elements(&mut self, trail: &Trail<'_>) -> Result<usize, Error> {
        let length = raw::read_array_len(&mut self.rest).map_err(|_| broken(trail))?;
        self.count(length, trail)
    }

    fn entries(&mut self, trail: &Trail<'_>) -> Result<usize, Error> {
        let length = raw::read_map_len(&mut self.rest).map_err(|_| broken(trail))?;
        self.count(length, trail)
    }
}

fn broken(trail: &Trail<'_>) -> Error {
    Error::new(trail, "is not msgpack")
}

fn is_text(marker: Marker) -> bool {
    matches!(marker, Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32)
}

fn is_array(marker: Marker) -> bool {
    matches!(marker, Marker::FixArray(_) | Marker::Array16 | Marker::Array32)
}

fn is_map(marker: Marker) -> bool {
    matches!(marker, Marker::FixMap(_) | Marker::Map16 | Marker::Map32)
}

fn is_extension(marker: Marker) -> bool {
    use Marker::{Ext8, Ext16, Ext32, FixExt1, FixExt2, FixExt4, FixExt8, FixExt16};
    matches!(marker, FixExt1 | FixExt2 | FixExt4 | FixExt8 | FixExt16 | Ext8 | Ext16 | Ext32)
}

fn read(from: &mut Reader<'_>, ty: &Type, trail: &Trail<'_>) -> Result<Value, Error> {
    let marker = from.marker(trail)?;
    if marker == Marker::Null {
        from.bytes(1, trail)?;
        return Ok(Value::Null);
    }
    // Any extension code means unknown. Code 12 carries refinements, which a provider may pass over.
    if is_extension(marker) {
        let meta = raw::read_ext_meta(&mut from.rest).map_err(|_| broken(trail))?;
        from.bytes(meta.size, trail)?;
        return Ok(Value::Unknown);
    }
    from.depth = from.depth.checked_sub(1).ok_or_else(|| Error::new(trail, "is nested too deep"))?;
    let value = match ty {
        Type::Bool => {
            raw::read_bool(&mut from.rest).map(Value::Bool).map_err(|_| unexpected(trail, "true or false"))?
        }
        Type::Number => Value::Number(read_number(from, marker, trail)?),
        Type::String if is_text(marker) => from.text(trail, "is text that is not UTF-8")?.into(),
        Type::String => return Err(unexpected(trail, "text")),
        Type::List(element) if is_array(marker) => Value::List(read_all(from, element, trail)?),
        Type::Set(element) if is_array(marker) => Value::set(read_all(from, element, trail)?),
        Type::List(_) | Type::Set(_) => return Err(unexpected(trail, "an array")),
        Type::Tuple(types) => {
            let expected = || unexpected(trail, &format!("an array of {}", types.len()));
            if !is_array(marker) || from.elements(trail)? != types.len() {
                return Err(expected());
            }
            let read = |(index, ty)| read(from, ty, &Trail::Index(trail, index));
            Value::List(types.iter().enumerate().map(read).collect::<Result<_, _>>()?)
        }
        Type::Map(element) if is_map(marker) => read_map(from, element, trail)?,
        Type::Object(types) if is_map(marker) => read_object(from, types, trail)?,
        Type::Map(_) | Type::Object(_) => return Err(unexpected(trail, "a map")),
        Type::Dynamic => read_dynamic(from, marker, trail)?,
    };
    from.depth += 1;
    Ok(value)
}

fn unexpected(trail: &Trail<'_>, expected: &str) -> Error {
    Error::new(trail, format!("is not {expected}"))
}

fn read_all(from: &mut Reader<'_>, ty: &Type, trail: &Trail<'_>) -> Result<Vec<Value>, Error> {
    let count = from.elements(trail)?;
    (0..count).map(|index| read(from, ty, &Trail::Index(trail, index))).collect()
}

fn read_key<'a>(from: &mut Reader<'a>, trail: &Trail<'_>) -> Result<&'a str, Error> {
    if !is_text(from.marker(trail)?) {
        return Err(Error::new(trail, "has a key that is not text"));
    }
    from.text(trail, "has a key that is not UTF-8")
}

fn read_map(from: &mut Reader<'_>, ty: &Type, trail: &Trail<'_>) -> Result<Value, Error> {
    let count = from.entries(trail)?;
    let mut map = Map::with_capacity(count);
    for _ in 0..count {
        let key = read_key(from, trail)?;
        map.insert(key, read(from, ty, &Trail::Key(trail, key))?);
    }
    Ok(Value::Map(map))
}

fn read_object(from: &mut Reader<'_>, types: &BTreeMap<Name, Type>, trail: &Trail<'_>) -> Result<Value, Error> {
    let count = from.entries(trail)?;
    let mut object = Map::with_capacity(count.min(types.len()));
    for _ in 0..count {
        let name = read_key(from, trail)?;
        let known = types.get_key_value(name);
        let (known, ty) = known.ok_or_else(|| Error::new(trail, format!("has an unknown attribute {name:?}")))?;
        object.insert(known.clone(), read(from, ty, &Trail::Attribute(trail, name))?);
    }
    match types.keys().find(|&name| !object.contains_key(name)) {
        Some(missing) => Err(Error::new(trail, format!("lacks the attribute {missing:?}"))),
        None => Ok(Value::Map(object)),
    }
}

fn read_dynamic(from: &mut Reader<'_>, marker: Marker, trail: &Trail<'_>) -> Result<Value, Error> {
    if !is_array(marker) || from.elements(trail)? != 2 {
        return Err(unexpected(trail, "a pair of a type and a value"));
    }
    // core writes the type as binary; other encoders as text
    let json = match from.marker(trail)? {
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
            let length = raw::read_bin_len(&mut from.rest).map_err(|_| broken(trail))?;
            from.bytes(length, trail)?
        }
        text if is_text(text) => from.text(trail, "has a type that is not JSON")?.as_bytes(),
        _ => return Err(Error::new(trail, "has a type that is not JSON")),
    };
    let ty = serde_json::from_slice(json).ok().and_then(|json| Type::from_json(&json));
    let ty = ty.ok_or_else(|| Error::new(trail, "has a type that cannot be read"))?;
    let value = read(from, &ty, trail)?;
    Ok(Value::Dynamic(Box::new((ty, value))))
}

fn read_number(from: &mut Reader<'_>, marker: Marker, trail: &Trail<'_>) -> Result<Number, Error> {
    let number = match marker {
        Marker::F32 => raw::read_f32(&mut from.rest).ok().and_then(|float| Number::from_f64(float.into())),
        Marker::F64 => raw::read_f64(&mut from.rest).ok().and_then(Number::from_f64),
        Marker::U64 => raw::read_u64(&mut from.rest).ok().map(Number::from),
        text if is_text(text) => from.text(trail, "is text that is not UTF-8")?.parse().ok(),
        _ => raw::read_int::<i64, _>(&mut from.rest).ok().map(Number::from),
    };
    number.ok_or_else(|| unexpected(trail, "a number"))
}

/// Writes a value. What does not fit the type is an error of our own, told with its path.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    write(&mut bytes, value, ty, &Trail::Root)?;
    Ok(bytes)
}

/// The extension Go writes for an unknown value without refinements.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

fn write(bytes: &mut Vec<u8>, value: &Value, ty: &Type, trail: &Trail<'_>) -> Result<(), Error> {
    use rmp::encode;
    match (value, ty) {
        (Value::Null, _) => written(encode::write_nil(bytes)),
        (Value::Unknown, _) => bytes.extend(UNKNOWN),
        (Value::Bool(known), Type::Bool) => written(encode::write_bool(bytes, *known)),
        (Value::Number(number), Type::Number) => match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => written(encode::write_sint(bytes, integer)),
            (None, Some(integer)) => written(encode::write_uint(bytes, integer)),
            (None, None) => written(encode::write_str(bytes, &number.to_string())),
        },
        (Value::String(text), Type::String) => written(encode::write_str(bytes, text)),
        (Value::List(elements), Type::List(element)) | (Value::Set(elements), Type::Set(element)) => {
            written(encode::write_array_len(bytes, length(elements.len(), trail)?));
            for (index, value) in elements.iter().enumerate() {
                write(bytes, value, element, &Trail::Index(trail, index))?;
            }
        }
        (Value::List(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            written(encode::write_array_len(bytes, length(elements.len(), trail)?));
            for (index, (value, ty)) in elements.iter().zip(types).enumerate() {
                write(bytes, value, ty, &Trail::Index(trail, index))?;
            }
        }
        (Value::Map(map), Type::Map(element)) => {
            written(encode::write_map_len(bytes, length(map.len(), trail)?));
            for (key, value) in map {
                written(encode::write_str(bytes, key));
                write(bytes, value, element, &Trail::Key(trail, key))?;
            }
        }
        (Value::Map(map), Type::Object(types)) => {
            if let Some(surplus) = map.keys().find(|&name| !types.contains_key(name)) {
                return Err(Error::new(trail, format!("has an unknown attribute {surplus:?}")));
            }
            written(encode::write_map_len(bytes, length(types.len(), trail)?));
            for (name, ty) in types {
                written(encode::write_str(bytes, name));
                write(bytes, map.get(name).unwrap_or(&Value::Null), ty, &Trail::Attribute(trail, name))?;
            }
        }
        (Value::Dynamic(inner), Type::Dynamic) => {
            let (ty, value) = &**inner;
            written(encode::write_array_len(bytes, 2));
            written(encode::write_bin(bytes, ty.to_json().to_string().as_bytes()));
            write(bytes, value, ty, trail)?;
        }
        _ => return Err(Error::new(trail, format!("does not fit the type {}", ty.to_json()))),
    }
    Ok(())
}

fn written<T, E: std::fmt::Debug>(result: Result<T, E>) {
    result.expect("writing into memory cannot fail");
}

fn length(count: usize, trail: &Trail<'_>) -> Result<u32, Error> {
    u32::try_from(count).map_err(|_| Error::new(trail, "has too many elements"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn object(types: &[(&str, Type)]) -> Type {
        Type::Object(types.iter().map(|(name, ty)| ((*name).into(), ty.clone())).collect())
    }

    fn number(text: &str) -> Value {
        Value::Number(text.parse().expect("a number"))
    }

    #[test]
    fn golden_bytes() {
        let cases: [(Value, Type, &[u8]); 8] = [
            (Value::Null, Type::String, &[0xc0]),
            (Value::Unknown, Type::Bool, &[0xd4, 0, 0]),
            (number("7"), Type::Number, &[7]),
            (number("-1"), Type::Number, &[0xff]),
            (number("0.1"), Type::Number, &[0xa3, b'0', b'.', b'1']),
            ("a".into(), Type::String, &[0xa1, b'a']),
            (Value::set(vec!["b".into(), "a".into()]), Type::Set(Type::String.into()), &[0x92, 0xa1, b'a', 0xa1, b'b']),
            (Value::object([]), object(&[("a", Type::Bool)]), &[0x81, 0xa1, b'a', 0xc0]),
        ];
        for (value, ty, bytes) in cases {
            assert_eq!(encode(&value, &ty).as_deref(), Ok(bytes), "{value:?}");
        }
    }

    #[test]
    fn a_float_and_a_text_are_the_same_number() {
        let float: Vec<u8> = [&[0xcb], &0.5_f64.to_be_bytes()[..]].concat();
        assert_eq!(decode(&float, &Type::Number), Ok(number("0.5")));
        assert_eq!(decode(&[0xa3, b'0', b'.', b'5'], &Type::Number), Ok(number("0.5")));
    }

    #[test]
    fn an_infinity_is_refused() {
        let infinity: Vec<u8> = [&[0xcb], &f64::INFINITY.to_be_bytes()[..]].concat();
        assert!(decode(&infinity, &Type::Number).is_err());
    }

    #[test]
    fn any_extension_is_unknown() {
        let refined = [0xc7, 2, 12, 0x81, 0x01];
        assert_eq!(decode(&refined[..5], &Type::String), Ok(Value::Unknown));
        assert_eq!(decode(&[0xd4, 5, 0], &Type::Number), Ok(Value::Unknown));
    }

    #[test]
    fn missing_and_surplus_attributes_are_told_by_name() {
        let ty = object(&[("a", Type::Bool), ("b", Type::Bool)]);
        let missing = decode(&[0x81, 0xa1, b'a', 0xc3], &ty).expect_err("b is missing");
        assert_eq!(missing.to_string(), "it lacks the attribute \"b\"");
        let surplus = decode(&[0x81, 0xa1, b'z', 0xc3], &ty).expect_err("z is no attribute");
        assert_eq!(surplus.to_string(), "it has an unknown attribute \"z\"");
    }

    #[test]
    fn an_error_says_where() {
        let ty = object(&[("a", Type::List(Type::Bool.into()))]);
        let error = decode(&[0x81, 0xa1, b'a', 0x92, 0xc3, 0x07], &ty).expect_err("7 is no boolean");
        assert_eq!(error.to_string(), "a[1] is not true or false");
    }

    #[test]
    fn depth_is_bounded() {
        assert!(decode(&[0x91; 100_000], &Type::List(Type::Bool.into())).is_err());
    }

    #[test]
    fn a_length_that_is_only_declared_takes_no_memory() {
        let all =
            [Type::String, Type::Number, Type::Dynamic, Type::List(Type::Bool.into()), Type::Map(Type::Bool.into())];
        // str, bin, array, map and ext of 4 GiB, with nothing behind it.
        for head in [0xdb, 0xc6, 0xdd, 0xdf, 0xc9] {
            for ty in &all {
                assert!(decode(&[head, 0xff, 0xff, 0xff, 0xff, 0], ty).is_err(), "{head:x} {ty:?}");
            }
        }
    }

    fn typed() -> impl Strategy<Value = (Type, Value)> {
        let leaf = prop_oneof![
            any::<bool>().prop_map(|known| (Type::Bool, Value::Bool(known))),
            any::<i64>().prop_map(|integer| (Type::Number, integer.into())),
            "-?[0-9]{1,30}(\\.[0-9]{1,20})?"
                .prop_map(|text| (Type::Number, Value::Number(text.parse().expect("a number")))),
            ".{0,12}".prop_map(|text| (Type::String, text.into())),
            Just((Type::String, Value::Null)),
            Just((Type::Number, Value::Unknown)),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                inner.clone().prop_map(|(ty, value)| (Type::List(ty.into()), Value::List(vec![value]))),
                inner.clone().prop_map(|(ty, value)| (Type::Set(ty.into()), Value::set(vec![value]))),
                inner.clone().prop_map(|(ty, value)| (
                    Type::Map(ty.into()),
                    Value::Map([("k".to_owned(), value)].into_iter().collect())
                )),
                inner.clone().prop_map(|inner| (Type::Dynamic, Value::Dynamic(Box::new(inner)))),
                proptest::collection::vec(inner.clone(), 0..4).prop_map(|elements| {
                    let (types, values) = elements.into_iter().unzip();
                    (Type::Tuple(types), Value::List(values))
                }),
                proptest::collection::btree_map("[a-z]{1,4}", inner, 0..4).prop_map(|attributes| {
                    let types = attributes.iter().map(|(name, (ty, _))| (name.as_str().into(), ty.clone())).collect();
                    let values = attributes.into_iter().map(|(name, (_, value))| (name, value)).collect();
                    (Type::Object(types), Value::Map(values))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read((ty, value) in typed()) {
            let bytes = encode(&value, &ty).expect("it fits its type");
            prop_assert_eq!(decode(&bytes, &ty), Ok(value));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, (ty, _) in typed()) {
            let _ = decode(&bytes, &ty);
        }
    }
}
