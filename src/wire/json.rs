//! JSON: the form of a state that an older schema wrote.

use serde_json::Value as Json;

use super::error::Error;
use crate::{
    path::Trail,
    value::{Map, Type, Value},
};

/// Reads a value of the given type. Attributes that the type lacks are passed over and those that are missing are
/// null, since the state may be of an older schema. Numbers stay exact. The JSON is let go piece by piece: a fleet's state is
/// large, and is not held twice.
pub fn from_json(json: Json, ty: &Type) -> Result<Value, Error> {
    read(json, ty, &Trail::Root)
}

fn read(json: Json, ty: &Type, trail: &Trail<'_>) -> Result<Value, Error> {
    let unexpected = |expected: &str| Error::new(trail, format!("is not {expected}"));
    match (ty, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::Bool, Json::Bool(known)) => Ok(Value::Bool(known)),
        (Type::Number, Json::Number(number)) => {
            number.to_string().parse().map(Value::Number).map_err(|error| Error::new(trail, format!("is {error}")))
        }
        (Type::String, Json::String(text)) => Ok(Value::String(text)),
        (Type::List(element), Json::Array(elements)) => read_all(elements, element, trail).map(Value::List),
        (Type::Set(element), Json::Array(elements)) => read_all(elements, element, trail).map(Value::set),
        (Type::Tuple(types), Json::Array(elements)) if types.len() == elements.len() => elements
            .into_iter()
            .zip(types)
            .enumerate()
            .map(|(index, (element, ty))| read(element, ty, &Trail::Index(trail, index)))
            .collect::<Result<_, _>>()
            .map(Value::List),
        (Type::Map(element), Json::Object(map)) => map
            .into_iter()
            .map(|(key, value)| {
                let value = read(value, element, &Trail::Key(trail, &key))?;
                Ok((key, value))
            })
            .collect::<Result<Map, _>>()
            .map(Value::Map),
        (Type::Object(types), Json::Object(mut object)) => {
            let mut read_object = Map::with_capacity(types.len());
            for (name, ty) in types {
                let json = object.remove(name.as_str()).unwrap_or_default();
                read_object.insert(name.clone(), read(json, ty, &Trail::Attribute(trail, name))?);
            }
            Ok(Value::Map(read_object))
        }
        (Type::Dynamic, Json::Object(mut pair)) => {
            let ty =
                pair.get("type").and_then(Type::from_json).ok_or_else(|| unexpected("a pair of type and value"))?;
            let value = read(pair.remove("value").unwrap_or_default(), &ty, trail)?;
            Ok(Value::Dynamic(Box::new((ty, value))))
        }
        (Type::Bool, _) => Err(unexpected("true or false")),
        (Type::Number, _) => Err(unexpected("a number")),
        (Type::String, _) => Err(unexpected("text")),
        (Type::List(_) | Type::Set(_) | Type::Tuple(_), _) => Err(unexpected("an array of the right length")),
        (Type::Map(_) | Type::Object(_) | Type::Dynamic, _) => Err(unexpected("an object")),
    }
}

fn read_all(elements: Vec<Json>, ty: &Type, trail: &Trail<'_>) -> Result<Vec<Value>, Error> {
    elements.into_iter().enumerate().map(|(index, element)| read(element, ty, &Trail::Index(trail, index))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::encode;

    fn read_text(text: &str, ty: &Type) -> Result<Value, Error> {
        from_json(serde_json::from_str(text).expect("JSON"), ty)
    }

    #[test]
    fn numbers_stay_exact() {
        for text in ["9007199254740993", "0.1", "123456789012345678901234567890.5"] {
            let value = read_text(text, &Type::Number).expect("a number");
            assert_eq!(value, Value::Number(text.parse().expect("a number")));
        }
    }

    #[test]
    fn an_older_state_may_lack_attributes_and_have_others() {
        let ty = Type::Object([("new".into(), Type::Bool), ("kept".into(), Type::String)].into());
        let value = read_text(r#"{"kept": "a", "gone": 7}"#, &ty);
        assert_eq!(value, Ok(Value::object([("new", Value::Null), ("kept", "a".into())])));
    }

    #[test]
    fn a_dynamic_value_carries_its_type() {
        let value = read_text(r#"{"value": ["a"], "type": ["set", "string"]}"#, &Type::Dynamic);
        let inner = (Type::Set(Type::String.into()), Value::set(vec!["a".into()]));
        assert_eq!(value, Ok(Value::Dynamic(Box::new(inner))));
    }

    #[test]
    fn an_error_says_where() {
        let error = read_text(r#"[1, "a"]"#, &Type::List(Type::Number.into())).expect_err("a is no number");
        assert_eq!(error.to_string(), "[1] is not a number");
    }

    /// A type and a text of JSON that has something to do with each other now and then.
    fn pairs() -> impl Strategy<Value = (Type, Json)> {
        let types = [Type::Bool, Type::Number, Type::String, Type::Dynamic];
        let texts = ["null", "true", "7", "1e400", "\"a\"", "[]", "{}", r#"{"type":"bool","value":true}"#];
        let leaf = (proptest::sample::select(types.to_vec()), proptest::sample::select(texts.to_vec()))
            .prop_map(|(ty, text)| (ty, serde_json::from_str(text).expect("JSON")));
        leaf.prop_recursive(4, 24, 3, |inner| {
            (inner, 0..6_usize).prop_map(|((ty, json), form)| match form {
                0 => (Type::List(ty.into()), Json::Array(vec![json])),
                1 => (Type::Set(ty.into()), Json::Array(vec![json.clone(), json])),
                2 => (Type::Map(ty.into()), serde_json::json!({ "a": json })),
                3 => (Type::Object([("a".into(), ty)].into()), serde_json::json!({ "a": json, "b": 1 })),
                4 => (Type::Tuple(vec![ty.clone(), ty]), Json::Array(vec![json.clone(), json])),
                _ => (Type::Dynamic, serde_json::json!({ "type": ty.to_json(), "value": json })),
            })
        })
    }

    proptest! {
        #[test]
        fn what_is_read_can_be_written((ty, json) in pairs(), (other, _) in pairs()) {
            for ty in [ty, other] {
                if let Ok(value) = from_json(json.clone(), &ty) {
                    prop_assert!(encode(&value, &ty).is_ok());
                }
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>, (ty, _) in pairs()) {
            if let Ok(json) = serde_json::from_slice(&bytes) {
                let _ = Type::from_json(&json);
                let _ = from_json(json, &ty);
            }
        }
    }

    #[test]
    fn depth_is_bounded() {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
            let deep = open.repeat(100_000) + "1" + &close.repeat(100_000);
            assert!(serde_json::from_str::<Json>(&deep).is_err());
        }
    }
}
