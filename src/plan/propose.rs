//! What is planned, and what it replaces.

use super::matching::match_most;
use crate::{
    path::Path,
    schema::{Attribute, Kind, Nesting, Unset},
    value::{Map, Value},
};

/// Steps 2 to 5. `prior` is null at create.
pub fn propose(attributes: &[Attribute], config: &Value, prior: &Value) -> Value {
    match config {
        Value::Map(config) => propose_object(attributes, config, prior.as_map()),
        other => other.clone(),
    }
}

/// Step 7: where a change replaces the resource. Nothing at create and at destroy.
pub fn replace_paths(attributes: &[Attribute], prior: &Value, planned: &Value) -> Vec<Path> {
    let mut paths = Vec::new();
    collect_replace_paths_between(attributes, prior, planned, &Path::root(), &mut paths);
    paths.sort();
    paths.dedup();
    paths
}

fn propose_object(attributes: &[Attribute], config: &Map, prior: Option<&Map>) -> Value {
    let mut planned: Map = attributes
        .iter()
        .map(|attribute| {
            let config = config.get(attribute.name).unwrap_or(&Value::Null);
            let prior = prior.map(|prior| prior.get(attribute.name).unwrap_or(&Value::Null));
            (attribute.name, propose_attribute(attribute, config, prior))
        })
        .collect();
    for (name, value) in without_a_meaning(attributes, config, &planned) {
        planned.insert(name, value);
    }
    if let Some(prior) = prior.filter(|prior| **prior == planned) {
        // One and the same, so that a fleet of which nothing changes is not held twice.
        planned = prior.clone();
    } else {
        for attribute in attributes {
            let unset = config.get(attribute.name).is_none_or(Value::is_null);
            if unset && becomes_unknown(attribute, prior.is_some()) {
                planned.insert(attribute.name, Value::Unknown);
            }
        }
    }
    Value::Map(planned)
}

/// What is not set is null where it has no meaning, and unknown while that is not known.
fn without_a_meaning(attributes: &[Attribute], config: &Map, planned: &Map) -> Vec<(&'static str, Value)> {
    let planned = Value::Map(planned.clone());
    let unset = attributes.iter().filter(|attribute| config.get(attribute.name).is_none_or(Value::is_null));
    let open = unset.filter_map(|attribute| {
        let value = match attribute.only_where?.holds(attributes, &planned) {
            Some(true) => return None,
            None if attribute.is_computed() => Value::Unknown,
            Some(false) | None => Value::Null,
        };
        Some((attribute.name, value))
    });
    open.collect()
}

/// Step 4 and 5 for an attribute that the configuration does not set, in an object that differs from its prior one.
fn becomes_unknown(attribute: &Attribute, has_prior: bool) -> bool {
    attribute.is_computed()
        && match attribute.unset {
            Unset::Recomputed => true,
            Unset::Stable => !has_prior,
            Unset::Unmanaged | Unset::Default(_) => false,
        }
}

/// An attribute as if nothing else changed. `prior` is `None` where the object did not exist before.
fn propose_attribute(attribute: &Attribute, config: &Value, prior: Option<&Value>) -> Value {
    if attribute.write_only {
        return Value::Null;
    }
    // A default stands for the configuration, so that what is computed inside a nested one is.
    let config = match &attribute.unset {
        Unset::Default(value) if config.is_null() => value,
        _ => config,
    };
    match (config, &attribute.kind) {
        (Value::Null, _) if attribute.is_computed() => prior.cloned().unwrap_or_default(),
        (Value::Null | Value::Unknown, _) => config.clone(),
        // Core takes what was there before for what the configuration says.
        (_, Kind::Plain(_)) => attribute.in_words_of(config.clone(), prior),
        (_, Kind::Nested(nesting, nested)) => propose_nested(*nesting, nested, config, prior.unwrap_or(&Value::Null)),
    }
}

