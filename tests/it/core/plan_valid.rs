//! What core accepts as a plan.
//!
//! The rules are those of Terraform's `internal/plans/objchange/plan_valid.go`, told anew: a planned value is the
//! configured one, or the prior one where both are set, or anything where the configuration is silent and the attribute
//! computed.

use autopilot::{path::Path, schema::Nesting, value::Value};

use super::{
    model::{Attribute, Attributes, Shape, conform, object_type, show},
    notation::cases,
};

/// Why core would call it an invalid plan. Nothing, where it would not.
pub(super) fn plan_faults(attributes: &Attributes, prior: &Value, config: &Value, planned: &Value) -> Vec<String> {
    let mut faults = conform(planned, &object_type(attributes));
    match (config.is_null(), planned.is_null()) {
        _ if !faults.is_empty() => {}
        (true, true) => {}
        (false, true) => faults.push("the object is planned for absence, and configured".to_owned()),
        (true, false) => faults.push("the object is planned, and not configured".to_owned()),
        (false, false) if planned.is_unknown() => faults.push("the object is planned unknown".to_owned()),
        (false, false) => object(attributes, prior, config, planned, &Path::root(), &mut faults),
    }
    faults
}

fn object(
    attributes: &Attributes,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    faults: &mut Vec<String>,
) {
    // An unknown element is an object of unknown attributes.
    let inside = |value: &Value, name: &str| if value.is_unknown() { Value::Unknown } else { value.get(name).clone() };
    for (name, declared) in attributes {
        let [prior, config, planned] = [prior, config, planned].map(|value| inside(value, name));
        attribute(declared, &prior, &config, &planned, &path.attribute(name), faults);
    }
}

fn attribute(
    declared: &Attribute,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    faults: &mut Vec<String>,
) {
    let shown = |value: &Value| if declared.sensitive { "(sensitive)".to_owned() } else { show(value) };
    if declared.write_only {
        if !planned.is_null() {
            faults.push(format!("{path}: a write-only value is planned"));
        }
        return;
    }
    if planned == config || (planned == prior && !prior.is_null() && !config.is_null()) {
        return;
    }
    if declared.computed && (!declared.optional || config.is_null()) {
        return;
    }
    if config.is_null() {
        faults.push(format!("{path}: {} is planned, not computed and not configured", shown(planned)));
        return;
    }
    match &declared.shape {
        Shape::Nested(nesting, attributes) => nested(*nesting, attributes, prior, config, planned, path, faults),
        Shape::Plain(_) => {
            let mut fault = format!("{path}: {} is planned, {} configured", shown(planned), shown(config));
            if !prior.is_null() {
                fault.push_str(&format!(", prior {}", shown(prior)));
            }
            faults.push(fault);
        }
    }
}

fn nested(
    nesting: Nesting,
    attributes: &Attributes,
    prior: &Value,
    config: &Value,
    planned: &Value,
    path: &Path,
    faults: &mut Vec<String>,
) {
    if planned.is_null() {
        faults.push(format!("{path}: is planned for absence, and configured"));
        return;
    }
    if planned.is_unknown() {
        faults.push(format!("{path}: is planned unknown, and configured"));
        return;
    }
    if config.is_unknown() && nesting != Nesting::Single {
        faults.push(format!("{path}: is planned with a known count, and configured unknown"));
        return;
    }
    match nesting {
        Nesting::Single => object(attributes, prior, config, planned, path, faults),
        Nesting::List => {
            let (count, configured) = (planned.elements().len(), config.elements().len());
            if count != configured {
                faults.push(format!("{path}: {count} elements are planned, {configured} configured"));
                return;
            }
            for (index, (config, planned)) in config.elements().iter().zip(planned.elements()).enumerate() {
                let prior = prior.elements().get(index).unwrap_or(&Value::Null);
                object(attributes, prior, config, planned, &path.index(index), faults);
            }
        }
        Nesting::Map => {
            let (Some(elements), Some(configured)) = (planned.as_map(), config.as_map()) else { return };
            let missing = configured.keys().filter(|key| !elements.contains_key(key));
            faults.extend(missing.map(|key| format!("{}: is configured, and not planned", path.key(key))));
            for (key, planned) in elements {
                match configured.get(key) {
                    Some(config) => object(attributes, prior.get(key), config, planned, &path.key(key), faults),
                    None => faults.push(format!("{}: is planned, and not configured", path.key(key))),
                }
            }
        }
        // Elements of a set cannot be matched: core compares how many there can be.
        Nesting::Set => {
            let ((least, most), (configured_least, configured_most)) = (counts(planned), counts(config));
            if most < configured_least || configured_most < least {
                faults.push(format!("{path}: {least} to {most} elements are planned, {configured_most} configured"));
            }
        }
    }
}

/// How many elements a set has at least and at most once everything is known: unknown ones may turn out equal.
fn counts(set: &Value) -> (usize, usize) {
    let most = set.elements().len();
    if most <= 1 || set.is_wholly_known() { (most, most) } else { (1, most) }
}

/// The cases of `plan_valid_test.go`, for attributes.
#[test]
fn core_accepts_and_refuses_plans() {
    let words = ["schema", "prior", "config", "planned", "refused"];
    for case in cases(include_str!("cases/plan_valid.txt"), &words) {
        let schema = case.schema();
        let [prior, config, planned] = ["prior", "config", "planned"].map(|word| case.value(word, &schema));
        assert_eq!(plan_faults(&schema, &prior, &config, &planned), case.all("refused"), "{}", case.name);
    }
}
