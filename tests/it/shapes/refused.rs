//! What a configuration cannot say, held over every table.

use autopilot::{
    resource::Registered,
    schema::{Attribute, Kind, Nesting, Role},
    value::{Map, Type},
};

use super::*;

fn sample(kind: &Kind) -> Value {
    match kind {
        Kind::Plain(Type::Bool) => true.into(),
        Kind::Plain(Type::Number) => 5.into(),
        Kind::Plain(Type::Set(_)) => Value::set(vec!["x".into()]),
        Kind::Plain(Type::List(_)) => Value::List(vec!["x".into()]),
        Kind::Plain(_) => "x".into(),
        Kind::Nested(nesting, nested) => hold(*nesting, null_object(nested)),
    }
}

fn hold(nesting: Nesting, object: Value) -> Value {
    match nesting {
        Nesting::Single => object,
        Nesting::List => Value::List(vec![object]),
        Nesting::Set => Value::set(vec![object]),
        Nesting::Map => Value::Map(Map::from_iter([("X".to_owned(), object)])),
    }
}

/// Objects of the table that each set one read-only attribute, with its name.
fn with_read_only(table: &[Attribute]) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for attribute in table {
        let set = |value: Value| {
            let mut object = null_object(table);
            object.insert(attribute.name, value);
            object
        };
        if attribute.role == Role::Computed {
            all.push((attribute.name.to_owned(), set(sample(&attribute.kind))));
            all.push((attribute.name.to_owned(), set(Value::Unknown)));
        } else if let Kind::Nested(nesting, nested) = &attribute.kind {
            let inside = with_read_only(nested).into_iter();
            all.extend(inside.map(|(name, value)| (format!("{}.{name}", attribute.name), set(hold(*nesting, value)))));
        }
    }
    all
}

fn refusals(registered: &Registered, config: &Value) -> Vec<Diagnostic> {
    let told = engine::validate(registered, config, true);
    told.into_iter().filter(|told| told.severity == Severity::Error).collect()
}

#[test]
fn h10_a_value_for_any_read_only_attribute_is_refused() {
    let registry = autopilot::provider::registry();
    let mut seen = Vec::new();
    for registered in registry.all_resources() {
        for (name, config) in with_read_only(&registered.spec.attributes) {
            let told = refusals(registered, &config);
            let is_refused = told.iter().any(|told| told.summary == "Read-Only Attribute");
            assert!(is_refused, "{}: {name}: {told:?}", registered.type_name);
            seen.push(format!("{}.{name}", registered.spec.name));
        }
    }
    for known in ["group.id", "enrollment_status_page.priority", "device_import.devices.status"] {
        assert!(seen.iter().any(|seen| seen == known), "{known} is read-only");
    }
}

/// Terraform drops names that a nested attribute does not know: the group would be included, or targeted whole.
#[test]
fn h11_what_another_kind_of_assignment_has_is_declared_and_refused() {
    let registry = autopilot::provider::registry();
    let group = ("group_id", Value::from("0f8fad5b-d9cb-469f-a165-70867728950e"));
    let filter = [("filter_id", group.1.clone()), ("filter_mode", "exclude".into())];
    let excluded = [("excluded", true.into())];
    let (mut assigned, mut refused) = (0, Vec::new());
    for registered in registry.all_resources() {
        let table = &registered.spec.attributes;
        if !table.iter().any(|attribute| attribute.name == "assignments") {
            continue;
        }
        assigned += 1;
        for (name, more) in [("excluded", &excluded[..]), ("filter_id", &filter[..])] {
            // It is declared: the element would not fit otherwise.
            let mut element = facets::target(std::slice::from_ref(&group));
            more.iter().for_each(|(name, value)| element.insert(name, value.clone()));
            let mut config = null_object(table);
            config.insert("assignments", Value::set(vec![element]));
            assert!(autopilot::wire::encode(&config, &registered.ty).is_ok(), "{}: {name}", registered.type_name);
            if refusals(registered, &config).iter().any(|told| told.detail.contains(&format!("cannot have `{name}`"))) {
                refused.push((registered.spec.name, name));
            }
        }
    }
    assert!(assigned >= 5);
    for known in [("enrollment_status_page", "excluded"), ("deployment_profile", "filter_id")] {
        assert!(refused.contains(&known), "{refused:?}");
    }
}