fn propose_nested(nesting: Nesting, attributes: &[Attribute], config: &Value, prior: &Value) -> Value {
    match (nesting, config) {
        (Nesting::Single, Value::Map(config)) => propose_object(attributes, config, prior.as_map()),
        (Nesting::Map, Value::Map(elements)) => {
            let element = |key: &str, config| propose_element(attributes, config, prior.get(key));
            Value::Map(elements.iter().map(|(key, config)| (key.clone(), element(key, config))).collect())
        }
        (Nesting::List, Value::List(elements)) => {
            let prior = prior.elements().iter().chain(std::iter::repeat(&Value::Null));
            let element = |(config, prior)| propose_element(attributes, config, prior);
            Value::List(elements.iter().zip(prior).map(element).collect())
        }
        (Nesting::Set, Value::Set(elements)) => propose_set(attributes, elements, prior.elements()),
        _ => config.clone(),
    }
}

/// A planned set. An element is the prior one that the same configuration would have given, or a new one.
///
/// Elements of which everything is known take no other's place: two elements of a set are never equal. The others are
/// matched so that as many as possible find a prior one, since one that finds none is a change.
fn propose_set(attributes: &[Attribute], elements: &[Value], prior: &[Value]) -> Value {
    let mut planned: Vec<_> = elements.iter().map(|config| propose(attributes, config, &Value::Null)).collect();
    let mut taken = vec![false; prior.len()];
    for element in planned.iter().filter(|element| element.is_wholly_known()) {
        if let Ok(at) = prior.binary_search(element) {
            taken[at] = true;
        }
    }
    let free: Vec<_> = prior.iter().zip(taken).filter(|(_, taken)| !taken).map(|(prior, _)| prior).collect();
    let open: Vec<_> = (0..planned.len()).filter(|&at| !planned[at].is_wholly_known()).collect();
    let fits = |open_at: usize, free_at: usize| {
        let prior = free[free_at];
        propose(attributes, &elements[open[open_at]], prior) == *prior
    };
    for (free_at, holder) in match_most(open.len(), free.len(), fits).into_iter().enumerate() {
        if let Some(open_at) = holder {
            planned[open[open_at]] = free[free_at].clone();
        }
    }
    Value::set(planned)
}

/// An element of a list or a map. Core takes an unknown one for an object with a value in every attribute, and refuses
/// it where one of them is write-only (`configschema.Object.writeOnlyPaths`): so it is told attribute by attribute.
pub fn propose_element(attributes: &[Attribute], config: &Value, prior: &Value) -> Value {
    if !config.is_unknown() || !attributes.iter().any(|attribute| attribute.write_only) {
        return propose(attributes, config, prior);
    }
    let value = |attribute: &Attribute| if attribute.write_only { Value::Null } else { Value::Unknown };
    Value::Map(attributes.iter().map(|attribute| (attribute.name, value(attribute))).collect())
}

/// An object, or an element of a list or map, that comes or goes changes none of its attributes.
fn collect_replace_paths_between(
    attributes: &[Attribute],
    prior: &Value,
    planned: &Value,
    path: &Path,
    paths: &mut Vec<Path>,
) {
    if !prior.is_null() && !planned.is_null() {
        collect_replace_paths(attributes, prior, planned, path, paths);
    }
}

fn collect_replace_paths(attributes: &[Attribute], prior: &Value, planned: &Value, path: &Path, paths: &mut Vec<Path>) {
    for attribute in attributes {
        // What is unknown may turn out to be another, also inside: the plan at apply time may replace no more than this.
        let (prior, planned) = (prior.get(attribute.name), part(planned, planned.get(attribute.name)));
        let path = path.attribute(attribute.name);
        if prior == planned {
            continue;
        }
        if attribute.force_new {
            paths.push(path);
            continue;
        }
        let Kind::Nested(nesting, nested) = &attribute.kind else { continue };
        match nesting {
            // A nested object that comes or goes is a change of what is in it: there is only the one.
            Nesting::Single => collect_replace_paths(nested, prior, planned, &path, paths),
            Nesting::Map => {
                for (key, prior) in prior.as_map().into_iter().flatten() {
                    let planned = part(planned, planned.get(key));
                    collect_replace_paths_between(nested, prior, planned, &path.key(key), paths);
                }
            }
            Nesting::List => {
                for (index, prior) in prior.elements().iter().enumerate() {
                    let planned = part(planned, planned.elements().get(index).unwrap_or(&Value::Null));
                    collect_replace_paths_between(nested, prior, planned, &path.index(index), paths);
                }
            }
            // Elements of a set come and go.
            Nesting::Set => {}
        }
    }
}

