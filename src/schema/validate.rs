//! Holds a configuration against the checks of its attributes. What is unknown never fails.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Display,
};

use super::{Attribute, Condition, Kind, Nesting, Role};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Severity},
    path::{Path, Trail},
    value::{Type, Value},
};

/// Everything that the attributes refuse, each on its attribute: a value where only the provider gives one, null where a
/// value is required, elements that are null, and what breaks their own checks.
pub fn validate(attributes: &[Attribute], config: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    walk(attributes, config, &Trail::Root, &mut |attribute, value, place| {
        let (trail, shown) = (place.trail, place.shown);
        match attribute.role {
            Role::Computed if !value.is_null() => {
                let detail = format!("Attribute {shown} is read-only: the provider sets it. Leave it out.");
                diagnostics.push(Diagnostic::error("Read-Only Attribute", detail).at(trail.path()));
                return;
            }
            Role::Required if value.is_null() => {
                let detail = format!("Attribute {shown} is required, and null is no value for it.");
                diagnostics.push(Diagnostic::error("Missing Attribute Value", detail).at(trail.path()));
            }
            _ => {}
        }
        refuse_null_elements(attribute, value, trail, &mut diagnostics);
        for rule in attribute.checks.iter().filter_map(|check| check.broken_by(value)) {
            let detail = format!("Attribute {shown} {}.", rule.trim_end_matches('.'));
            diagnostics.push(Diagnostic::error("Invalid Attribute Value", detail).at(trail.path()));
        }
    });
    hold_conditions(attributes, config, &mut diagnostics);
    hold_alternatives(attributes, config, &mut diagnostics);
    diagnostics
}

