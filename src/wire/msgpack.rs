//! msgpack: what core sends, and what it is answered.

use std::collections::BTreeMap;

use rmpv::{ValueRef, decode::read_value_ref_with_max_depth};

use super::error::Error;
use crate::{
    path::Path,
    value::{Map, Number, Type, Value},
};

/// Deeper nesting than any schema's is refused before it can fill the stack.
const DEPTH: usize = 256;

/// Reads a value of the given type. Bytes behind it, missing or surplus attributes, and any other form are errors.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Value, Error> {
    let root = Path::root();
    let mut rest = bytes;
    let raw = read_value_ref_with_max_depth(&mut rest, DEPTH)
        .map_err(|error| Error::new(&root, format!("is not msgpack: {error}")))?;
    if !rest.is_empty() {
        return Err(Error::new(&root, "has bytes after its end"));
    }
    read(&raw, ty, &root)
}

fn read(raw: &ValueRef<'_>, ty: &Type, path: &Path) -> Result<Value, Error> {
    match (raw, ty) {
        (ValueRef::Nil, _) => Ok(Value::Null),
        // Any extension code means unknown. Code 12 carries refinements, which a provider may pass over.
        (ValueRef::Ext(..), _) => Ok(Value::Unknown),
        (ValueRef::Boolean(known), Type::Bool) => Ok(Value::Bool(*known)),
        (_, Type::Number) => read_number(raw).map(Value::Number).ok_or_else(|| unexpected(path, "a number")),
        (ValueRef::String(text), Type::String) => {
            text.as_str().map(Value::from).ok_or_else(|| Error::new(path, "is text that is not UTF-8"))
        }
        (ValueRef::Array(elements), Type::List(element)) => read_all(elements, element, path).map(Value::List),
        (ValueRef::Array(elements), Type::Set(element)) => read_all(elements, element, path).map(Value::set),
        (ValueRef::Array(elements), Type::Tuple(types)) if elements.len() == types.len() => elements
            .iter()
            .zip(types)
            .enumerate()
            .map(|(index, (element, ty))| read(element, ty, &path.index(index)))
            .collect::<Result<_, _>>()
            .map(Value::List),
        (ValueRef::Map(entries), Type::Map(element)) => entries
            .iter()
            .map(|(key, value)| {
                let key = read_key(key, path)?;
                let value = read(value, element, &path.key(key))?;
                Ok((key.to_owned(), value))
            })
            .collect::<Result<Map, _>>()
            .map(Value::Map),
        (ValueRef::Map(entries), Type::Object(types)) => read_object(entries, types, path),
        (ValueRef::Array(pair), Type::Dynamic) => read_dynamic(pair, path),
        (_, Type::Bool) => Err(unexpected(path, "true or false")),
        (_, Type::String) => Err(unexpected(path, "text")),
        (_, Type::List(_) | Type::Set(_)) => Err(unexpected(path, "an array")),
        (_, Type::Tuple(types)) => Err(unexpected(path, &format!("an array of {}", types.len()))),
        (_, Type::Map(_) | Type::Object(_)) => Err(unexpected(path, "a map")),
        (_, Type::Dynamic) => Err(unexpected(path, "a pair of a type and a value")),
    }
}

fn unexpected(path: &Path, expected: &str) -> Error {
    Error::new(path, format!("is not {expected}"))
}

