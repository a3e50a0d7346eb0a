//! A schema as core has it: what `GetProviderSchema` tells, and nothing that only the provider knows.

use std::collections::BTreeMap;

use autopilot::{
    path::{Path, Step},
    schema::{self, Kind, Nesting, Role},
    value::{Name, Type, Value},
};
use serde_json::{Value as Json, json};

/// The attributes of an object. The resources of this provider have no blocks.
pub(super) type Attributes = BTreeMap<String, Attribute>;

/// One attribute.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attribute {
    pub(super) shape: Shape,
    pub(super) required: bool,
    pub(super) optional: bool,
    pub(super) computed: bool,
    pub(super) sensitive: bool,
    pub(super) write_only: bool,
}

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Plain(Type),
    Nested(Nesting, Attributes),
}

impl Attribute {
    pub(super) fn ty(&self) -> Type {
        match &self.shape {
            Shape::Plain(ty) => ty.clone(),
            Shape::Nested(nesting, attributes) => {
                let object = Box::new(object_type(attributes));
                match nesting {
                    Nesting::Single => *object,
                    Nesting::List => Type::List(object),
                    Nesting::Set => Type::Set(object),
                    Nesting::Map => Type::Map(object),
                }
            }
        }
    }
}

pub(super) fn object_type(attributes: &Attributes) -> Type {
    Type::Object(attributes.iter().map(|(name, attribute)| (name.as_str().into(), attribute.ty())).collect())
}

/// What core would be told of a table. A test holds the server's own telling against it.
pub(super) fn of_table(table: &[schema::Attribute]) -> Attributes {
    let attribute = |declared: &schema::Attribute| Attribute {
        shape: match &declared.kind {
            Kind::Plain(ty) => Shape::Plain(ty.clone()),
            Kind::Nested(nesting, nested) => Shape::Nested(*nesting, of_table(nested)),
        },
        required: declared.role == Role::Required,
        optional: matches!(declared.role, Role::Optional | Role::OptionalComputed),
        computed: declared.is_computed(),
        sensitive: declared.sensitive,
        write_only: declared.write_only,
    };
    table.iter().map(|declared| (declared.name.to_owned(), attribute(declared))).collect()
}

/// A state as core stores it.
pub(super) fn state_json(value: &Value, ty: &Type) -> Json {
    let object = |entries: Vec<(&Name, Json)>| -> Json {
        entries.into_iter().map(|(name, json)| (name.to_string(), json)).collect::<serde_json::Map<_, _>>().into()
    };
    match (value, ty) {
        (Value::Bool(known), _) => json!(known),
        (Value::Number(number), _) => Json::Number(number.to_string().parse().expect("JSON takes every decimal")),
        (Value::String(text), _) => json!(text),
        (Value::List(elements) | Value::Set(elements), Type::List(ty) | Type::Set(ty)) => {
            elements.iter().map(|element| state_json(element, ty)).collect()
        }
        (Value::List(elements), Type::Tuple(types)) => {
            elements.iter().zip(types).map(|(element, ty)| state_json(element, ty)).collect()
        }
        (Value::Map(map), Type::Map(ty)) => {
            object(map.iter().map(|(key, value)| (key, state_json(value, ty))).collect())
        }
        (Value::Map(map), Type::Object(types)) => {
            object(map.iter().map(|(name, value)| (name, state_json(value, &types[name]))).collect())
        }
        (Value::Dynamic(pair), _) => json!({"value": state_json(&pair.1, &pair.0), "type": pair.0.to_json()}),
        _ => Json::Null,
    }
}

/// Where a value is not of the type. An object has every attribute and no other, a set is a set.
pub(super) fn conform(value: &Value, ty: &Type) -> Vec<String> {
    let mut wrong = Vec::new();
    conform_at(value, ty, &Path::root(), &mut wrong);
    wrong
}

fn conform_at(value: &Value, ty: &Type, path: &Path, wrong: &mut Vec<String>) {
    let mut all = |elements: &[Value], types: &mut dyn Iterator<Item = &Type>| {
        for ((index, element), ty) in elements.iter().enumerate().zip(types) {
            conform_at(element, ty, &path.index(index), wrong);
        }
    };
    match (value, ty) {
        (Value::Null | Value::Unknown, _)
        | (Value::Bool(_), Type::Bool)
        | (Value::Number(_), Type::Number)
        | (Value::String(_), Type::String) => {}
        (Value::List(elements), Type::List(ty)) | (Value::Set(elements), Type::Set(ty)) => {
            all(elements, &mut std::iter::repeat(&**ty));
        }
        (Value::List(elements), Type::Tuple(types)) if elements.len() == types.len() => {
            all(elements, &mut types.iter());
        }
        (Value::Map(elements), Type::Map(ty)) => {
            for (key, element) in elements {
                conform_at(element, ty, &path.key(key), wrong);
            }
        }
        (Value::Map(object), Type::Object(types)) => {
            for (name, ty) in types {
                match object.get(name) {
                    Some(value) => conform_at(value, ty, &path.attribute(name), wrong),
                    None => wrong.push(format!("{}: is missing", path.attribute(name))),
                }
            }
            let surplus = object.keys().filter(|name| !types.contains_key(*name));
            wrong.extend(surplus.map(|name| format!("{}: is no attribute", path.attribute(name))));
        }
        (Value::Dynamic(pair), Type::Dynamic) => conform_at(&pair.1, &pair.0, path, wrong),
        _ => wrong.push(format!("{path}: is not of the type {}", ty.to_json())),
    }
}

/// Follows a path as core does (hcl's `ApplyPath`). `None` where it leads nowhere: through a null, to an attribute,
/// key or index that is not there, or into a set.
pub(super) fn apply_path<'a>(value: &'a Value, path: &Path) -> Option<&'a Value> {
    path.0.iter().try_fold(value, |value, step| match (value, step) {
        (Value::Unknown, _) => Some(value),
        (Value::Map(map), Step::Attribute(name) | Step::Key(name)) => map.get(name),
        (Value::List(elements), Step::Index(index)) => elements.get(usize::try_from(*index).ok()?),
        _ => None,
    })
}

/// A value in the notation of the cases.
pub(super) fn show(value: &Value) -> String {
    let all = |elements: &[Value]| elements.iter().map(show).collect::<Vec<_>>().join(", ");
    match value {
        Value::Null => "null".to_owned(),
        Value::Unknown => "?".to_owned(),
        Value::Bool(known) => known.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("'{text}'"),
        Value::List(elements) | Value::Set(elements) => format!("[{}]", all(elements)),
        Value::Map(map) => {
            let entries: Vec<_> = map.iter().map(|(name, value)| format!("{name}: {}", show(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Dynamic(pair) => format!("({}) {}", pair.0.to_json(), show(&pair.1)),
    }
}