/// Of attributes that say the same, exactly one is set. Told where one is set too many, or where one could be.
fn hold_alternatives(attributes: &[Attribute], config: &Value, diagnostics: &mut Diagnostics) {
    let all: BTreeSet<_> = attributes.iter().filter_map(|attribute| attribute.alternative).collect();
    for says in all {
        let names: Vec<_> = attributes.iter().filter(|it| it.alternative == Some(says)).map(|it| it.name).collect();
        let is_set = |name: &&&str| !matches!(config.get(name), Value::Null | Value::Unknown | Value::Bool(false));
        let set: Vec<_> = names.iter().filter(is_set).collect();
        let is_open = names.iter().any(|name| config.get(name).is_unknown());
        if set.len() == 1 || (set.is_empty() && is_open) {
            continue;
        }
        let quoted = |names: Vec<&&str>| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        let found =
            if set.is_empty() { "none is".to_owned() } else { format!("{} are", quoted(set.clone()).join(" and ")) };
        let detail = format!("Set exactly one of {}: {found} set.", quoted(names.iter().collect()).join(", "));
        let place = set.last().copied().or(names.first()).copied().unwrap_or_default();
        diagnostics.push(Diagnostic::error(format!("One {} Needed", capitalised(says)), detail).at(Path::of(place)));
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What is set where it has no meaning, and what is not set where it must be. Only attributes of the whole have conditions.
fn hold_conditions(attributes: &[Attribute], config: &Value, diagnostics: &mut Diagnostics) {
    for attribute in attributes {
        let (name, value) = (attribute.name, config.get(attribute.name));
        let fails = |condition: &Condition| condition.holds(attributes, config) == Some(false);
        if let Some(condition) = attribute.only_where.filter(fails)
            && !value.is_null()
            && !value.is_unknown()
        {
            let rule = format!("cannot be set {}", place_of(&condition, attributes, config));
            diagnostics.push(Diagnostic::invalid(Path::of(name), &rule));
        }
        let holds = |condition: &Condition| condition.holds(attributes, config) == Some(true);
        if let Some(condition) = attribute.required_where.filter(holds)
            && value.is_null()
        {
            let detail = format!("Attribute {name} must be set {}", place_of(&condition, attributes, config));
            diagnostics.push(Diagnostic::error("Missing Attribute Value", detail).at(Path::of(name)));
        }
    }
}

/// Where this is, and why it matters.
fn place_of(condition: &Condition, attributes: &[Attribute], config: &Value) -> String {
    let value = condition.value(attributes, config).as_str().unwrap_or_default();
    format!("where `{}` is {value:?}: {}", condition.attribute, condition.because)
}

/// What texts in a language of their own have to be told, each on its attribute. What `prior` has already is refused for
/// nothing: it was made where there are no such rules, or before there were.
pub fn read_texts(attributes: &[Attribute], config: &Value, prior: &Value) -> Diagnostics {
    let mut diagnostics = Diagnostics::default();
    walk(attributes, config, &Trail::Root, &mut |attribute, value, place| {
        let is_there = matches!(place.trail, Trail::Attribute(Trail::Root, _)) && prior.get(attribute.name) == value;
        for told in attribute.checks.iter().flat_map(|check| check.tells_of(value)) {
            let told = if is_there { of_what_is_there(told) } else { told };
            diagnostics.push(told.at(place.trail.path()));
        }
    });
    diagnostics
}

/// An error about a value that the object has already, as a warning.
pub fn of_what_is_there(told: Diagnostic) -> Diagnostic {
    match told.severity {
        Severity::Warning => told,
        Severity::Error => Diagnostic {
            severity: Severity::Warning,
            summary: "Refused If Made Anew".to_owned(),
            detail: format!("{}\n\nIt is there already, and stays as it is.", told.detail),
            ..told
        },
    }
}

/// Where an attribute is: as Terraform can be told, and as a person is. No step leads into a set, so what is inside is
/// told at the set, and shown with `[*]` for the element.
struct Place<'a> {
    trail: &'a Trail<'a>,
    shown: &'a dyn Display,
}

/// Core crashes on a null element of nested attributes, and Graph takes none anywhere. Those of an object are attributes.
fn refuse_null_elements(attribute: &Attribute, value: &Value, trail: &Trail<'_>, diagnostics: &mut Diagnostics) {
    match &attribute.kind {
        Kind::Plain(ty) => refuse_nulls_of(ty, value, trail, diagnostics),
        // What is inside an element is visited attribute by attribute.
        Kind::Nested(nesting, _) => {
            let element = Type::Object(BTreeMap::new());
            let ty = match nesting {
                Nesting::Single => return,
                Nesting::List => Type::List(element.into()),
                Nesting::Set => Type::Set(element.into()),
                Nesting::Map => Type::Map(element.into()),
            };
            refuse_nulls_of(&ty, value, trail, diagnostics);
        }
    }
}

fn refuse_nulls_of(ty: &Type, value: &Value, trail: &Trail<'_>, diagnostics: &mut Diagnostics) {
    let mut element = |ty: &Type, element: &Value, trail: &Trail<'_>, rule: &str| match element {
        Value::Null => diagnostics.push(Diagnostic::invalid(trail.path(), rule)),
        _ => refuse_nulls_of(ty, element, trail, diagnostics),
    };
    let rule = "cannot be null. Give it a value, or leave the element out.";
    match (ty, value) {
        (Type::List(ty), Value::List(elements)) => {
            elements.iter().enumerate().for_each(|(index, each)| element(ty, each, &Trail::Index(trail, index), rule));
        }
        (Type::Map(ty), Value::Map(elements)) => {
            elements.iter().for_each(|(key, each)| element(ty, each, &Trail::Key(trail, key), rule));
        }
        // no step leads into a set
        (Type::Set(ty), Value::Set(elements)) => {
            let rule = "has an element that is null. Leave it out.";
            elements.iter().for_each(|each| element(ty, each, trail, rule));
        }
        _ => {}
    }
}

/// Where the configuration sets a write-only attribute. A client that does not know them must be refused.
pub fn write_only_paths(attributes: &[Attribute], config: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    walk(attributes, config, &Trail::Root, &mut |attribute, value, place| {
        if attribute.write_only && !value.is_null() {
            paths.push(place.trail.path());
        }
    });
    paths
}

