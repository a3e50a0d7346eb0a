//! Takes write-only values out of what leaves the provider. Core refuses every answer that holds one.

use super::{Attribute, Kind, Nesting};
use crate::value::Value;

/// The same object with every write-only attribute null.
pub fn without_write_only(attributes: &[Attribute], object: Value) -> Value {
    // What has none stays what it is, and shared with whatever it is shared with.
    if !has_write_only(attributes, &object) {
        return object;
    }
    let Value::Map(mut object) = object else { return object };
    for attribute in attributes {
        let Some(value) = object.get_mut(attribute.name) else { continue };
        let taken = std::mem::take(value);
        if !attribute.write_only {
            *value = nested(attribute, taken);
        }
    }
    Value::Map(object)
}

fn has_write_only(attributes: &[Attribute], object: &Value) -> bool {
    attributes.iter().any(|attribute| match (&attribute.kind, object.get(attribute.name)) {
        (_, Value::Null) => false,
        _ if attribute.write_only => true,
        (Kind::Nested(Nesting::Single, nested), value) => has_write_only(nested, value),
        (Kind::Nested(Nesting::List, nested), Value::List(elements)) => {
            elements.iter().any(|element| has_write_only(nested, element))
        }
        (Kind::Nested(Nesting::Map, nested), Value::Map(map)) => map.values().any(|it| has_write_only(nested, it)),
        _ => false,
    })
}

fn nested(attribute: &Attribute, value: Value) -> Value {
    let Kind::Nested(nesting, attributes) = &attribute.kind else { return value };
    let each = |element| without_write_only(attributes, element);
    match (nesting, value) {
        (Nesting::Single, value) => each(value),
        (Nesting::List, Value::List(elements)) => Value::List(elements.into_iter().map(each).collect()),
        (Nesting::Map, Value::Map(map)) => Value::Map(map.into_iter().map(|(key, value)| (key, each(value))).collect()),
        // A set has no write-only attributes inside: core does not allow it.
        (_, value) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::super::attribute::{map_of, object, string};
    use super::*;

    #[test]
    fn write_only_values_go_however_deep_they_are() {
        let secret = || string("secret", "").write_only();
        let attributes = vec![
            secret(),
            object("one", "").of(vec![secret(), string("kept", "")]),
            map_of("many", "").of(vec![secret()]),
        ];
        let inside = |secret: Value| Value::object([("secret", secret), ("kept", "k".into())]);
        let object = |secret: Value| {
            let many = Value::object([("a", Value::object([("secret", secret.clone())]))]);
            Value::object([("secret", secret.clone()), ("one", inside(secret)), ("many", many)])
        };
        assert_eq!(without_write_only(&attributes, object("s".into())), object(Value::Null));
    }
}
