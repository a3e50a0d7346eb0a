//! Turns a state into a configuration that plans no change, for `-generate-config-out`.

use super::validate;
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Severity},
    path::Step,
    resource::{Registered, timeouts},
    schema::{Attribute, Kind, Nesting, Role, Unset, null_object},
    value::Value,
};

/// The configuration, and warnings about what could not be said in it.
///
/// It leaves out what only the provider sets, what is deprecated, what is in no state, `timeouts`, and what is as it would
/// be without saying so. What the schema's own checks refuse is left out too: somebody made it so where there are no
/// such checks, and a configuration that is invalid helps nobody.
pub fn generate(registered: &Registered, state: &Value) -> (Value, Diagnostics) {
    let attributes = &registered.spec.attributes;
    let (mut config, refused) = said_whole(registered, state);
    let mut diagnostics = Diagnostics::default();
    for refused in refused {
        let name = refused.path.as_ref().and_then(|path| path.0.first());
        let Some(Step::Attribute(name)) = name else { continue };
        let declared = attributes.iter().find(|attribute| attribute.name == name.as_str());
        if declared.is_none_or(|attribute| attribute.role == Role::Required) || config.get(name).is_null() {
            continue;
        }
        config.insert(name, Value::Null);
        let detail =
            format!("{name} is left out of the generated configuration, and a plan may change it: {}", refused.detail);
        diagnostics.push(Diagnostic::warning("Attribute Left Out", detail));
    }
    (config, diagnostics)
}

/// The configuration that says all of a state, or in a sentence why none does: a plan of any would change or replace it.
pub fn sayable(registered: &Registered, state: &Value) -> Result<Value, String> {
    let (config, refused) = said_whole(registered, state);
    match refused.into_iter().next() {
        None => Ok(config),
        Some(refused) => Err(format!("No configuration can say it as it is: {}", refused.detail)),
    }
}

/// What a state lacks that a configuration of it must say. A plan of what is generated from it fails there.
pub(super) fn lacking(registered: &Registered, state: &Value) -> Vec<Diagnostic> {
    let attributes = &registered.spec.attributes;
    let told = |refused: Diagnostic| {
        let Step::Attribute(name) = refused.path.as_ref()?.0.first()? else { return None };
        let declared = attributes.iter().find(|attribute| attribute.name == name.as_str())?;
        let is_lacking = !declared.write_only && state.get(declared.name).is_null();
        let detail = format!(
            "What is brought in has no {name}, and its configuration must say one: the first apply sets it. {}",
            refused.detail
        );
        is_lacking.then(|| Diagnostic::warning("Imported without a Required Value", detail))
    };
    said_whole(registered, state).1.into_iter().filter_map(told).collect()
}

/// The configuration of a state, and the errors by which its schema refuses it.
fn said_whole(registered: &Registered, state: &Value) -> (Value, Vec<Diagnostic>) {
    let attributes = &registered.spec.attributes;
    let config = match state {
        Value::Map(_) => said(attributes, state),
        _ => null_object(attributes),
    };
    let told = validate(registered, &config, true).into_iter();
    let refused = told.filter(|told| told.severity == Severity::Error).collect();
    (config, refused)
}

fn said(attributes: &[Attribute], object: &Value) -> Value {
    let Value::Map(object) = object else { return object.clone() };
    let each = |attribute: &Attribute| {
        let value = object.get(attribute.name).unwrap_or(&Value::Null);
        let unsaid = attribute.role == Role::Computed
            || attribute.write_only
            || (attribute.deprecated.is_some() && attribute.role != Role::Required)
            || attribute.name == timeouts::NAME
            || matches!(&attribute.unset, Unset::Default(default) if default == value);
        (attribute.name, if unsaid { Value::Null } else { nested(attribute, value) })
    };
    Value::Map(attributes.iter().map(each).collect())
}

fn nested(attribute: &Attribute, value: &Value) -> Value {
    let Kind::Nested(nesting, attributes) = &attribute.kind else { return value.clone() };
    let each = |element: &Value| said(attributes, element);
    match (nesting, value) {
        (Nesting::List, Value::List(elements)) => Value::List(elements.iter().map(each).collect()),
        (Nesting::Set, Value::Set(elements)) => Value::set(elements.iter().map(each).collect()),
        (Nesting::Map, Value::Map(map)) => {
            Value::Map(map.iter().map(|(key, value)| (key.clone(), each(value))).collect())
        }
        (_, value) => each(value),
    }
}
