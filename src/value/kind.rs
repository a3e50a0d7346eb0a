//! Types, and their JSON form in a schema: `"string"`, `["list","bool"]`, `["object",{"a":"number"}]`.

use std::collections::BTreeMap;

use super::map::Name;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// An exact number.
    Number,
    /// Text.
    String,
    /// Any type, told beside each value.
    Dynamic,
    /// Elements of one type, in order.
    List(Box<Type>),
    /// Distinct elements of one type.
    Set(Box<Type>),
    /// Elements of one type by name.
    Map(Box<Type>),
    /// Exactly these attributes.
    Object(BTreeMap<Name, Type>),
    /// Exactly these elements, in order.
    Tuple(Vec<Type>),
}

/// How deep a type may nest before it is refused.
const DEPTH: usize = 64;

impl Type {
    /// The compact JSON form that a schema carries.
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::{Value as Json, json};
        match self {
            Type::Bool => json!("bool"),
            Type::Number => json!("number"),
            Type::String => json!("string"),
            Type::Dynamic => json!("dynamic"),
            Type::List(element) => json!(["list", element.to_json()]),
            Type::Set(element) => json!(["set", element.to_json()]),
            Type::Map(element) => json!(["map", element.to_json()]),
            Type::Object(attributes) => {
                let attributes = attributes.iter().map(|(name, ty)| (name.to_string(), ty.to_json())).collect();
                json!(["object", Json::Object(attributes)])
            }
            Type::Tuple(elements) => json!(["tuple", elements.iter().map(Type::to_json).collect::<Vec<_>>()]),
        }
    }

    /// Reads the JSON form. `None` where it is not a type, or nests too deep.
    pub fn from_json(json: &serde_json::Value) -> Option<Type> {
        read(json, DEPTH)
    }
}

fn read(json: &serde_json::Value, depth: usize) -> Option<Type> {
    let depth = depth.checked_sub(1)?;
    if let Some(name) = json.as_str() {
        return match name {
            "bool" => Some(Type::Bool),
            "number" => Some(Type::Number),
            "string" => Some(Type::String),
            "dynamic" => Some(Type::Dynamic),
            _ => None,
        };
    }
    // An object type may carry a third element, the names of its optional attributes. No value shows them.
    let (name, inner) = match json.as_array()?.as_slice() {
        [name, inner] => (name.as_str()?, inner),
        [name, inner, _] if name == "object" => ("object", inner),
        _ => return None,
    };
    let element = || Some(Box::new(read(inner, depth)?));
    match name {
        "list" => Some(Type::List(element()?)),
        "set" => Some(Type::Set(element()?)),
        "map" => Some(Type::Map(element()?)),
        "tuple" => inner.as_array()?.iter().map(|ty| read(ty, depth)).collect::<Option<_>>().map(Type::Tuple),
        "object" => inner
            .as_object()?
            .iter()
            .map(|(name, ty)| Some((name.into(), read(ty, depth)?)))
            .collect::<Option<_>>()
            .map(Type::Object),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_survives_its_json() {
        let json = serde_json::json!(["object", {"a": ["set", "string"], "b": ["tuple", ["bool", ["map", "number"]]], "c": "dynamic"}]);
        assert_eq!(Type::from_json(&json).map(|ty| ty.to_json()), Some(json));
    }

    #[test]
    fn what_is_no_type_is_refused() {
        let mut deep = serde_json::json!("string");
        for _ in 0..100 {
            deep = serde_json::json!(["list", deep]);
        }
        for json in [serde_json::json!("text"), serde_json::json!(["list"]), serde_json::json!(7), deep] {
            assert_eq!(Type::from_json(&json), None);
        }
    }
}
