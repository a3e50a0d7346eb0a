//! What core accepts as the outcome of a plan.
//!
//! The rules are those of Terraform's `internal/plans/objchange/compatible.go`, told anew: what was known stays, what was
//! unknown may become anything of its type, nothing appears or vanishes.

use autopilot::{
    path::Path,
    value::{Type, Value},
};

use super::{
    model::{Attributes, conform, object_type, show},
    notation::cases,
};

/// Why core would call it inconsistent with the plan. Nothing, where it would not.
pub(super) fn apply_faults(attributes: &Attributes, planned: &Value, applied: &Value) -> Vec<String> {
    let mut faults = conform(applied, &object_type(attributes));
    match (planned.is_null(), applied.is_null()) {
        _ if !faults.is_empty() => {}
        (true, true) => {}
        (true, false) => faults.push("the object was absent, and is there".to_owned()),
        (false, true) => faults.push("the object was there, and is absent".to_owned()),
        (false, false) => {
            for (name, attribute) in attributes {
                let path = Path::of(name);
                let mut found = Vec::new();
                value(&attribute.ty(), planned.get(name), applied.get(name), &path, &mut found);
                if attribute.sensitive && !found.is_empty() {
                    found = vec![format!("{path}: a sensitive value is another")];
                }
                faults.extend(found);
            }
        }
    }
    faults
}

fn value(ty: &Type, planned: &Value, applied: &Value, path: &Path, faults: &mut Vec<String>) {
    match (ty, planned, applied) {
        (_, Value::Unknown, _) => {}
        // The type of a null was not planned either.
        (Type::Dynamic, Value::Null, _) => {}
        (_, Value::Null, Value::Null) => {}
        (_, _, Value::Null) => faults.push(format!("{path}: was {}, now null", show(planned))),
        (_, Value::Null, _) => faults.push(format!("{path}: was null, now {}", show(applied))),
        (_, _, Value::Unknown) => faults.push(format!("{path}: was known, now unknown")),
        (Type::Dynamic, Value::Dynamic(planned), Value::Dynamic(applied)) => {
            if planned.0 == applied.0 {
                value(&planned.0, &planned.1, &applied.1, path, faults);
            } else {
                faults.push(format!("{path}: was of the type {}, now {}", planned.0.to_json(), applied.0.to_json()));
            }
        }
        (Type::List(_) | Type::Tuple(_), _, _) => {
            let element = |index: usize| match ty {
                Type::List(element) => &**element,
                Type::Tuple(types) => &types[index],
                _ => ty,
            };
            let (count, now) = (planned.elements().len(), applied.elements().len());
            faults.extend((now..count).map(|index| format!("{}: has vanished", path.index(index))));
            faults.extend((count..now).map(|index| format!("{}: has appeared", path.index(index))));
            for (index, (planned, applied)) in planned.elements().iter().zip(applied.elements()).enumerate() {
                value(element(index), planned, applied, &path.index(index), faults);
            }
        }
        (Type::Map(element), Value::Map(planned), Value::Map(applied)) => {
            for (key, planned) in planned {
                match applied.get(key) {
                    Some(applied) => value(element, planned, applied, &path.key(key), faults),
                    None => faults.push(format!("{}: has vanished", path.key(key))),
                }
            }
            let new = applied.keys().filter(|key| !planned.contains_key(key));
            faults.extend(new.map(|key| format!("{}: has appeared", path.key(key))));
        }
        (Type::Object(types), _, _) => {
            for (name, ty) in types {
                value(ty, planned.get(name), applied.get(name), &path.attribute(name), faults);
            }
        }
        (Type::Set(element), _, _) => set(element, planned.elements(), applied.elements(), path, faults),
        _ if planned == applied => {}
        _ => faults.push(format!("{path}: was {}, now {}", show(planned), show(applied))),
    }
}

/// Each element must fit one on the other side. There may be fewer in the end, never more.
fn set(ty: &Type, planned: &[Value], applied: &[Value], path: &Path, faults: &mut Vec<String>) {
    let fits = |planned: &Value, applied: &Value| {
        let mut faults = Vec::new();
        value(ty, planned, applied, path, &mut faults);
        faults.is_empty()
    };
    let lost = planned.iter().filter(|planned| !applied.iter().any(|applied| fits(planned, applied)));
    let before = faults.len();
    faults.extend(lost.map(|element| format!("{path}: the element {} fits none now", show(element))));
    if faults.len() == before {
        let new = applied.iter().filter(|applied| !planned.iter().any(|planned| fits(planned, applied)));
        faults.extend(new.map(|element| format!("{path}: the element {} fits none planned", show(element))));
    }
    if planned.len() < applied.len() {
        faults.push(format!("{path}: {} elements were planned, {} are there", planned.len(), applied.len()));
    }
}

/// The cases of `compatible_test.go`, for attributes.
#[test]
fn core_accepts_and_refuses_outcomes() {
    for case in cases(include_str!("cases/compatible.txt"), &["schema", "planned", "applied", "refused"]) {
        let schema = case.schema();
        let [planned, applied] = ["planned", "applied"].map(|word| case.value(word, &schema));
        assert_eq!(apply_faults(&schema, &planned, &applied), case.all("refused"), "{}", case.name);
    }
}