/// Visits every attribute of the value, nested ones too. Those inside a set are visited with the path of the set.
fn walk(
    attributes: &[Attribute],
    value: &Value,
    trail: &Trail<'_>,
    visit: &mut dyn FnMut(&Attribute, &Value, &Place<'_>),
) {
    for attribute in attributes {
        let value = value.get(attribute.name);
        let trail = &Trail::Attribute(trail, attribute.name);
        visit(attribute, value, &Place { trail, shown: trail });
        let Kind::Nested(nesting, nested) = &attribute.kind else { continue };
        // An element that is null or unknown has no attributes.
        let elements = || value.elements().iter().enumerate().filter(|(_, element)| element.as_map().is_some());
        match nesting {
            Nesting::Single if value.as_map().is_some() => walk(nested, value, trail, visit),
            Nesting::Single => {}
            Nesting::List => {
                elements().for_each(|(index, element)| walk(nested, element, &Trail::Index(trail, index), visit));
            }
            Nesting::Map => {
                let elements = value.as_map().into_iter().flatten().filter(|(_, element)| element.as_map().is_some());
                elements.for_each(|(key, element)| walk(nested, element, &Trail::Key(trail, key), visit));
            }
            // no step leads into a set, so what is wrong inside is told at the set
            Nesting::Set => elements().for_each(|(_, element)| {
                walk(nested, element, &Trail::Root, &mut |attribute, value, inner| {
                    let shown = format!("{trail}[*].{}", inner.shown);
                    visit(attribute, value, &Place { trail, shown: &shown });
                });
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::attribute::{boolean, integer, list_of, map_of, object, plain, set_of, string, strings, texts};
    use super::*;

    #[test]
    fn an_error_stands_on_its_attribute() {
        let attributes = vec![map_of("devices", "").of(vec![integer("count", "").range(1, 5)])];
        let element = Value::object([("count", 9.into())]);
        let config = Value::object([("devices", Value::object([("PF3A", element)]))]);
        let Diagnostics(found) = validate(&attributes, &config);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, Some(Path::of("devices").key("PF3A").attribute("count")));
        assert_eq!(found[0].detail, "Attribute devices[\"PF3A\"].count must be from 1 to 5, got: 9.");
    }

    #[test]
    fn inside_a_set_an_error_stands_on_the_set() {
        let attributes = vec![set_of("targets", "").of(vec![string("group_id", "").guid()])];
        let element = Value::object([("group_id", "Sales".into())]);
        let config = Value::object([("targets", Value::set(vec![element]))]);
        let told = &validate(&attributes, &config).0[0];
        assert_eq!(told.path, Some(Path::of("targets")));
        assert!(told.detail.starts_with("Attribute targets[*].group_id must be a GUID"), "{}", told.detail);
    }

    #[test]
    fn an_unknown_value_never_fails() {
        let attributes = vec![map_of("devices", "").of(vec![integer("count", "").range(1, 5)])];
        for devices in [Value::Unknown, Value::object([("a", Value::Unknown)]), Value::Null] {
            assert_eq!(validate(&attributes, &Value::object([("devices", devices)])), Diagnostics::default());
        }
    }

    /// What is refused of `thing`, at its place.
    fn told(attribute: Attribute, value: Value) -> Vec<String> {
        let found = validate(&[attribute], &Value::object([("thing", value)]));
        found.into_iter().map(|found| format!("{}: {}", found.path.unwrap_or_default(), found.summary)).collect()
    }

    #[test]
    fn a_value_for_a_read_only_attribute_is_refused_at_every_depth() {
        let row = || vec![string("id", "").read_only(), string("tag", "")];
        let set = |value: Value| Value::object([("id", value), ("tag", Value::Null)]);
        for value in ["1".into(), Value::Unknown] {
            let rows = Value::object([("X", set(value.clone()))]);
            assert_eq!(told(string("thing", "").read_only(), value.clone()), ["thing: Read-Only Attribute"]);
            assert_eq!(told(map_of("thing", "").of(row()), rows), [r#"thing["X"].id: Read-Only Attribute"#]);
            assert_eq!(told(object("thing", "").of(row()), set(value.clone())), ["thing.id: Read-Only Attribute"]);
            let list = Value::List(vec![set(Value::Null), set(value.clone())]);
            assert_eq!(told(list_of("thing", "").of(row()), list), ["thing[1].id: Read-Only Attribute"]);
            assert_eq!(
                told(set_of("thing", "").of(row()), Value::set(vec![set(value)])),
                ["thing: Read-Only Attribute"]
            );
        }
        assert_eq!(told(string("thing", "").read_only(), Value::Null), [""; 0]);
    }

    #[test]
    fn null_for_a_required_attribute_is_refused_at_every_depth() {
        let row = || vec![string("name", "").required()];
        let null = || Value::object([("name", Value::Null)]);
        assert_eq!(told(string("thing", "").required(), Value::Null), ["thing: Missing Attribute Value"]);
        assert_eq!(told(string("thing", "").required(), Value::Unknown), [""; 0]);
        let rows = Value::object([("X", null())]);
        assert_eq!(told(map_of("thing", "").of(row()), rows), [r#"thing["X"].name: Missing Attribute Value"#]);
        assert_eq!(told(object("thing", "").of(row()), null()), ["thing.name: Missing Attribute Value"]);
        assert_eq!(told(set_of("thing", "").of(row()), Value::set(vec![null()])), ["thing: Missing Attribute Value"]);
        for unknown in [Value::Unknown, Value::object([("X", Value::Unknown)])] {
            assert_eq!(told(map_of("thing", "").of(row()), unknown), [""; 0]);
        }
    }

    #[test]
    fn what_depends_on_another_attribute_is_refused_without_it_and_missed_with_it() {
        let attributes = vec![
            string("mode", "").default("user"),
            string("account", "").only_where("mode", &["user"], "nobody has no account."),
            string("group", "").required_where("mode", &["user"], "users join it."),
        ];
        let told = |mode: Value, account: Value, group: Value| {
            let config = Value::object([("mode", mode), ("account", account), ("group", group)]);
            validate(&attributes, &config).into_iter().map(|told| told.detail).collect::<Vec<_>>()
        };
        assert_eq!(told(Value::Null, "a".into(), "g".into()), [""; 0]);
        assert_eq!(
            told(Value::Null, "a".into(), Value::Null),
            ["Attribute group must be set where `mode` is \"user\": users join it."]
        );
        assert_eq!(
            told("nobody".into(), "a".into(), Value::Null),
            ["Attribute account cannot be set where `mode` is \"nobody\": nobody has no account."]
        );
        assert_eq!(told("nobody".into(), Value::Unknown, Value::Null), [""; 0]);
        assert_eq!(told(Value::Unknown, "a".into(), Value::Null), [""; 0]);
    }

    #[test]
    fn of_attributes_that_say_the_same_exactly_one_is_set() {
        let attributes = vec![
            string("group_id", "").alternative("target"),
            boolean("all_users", "").alternative("target"),
            boolean("all_devices", "").alternative("target"),
        ];
        let told = |values: [Value; 3]| {
            let names = ["group_id", "all_users", "all_devices"];
            let config = Value::object([
                (names[0], values[0].clone()),
                (names[1], values[1].clone()),
                (names[2], values[2].clone()),
            ]);
            let told = validate(&attributes, &config).into_iter();
            told.map(|told| format!("{}: {}", told.path.unwrap_or_default(), told.detail)).collect::<Vec<_>>()
        };
        assert_eq!(told(["g".into(), Value::Null, false.into()]), [""; 0]);
        assert_eq!(told([Value::Unknown, Value::Null, Value::Null]), [""; 0]);
        let all = "Set exactly one of `group_id`, `all_users`, `all_devices`";
        assert_eq!(told([Value::Null, false.into(), Value::Null]), [format!("group_id: {all}: none is set.")]);
        assert_eq!(
            told(["g".into(), true.into(), Value::Unknown]),
            [format!("all_users: {all}: `group_id` and `all_users` are set.")]
        );
    }

    #[test]
    fn an_element_that_is_null_is_refused() {
        let row = || vec![string("tag", "")];
        let nulls = || vec![Value::Null];
        let rows = Value::object([("X", Value::Null)]);
        assert_eq!(told(map_of("thing", "").of(row()), rows), [r#"thing["X"]: Invalid Attribute Value"#]);
        assert_eq!(told(list_of("thing", "").of(row()), Value::List(nulls())), ["thing[0]: Invalid Attribute Value"]);
        assert_eq!(told(set_of("thing", "").of(row()), Value::set(nulls())), ["thing: Invalid Attribute Value"]);
        assert_eq!(told(strings("thing", ""), Value::set(nulls())), ["thing: Invalid Attribute Value"]);
        assert_eq!(told(texts("thing", ""), Value::List(nulls())), ["thing[0]: Invalid Attribute Value"]);
        let deep = Value::List(vec![Value::set(nulls())]);
        let ty = Type::List(Type::Set(Type::String.into()).into());
        assert_eq!(told(plain("thing", "", ty), deep), ["thing[0]: Invalid Attribute Value"]);
    }
}
