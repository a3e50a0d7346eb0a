//! What core proposes: the configuration, with what was computed before where it is silent.
//!
//! The rules are those of Terraform's `internal/plans/objchange/objchange.go`, told anew. Elements are matched by index,
//! by key, and in a set by whether the prior element may have come from the configured one.

use autopilot::{
    schema::Nesting,
    value::{Map, Name, Value},
};

use super::{
    model::{Attribute, Attributes, Shape, conform, object_type, show},
    notation::cases,
};

static NULL: Value = Value::Null;
static UNKNOWN: Value = Value::Unknown;

/// The proposed new state. `prior` is null at create, and unknown for the placeholder of a data source.
pub(super) fn proposed_new(attributes: &Attributes, prior: &Value, config: &Value) -> Value {
    match config {
        Value::Null | Value::Unknown => prior.clone(),
        _ => propose_object(attributes, prior, config),
    }
}

/// What is inside a value that may be null or unknown itself.
fn inside<'a>(value: &'a Value, name: &str) -> &'a Value {
    if value.is_unknown() { &UNKNOWN } else { value.get(name) }
}

fn propose_object(attributes: &Attributes, prior: &Value, config: &Value) -> Value {
    if config.is_null() {
        return Value::Null;
    }
    // An unknown element becomes an object of unknown attributes.
    let propose = |(name, attribute): (&String, &Attribute)| {
        (name.clone(), propose_attribute(attribute, inside(prior, name), inside(config, name)))
    };
    Value::Map(attributes.iter().map(propose).collect())
}

fn propose_attribute(attribute: &Attribute, prior: &Value, config: &Value) -> Value {
    if attribute.computed && config.is_null() {
        return if was_configured(attribute, prior) { Value::Null } else { prior.clone() };
    }
    match &attribute.shape {
        Shape::Nested(nesting, nested) => propose_nested(*nesting, nested, prior, config),
        Shape::Plain(_) => config.clone(),
    }
}

fn propose_nested(nesting: Nesting, attributes: &Attributes, prior: &Value, config: &Value) -> Value {
    match (nesting, config) {
        (_, Value::Null | Value::Unknown) => config.clone(),
        (Nesting::Single, _) => propose_object(attributes, prior, config),
        (Nesting::List, _) => {
            let propose = |(index, config): (usize, &Value)| match prior {
                Value::Unknown => propose_object(attributes, &Value::Unknown, config),
                _ => match prior.elements().get(index) {
                    Some(prior) => propose_object(attributes, prior, config),
                    None => config.clone(),
                },
            };
            Value::List(config.elements().iter().enumerate().map(propose).collect())
        }
        (Nesting::Map, _) => {
            let elements = config.as_map().into_iter().flatten();
            let propose =
                |(key, config): (&Name, &Value)| (key.clone(), propose_object(attributes, inside(prior, key), config));
            Value::Map(elements.map(propose).collect::<Map>())
        }
        (Nesting::Set, _) => {
            let mut left: Vec<&Value> = prior.elements().iter().collect();
            let mut propose = |config: &Value| {
                let found = left.iter().position(|prior| may_come_from(attributes, prior, config));
                let prior = found.map_or(&NULL, |at| left.remove(at));
                propose_object(attributes, prior, config)
            };
            Value::set(config.elements().iter().map(&mut propose).collect())
        }
    }
}

/// Whether a prior value holds anything that only a configuration can have set. Then it was configured once, and goes.
fn was_configured(attribute: &Attribute, prior: &Value) -> bool {
    match &attribute.shape {
        Shape::Nested(nesting, nested) if attribute.optional => holds_configured(*nesting, nested, prior),
        _ => false,
    }
}

fn holds_configured(nesting: Nesting, attributes: &Attributes, value: &Value) -> bool {
    let in_object = |object: &Value| {
        attributes.iter().any(|(name, attribute)| match object.get(name) {
            Value::Null => false,
            _ if !attribute.computed => true,
            inner => match &attribute.shape {
                Shape::Nested(nesting, nested) => holds_configured(*nesting, nested, inner),
                Shape::Plain(_) => false,
            },
        })
    };
    match nesting {
        Nesting::Single => in_object(value),
        Nesting::List | Nesting::Set => value.elements().iter().any(in_object),
        Nesting::Map => value.as_map().into_iter().flatten().any(|(_, element)| in_object(element)),
    }
}

/// Whether a prior element is the configured one with nothing but computed values added.
fn may_come_from(attributes: &Attributes, prior: &Value, config: &Value) -> bool {
    // Core walks the prior value only: what it does not hold is not compared.
    if prior == config || prior.is_null() {
        return true;
    }
    if config.is_null() {
        return false;
    }
    attributes.iter().all(|(name, attribute)| {
        let (prior, config) = (prior.get(name), inside(config, name));
        if prior == config {
            return true;
        }
        match &attribute.shape {
            Shape::Plain(_) => attribute.computed && config.is_null(),
            Shape::Nested(Nesting::Set, _) => false,
            Shape::Nested(Nesting::Single, nested) => may_come_from(nested, prior, config),
            Shape::Nested(Nesting::List, nested) => prior.elements().iter().enumerate().all(|(index, prior)| {
                let config = if config.is_unknown() { Some(config) } else { config.elements().get(index) };
                config.is_some_and(|config| may_come_from(nested, prior, config))
            }),
            Shape::Nested(Nesting::Map, nested) => prior.as_map().into_iter().flatten().all(|(key, prior)| {
                let config =
                    if config.is_unknown() { Some(config) } else { config.as_map().and_then(|map| map.get(key)) };
                config.is_some_and(|config| may_come_from(nested, prior, config))
            }),
        }
    })
}

/// The cases of `objchange_test.go`, for attributes.
#[test]
fn core_proposes_what_it_does() {
    for case in cases(include_str!("cases/proposed_new.txt"), &["schema", "prior", "config", "proposed"]) {
        let schema = case.schema();
        let [prior, config, expected] = ["prior", "config", "proposed"].map(|word| case.value(word, &schema));
        let proposed = proposed_new(&schema, &prior, &config);
        assert_eq!(conform(&proposed, &object_type(&schema)), Vec::<String>::new(), "{}", case.name);
        assert_eq!(show(&proposed), show(&expected), "{}", case.name);
    }
}