/// A part of a whole, which is unknown where the whole is.
fn part<'a>(whole: &'a Value, part: &'a Value) -> &'a Value {
    if whole.is_unknown() { whole } else { part }
}

#[cfg(test)]
mod set_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{boolean, id, map_of, null_object, object, set_of, string, strings, timestamp};

    fn attributes() -> Vec<Attribute> {
        vec![
            id(),
            string("name", "").required(),
            string("mode", "").default("auto").force_new(),
            string("secret", "").write_only(),
            timestamp("changed", "").read_only(),
            strings("targets", "").unmanaged_when_unset(),
            object("screen", "").of(vec![boolean("hidden", "").default(true), string("title", "")]),
            map_of("rows", "").of(vec![string("tag", "").computed(), string("status", "").read_only()]),
            set_of("rules", "").of(vec![string("rule", ""), string("state", "").read_only()]),
        ]
    }

    fn config<const N: usize>(set: [(&str, Value); N]) -> Value {
        let mut config = null_object(&attributes());
        for (name, value) in set {
            config.insert(name, value);
        }
        config
    }

    fn row(tag: Value, status: Value) -> Value {
        Value::object([("tag", tag), ("status", status)])
    }

    fn rule(rule: &str, state: Value) -> Value {
        Value::object([("rule", rule.into()), ("state", state)])
    }

    /// A state as an apply of `everything` may leave it.
    fn applied() -> Value {
        config([
            ("id", "1".into()),
            ("name", "a".into()),
            ("mode", "auto".into()),
            ("changed", "2026-01-01T00:00:00Z".into()),
            ("targets", Value::set(vec!["x".into()])),
            ("screen", Value::object([("hidden", true.into()), ("title", Value::Null)])),
            ("rows", Value::object([("p", row("t".into(), "done".into())), ("q", row(Value::Null, "done".into()))])),
            ("rules", Value::set(vec![rule("r", "on".into()), rule("s", "off".into())])),
        ])
    }

    fn everything() -> Value {
        config([
            ("name", "a".into()),
            ("secret", "s".into()),
            ("screen", Value::object([("hidden", Value::Null), ("title", Value::Null)])),
            ("rows", Value::object([("p", row("t".into(), Value::Null)), ("q", row(Value::Null, Value::Null))])),
            ("rules", Value::set(vec![rule("r", Value::Null), rule("s", Value::Null)])),
        ])
    }

    #[test]
    fn a_create_knows_what_the_configuration_and_the_defaults_say() {
        let planned = propose(&attributes(), &config([("name", "a".into()), ("secret", "s".into())]), &Value::Null);
        assert_eq!(planned.get("id"), &Value::Unknown);
        assert_eq!(planned.get("name"), &"a".into());
        assert_eq!(planned.get("mode"), &"auto".into());
        assert_eq!(planned.get("secret"), &Value::Null);
        assert_eq!(planned.get("targets"), &Value::Null);
    }

    #[test]
    fn nothing_changed_is_nothing_planned() {
        assert_eq!(propose(&attributes(), &everything(), &applied()), applied());
    }

    #[test]
    fn a_change_makes_computed_values_unknown_but_stable_and_unmanaged_ones() {
        let mut config = everything();
        config.insert("name", "b".into());
        let planned = propose(&attributes(), &config, &applied());
        assert_eq!(planned.get("id"), &"1".into());
        assert_eq!(planned.get("changed"), &Value::Unknown);
        assert_eq!(planned.get("targets"), applied().get("targets"));
    }

    #[test]
    fn a_change_in_one_row_leaves_the_others_known() {
        let mut config = everything();
        let rows = [("p", row("u".into(), Value::Null)), ("q", row(Value::Null, Value::Null))];
        config.insert("rows", Value::object(rows));
        let planned = propose(&attributes(), &config, &applied());
        assert_eq!(planned.get("rows").get("p"), &row("u".into(), Value::Unknown));
        assert_eq!(planned.get("rows").get("q"), applied().get("rows").get("q"));
    }

    #[test]
    fn an_element_of_a_set_keeps_what_was_computed_for_it() {
        let mut config = everything();
        config.insert("rules", Value::set(vec![rule("s", Value::Null), rule("t", Value::Null)]));
        let planned = propose(&attributes(), &config, &applied());
        let expected = Value::set(vec![rule("s", "off".into()), rule("t", Value::Unknown)]);
        assert_eq!(planned.get("rules"), &expected);
    }

    #[test]
    fn a_nested_attribute_that_is_removed_becomes_null() {
        let mut config = everything();
        config.insert("screen", Value::Null);
        assert_eq!(propose(&attributes(), &config, &applied()).get("screen"), &Value::Null);
    }

    #[test]
    fn unknown_configuration_stays_unknown() {
        let mut config = everything();
        config.insert("rows", Value::Unknown);
        assert_eq!(propose(&attributes(), &config, &applied()).get("rows"), &Value::Unknown);
    }

    #[test]
    fn only_a_change_of_a_force_new_attribute_replaces() {
        let attributes = attributes();
        let mut config = everything();
        config.insert("name", "b".into());
        let renamed = propose(&attributes, &config, &applied());
        assert_eq!(replace_paths(&attributes, &applied(), &renamed), []);
        config.insert("mode", "manual".into());
        let moved = propose(&attributes, &config, &applied());
        assert_eq!(replace_paths(&attributes, &applied(), &moved), [Path::of("mode")]);
        assert_eq!(replace_paths(&attributes, &Value::Null, &moved), []);
    }

    #[test]
    fn a_nested_object_that_comes_or_goes_changes_what_is_in_it() {
        let attributes = vec![
            object("screen", "").of(vec![string("mode", "").force_new()]),
            map_of("rows", "").of(vec![string("mode", "").force_new()]),
        ];
        let mode = Value::object([("mode", "a".into())]);
        let with = Value::object([("screen", mode.clone()), ("rows", Value::object([("k", mode)]))]);
        let without = Value::object([("screen", Value::Null), ("rows", Value::object([]))]);
        for (prior, planned) in [(&without, &with), (&with, &without)] {
            assert_eq!(replace_paths(&attributes, prior, planned), [Path::of("screen").attribute("mode")]);
        }
    }

    #[test]
    fn an_unknown_collection_may_replace_for_each_element_that_is_there() {
        let attributes = vec![map_of("rows", "").of(vec![string("mode", "").force_new()])];
        let rows = |rows| Value::object([("rows", rows)]);
        let prior = rows(Value::object([("k", Value::object([("mode", Value::Null)]))]));
        let path = Path::of("rows").key("k").attribute("mode");
        assert_eq!(replace_paths(&attributes, &prior, &rows(Value::Unknown)), [path]);
        assert_eq!(replace_paths(&attributes, &rows(Value::object([])), &rows(Value::Unknown)), []);
    }

    #[test]
    fn an_unknown_element_with_write_only_attributes_is_told_attribute_by_attribute() {
        let attributes = vec![map_of("rows", "").of(vec![string("tag", ""), string("secret", "").write_only()])];
        let config = Value::object([("rows", Value::object([("k", Value::Unknown)]))]);
        let row = Value::object([("tag", Value::Unknown), ("secret", Value::Null)]);
        assert_eq!(propose(&attributes, &config, &Value::Null).get("rows").get("k"), &row);
    }

    #[test]
    fn a_default_that_has_no_meaning_is_null_and_may_be_while_that_is_not_known() {
        let attributes = vec![
            string("mode", "").default("user"),
            string("account", "").default("standard").only_where("mode", &["user"], ""),
        ];
        let account = |mode: Value| {
            let config = Value::object([("mode", mode), ("account", Value::Null)]);
            propose(&attributes, &config, &Value::Null).get("account").clone()
        };
        assert_eq!(account(Value::Null), "standard".into());
        assert_eq!(account("nobody".into()), Value::Null);
        assert_eq!(account(Value::Unknown), Value::Unknown);
    }

    #[test]
    fn what_is_computed_inside_a_default_is_kept() {
        let nested = vec![string("title", "").default("t"), string("state", "").read_only()];
        let attributes = vec![object("screen", "").of(nested).default_of_nested()];
        let config = Value::object([("screen", Value::Null)]);
        let screen =
            |state: Value| Value::object([("screen", Value::object([("title", "t".into()), ("state", state)]))]);
        assert_eq!(propose(&attributes, &config, &Value::Null), screen(Value::Unknown));
        assert_eq!(propose(&attributes, &config, &screen("on".into())), screen("on".into()));
    }
}