fn read_all(elements: &[ValueRef<'_>], ty: &Type, path: &Path) -> Result<Vec<Value>, Error> {
    elements.iter().enumerate().map(|(index, element)| read(element, ty, &path.index(index))).collect()
}

fn read_key<'a>(key: &'a ValueRef<'_>, path: &Path) -> Result<&'a str, Error> {
    match key {
        ValueRef::String(text) => text.as_str().ok_or_else(|| Error::new(path, "has a key that is not UTF-8")),
        _ => Err(Error::new(path, "has a key that is not text")),
    }
}

fn read_object(
    entries: &[(ValueRef<'_>, ValueRef<'_>)],
    types: &BTreeMap<String, Type>,
    path: &Path,
) -> Result<Value, Error> {
    let mut object = Map::new();
    for (key, value) in entries {
        let name = read_key(key, path)?;
        let ty = types.get(name).ok_or_else(|| Error::new(path, format!("has an unknown attribute {name:?}")))?;
        object.insert(name.to_owned(), read(value, ty, &path.attribute(name))?);
    }
    match types.keys().find(|&name| !object.contains_key(name)) {
        Some(missing) => Err(Error::new(path, format!("lacks the attribute {missing:?}"))),
        None => Ok(Value::Map(object)),
    }
}

fn read_dynamic(pair: &[ValueRef<'_>], path: &Path) -> Result<Value, Error> {
    let [ty, value] = pair else { return Err(unexpected(path, "a pair of a type and a value")) };
    // core writes the type as binary; other encoders as text
    let json = match ty {
        ValueRef::Binary(bytes) => bytes,
        ValueRef::String(text) => text.as_bytes(),
        _ => return Err(Error::new(path, "has a type that is not JSON")),
    };
    let ty = serde_json::from_slice(json).ok().and_then(|json| Type::from_json(&json));
    let ty = ty.ok_or_else(|| Error::new(path, "has a type that cannot be read"))?;
    let value = read(value, &ty, path)?;
    Ok(Value::Dynamic(Box::new((ty, value))))
}

fn read_number(raw: &ValueRef<'_>) -> Option<Number> {
    match raw {
        ValueRef::Integer(integer) => integer.as_i64().map(Number::from).or_else(|| integer.as_u64().map(Number::from)),
        ValueRef::F32(float) => Number::from_f64((*float).into()),
        ValueRef::F64(float) => Number::from_f64(*float),
        ValueRef::String(text) => text.as_str()?.parse().ok(),
        _ => None,
    }
}

/// Writes a value. What does not fit the type is an error of our own, told with its path.
pub fn encode(value: &Value, ty: &Type) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    write(&mut bytes, value, ty, &Path::root())?;
    Ok(bytes)
}

/// The extension Go writes for an unknown value without refinements.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

fn write(bytes: &mut Vec<u8>, value: &Value, ty: &Type, path: &Path) -> Result<(), Error> {
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
            written(encode::write_array_len(bytes, length(elements.len(), path)?));
            for (index, value) in elements.iter().enumerate() {
                write(bytes, value, element, &path.index(index))?;
            }
        }
        (Value::List(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            written(encode::write_array_len(bytes, length(elements.len(), path)?));
            for (index, (value, ty)) in elements.iter().zip(types).enumerate() {
                write(bytes, value, ty, &path.index(index))?;
            }
        }
        (Value::Map(map), Type::Map(element)) => {
            written(encode::write_map_len(bytes, length(map.len(), path)?));
            for (key, value) in map {
                written(encode::write_str(bytes, key));
                write(bytes, value, element, &path.key(key))?;
            }
        }
        (Value::Map(map), Type::Object(types)) => {
            if let Some(surplus) = map.keys().find(|&name| !types.contains_key(name)) {
                return Err(Error::new(path, format!("has an unknown attribute {surplus:?}")));
            }
            written(encode::write_map_len(bytes, length(types.len(), path)?));
            for (name, ty) in types {
                written(encode::write_str(bytes, name));
                write(bytes, map.get(name).unwrap_or(&Value::Null), ty, &path.attribute(name))?;
            }
        }
        (Value::Dynamic(inner), Type::Dynamic) => {
            let (ty, value) = &**inner;
            written(encode::write_array_len(bytes, 2));
            written(encode::write_bin(bytes, ty.to_json().to_string().as_bytes()));
            write(bytes, value, ty, path)?;
        }
        _ => return Err(Error::new(path, format!("does not fit the type {}", ty.to_json()))),
    }
    Ok(())
}

fn written<T, E: std::fmt::Debug>(result: Result<T, E>) {
    result.expect("writing into memory cannot fail");
}

fn length(count: usize, path: &Path) -> Result<u32, Error> {
    u32::try_from(count).map_err(|_| Error::new(path, "has too many elements"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn object(types: &[(&str, Type)]) -> Type {
        Type::Object(types.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect())
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
                    let types = attributes.iter().map(|(name, (ty, _))| (name.clone(), ty.clone())).collect();
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
