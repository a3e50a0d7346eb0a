//! The smaller rules: no write-only value in an answer, nothing unknown after an apply, which paths replace, what a
//! change is called, and whether the plan made at apply time is the one that was shown.
//!
//! Facts: Terraform's `internal/terraform/node_resource_abstract_instance.go` (`getAction`, `getRequiredReplaces`) and
//! `node_resource_apply_instance.go` (`checkPlannedChange`).

use autopilot::{path::Path, schema::Nesting, value::Value};

use super::{
    compatible::apply_faults,
    model::{Attributes, Shape, apply_path},
    notation::cases,
};

/// What a change is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Create,
    Nothing,
    Update,
    Replace,
    Delete,
}

/// Where a value holds something write-only.
pub(super) fn write_only_leaks(attributes: &Attributes, value: &Value) -> Vec<Path> {
    write_only(attributes, value).into_iter().filter(|(_, leaks)| *leaks).map(|(path, _)| path).collect()
}

/// The places of write-only attributes in a value, and whether anything stands there.
fn write_only(attributes: &Attributes, value: &Value) -> Vec<(Path, bool)> {
    let mut places = Vec::new();
    walk(attributes, value, &Path::root(), &mut places);
    places
}

fn walk(attributes: &Attributes, value: &Value, path: &Path, places: &mut Vec<(Path, bool)>) {
    for (name, attribute) in attributes {
        let (value, path) = (value.get(name), path.attribute(name));
        if attribute.write_only {
            places.push((path.clone(), !value.is_null()));
        }
        let Shape::Nested(nesting, nested) = &attribute.shape else { continue };
        match nesting {
            Nesting::Single => walk(nested, value, &path, places),
            Nesting::List => {
                for (index, element) in value.elements().iter().enumerate() {
                    walk_element(nested, element, &path.index(index), places);
                }
            }
            Nesting::Map => {
                for (key, element) in value.as_map().into_iter().flatten() {
                    walk_element(nested, element, &path.key(key), places);
                }
            }
            // Core refuses a schema with write-only attributes inside a set.
            Nesting::Set => {}
        }
    }
}

/// In a list or map core takes an unknown element for one with a value in every attribute, write-only ones too.
fn walk_element(attributes: &Attributes, element: &Value, path: &Path, places: &mut Vec<(Path, bool)>) {
    if element.is_unknown() {
        let hidden = attributes.iter().filter(|(_, attribute)| attribute.write_only);
        places.extend(hidden.map(|(name, _)| (path.attribute(name), true)));
    } else {
        walk(attributes, element, path, places);
    }
}

/// The paths that count among those a plan gave, or what is wrong with them.
///
/// Those count whose value differs, and those that are write-only. A path that leads nowhere in both is the provider's
/// mistake. Beyond core, we give them in order and once: two plans of the same must be the same bytes.
pub(super) fn required_replaces(
    attributes: &Attributes,
    prior: &Value,
    planned: &Value,
    paths: &[Path],
) -> Result<Vec<Path>, Vec<String>> {
    let mut faults: Vec<_> = paths
        .windows(2)
        .filter(|pair| pair[0] >= pair[1])
        .map(|pair| format!("{} comes after {}", pair[1], pair[0]))
        .collect();
    if prior.is_null() {
        return if faults.is_empty() { Ok(Vec::new()) } else { Err(faults) };
    }
    let hidden: Vec<_> = write_only(attributes, planned).into_iter().map(|(path, _)| path).collect();
    let mut count = Vec::new();
    for path in paths {
        match (apply_path(prior, path), apply_path(planned, path)) {
            (None, None) => faults.push(format!("{path}: leads nowhere")),
            (prior, planned) => {
                let [prior, planned] = [prior, planned].map(|found| found.unwrap_or(&Value::Null));
                if prior != planned || !planned.is_wholly_known() || hidden.contains(path) {
                    count.push(path.clone());
                }
            }
        }
    }
    if faults.is_empty() { Ok(count) } else { Err(faults) }
}

/// What core calls the change.
pub(super) fn action(prior: &Value, planned: &Value, replaces: &[Path]) -> Action {
    match () {
        () if prior.is_null() => Action::Create,
        () if planned.is_null() => Action::Delete,
        () if !replaces.is_empty() => Action::Replace,
        () if prior == planned && planned.is_wholly_known() => Action::Nothing,
        () => Action::Update,
    }
}

/// Why the plan made at apply time is not the one that was shown. An update may turn out to be nothing.
pub(super) fn replan_faults(
    attributes: &Attributes,
    (shown, planned): (Action, &Value),
    (now, replanned): (Action, &Value),
) -> Vec<String> {
    let mut faults = apply_faults(attributes, planned, replanned);
    if shown != now && (shown, now) != (Action::Update, Action::Nothing) {
        faults.push(format!("the action was {shown:?}, now {now:?}"));
    }
    faults
}

#[test]
fn core_finds_what_replaces_and_what_leaks() {
    let words = ["schema", "prior", "planned", "replace", "counts", "action", "leaks", "refused"];
    for case in cases(include_str!("cases/outcome.txt"), &words) {
        let schema = case.schema();
        let [prior, planned] = ["prior", "planned"].map(|word| case.value(word, &schema));
        let paths: Vec<_> = case.all("replace").into_iter().map(path).collect();
        let counts = match required_replaces(&schema, &prior, &planned, &paths) {
            Ok(counts) => counts,
            Err(faults) => {
                assert_eq!(faults, case.all("refused"), "{}", case.name);
                continue;
            }
        };
        assert!(case.all("refused").is_empty(), "{}: nothing is refused", case.name);
        let shown = |paths: &[Path]| paths.iter().map(Path::to_string).collect::<Vec<_>>();
        assert_eq!(shown(&counts), case.all("counts"), "{}", case.name);
        assert_eq!(format!("{:?}", action(&prior, &planned, &counts)), case.all("action").join(""), "{}", case.name);
        assert_eq!(shown(&write_only_leaks(&schema, &planned)), case.all("leaks"), "{}", case.name);
    }
}

/// `rows[0].name`, `rows[key].name`.
fn path(text: &str) -> Path {
    text.split_terminator(['.', '[']).fold(Path::root(), |path, step| match step.strip_suffix(']') {
        None => path.attribute(step),
        Some(inside) => inside.parse().map_or_else(|_| path.key(inside), |index| path.index(index)),
    })
}

#[test]
fn an_update_may_turn_out_to_be_nothing_and_no_other_change_another() {
    let schema = Attributes::new();
    let object = Value::object([]);
    let faults = |shown, now| replan_faults(&schema, (shown, &object), (now, &object));
    assert_eq!(faults(Action::Update, Action::Nothing), Vec::<String>::new());
    assert_eq!(faults(Action::Nothing, Action::Update), ["the action was Nothing, now Update"]);
    assert_eq!(faults(Action::Update, Action::Replace), ["the action was Update, now Replace"]);
}
