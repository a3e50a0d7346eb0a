//! Values that an attribute takes: from its example, what it refers to, its checks, its type and its default.

use std::collections::BTreeMap;

use autopilot::{
    knowledge::{
        device_link::{self, DeviceLink},
        hardware_hash::{HardwareHash, encode},
    },
    schema::{Attribute, Check, Kind, Role, Unset},
    value::{Type, Value},
};

/// What configurations of a table may name.
#[derive(Default)]
pub(super) struct Known {
    /// Ids of objects that are there, by the kind of object.
    pub(super) ids: BTreeMap<&'static str, Vec<String>>,
    /// The key of the one row of a map.
    pub(super) row: String,
}

const GUIDS: [&str; 2] = ["0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"];

const TIMES: [&str; 2] = ["2027-01-31T18:00:00Z", "2027-02-28T18:00:00Z"];

/// Texts for an attribute that says nothing of what it holds, and for durations.
const TEXTS: [&str; 4] = ["Sample1", "Sample2", "5m", "10m"];

/// Each of them passes the attribute's own checks. They differ, and the default comes behind the first.
pub(super) fn of(attribute: &Attribute, known: &Known) -> Vec<Value> {
    let Kind::Plain(ty) = &attribute.kind else { panic!("{} has values inside only", attribute.name) };
    let default = match &attribute.unset {
        Unset::Default(default) => Some(default.clone()),
        _ => None,
    };
    let mut values = match ty {
        Type::Bool => vec![true.into(), false.into()],
        Type::Number => numbers(attribute),
        Type::Set(_) => collections(&texts(attribute, known), Value::set),
        Type::List(_) => orders(&texts(attribute, known)),
        _ => texts(attribute, known),
    };
    if let Some(default) = default {
        values.retain(|value| *value != default);
        values.insert(values.len().min(1), default);
    }
    values.retain(|value| attribute.checks.iter().all(|check| check.broken_by(value).is_none()));
    assert!(!values.is_empty(), "no value passes the checks of {0}: give {0} `.example(\"...\")`", attribute.name);
    values
}

fn collections(texts: &[Value], of: fn(Vec<Value>) -> Value) -> Vec<Value> {
    let mut collections = vec![of(texts.iter().take(1).cloned().collect())];
    collections.extend((texts.len() > 1).then(|| of(texts.iter().take(2).cloned().collect())));
    collections
}

/// All of them, in two orders.
fn orders(texts: &[Value]) -> Vec<Value> {
    vec![Value::List(texts.to_vec()), Value::List(texts.iter().rev().cloned().collect())]
}

fn numbers(attribute: &Attribute) -> Vec<Value> {
    let range = attribute.checks.iter().find_map(|check| match check {
        Check::Range { at_least, at_most } => Some((*at_least, *at_most)),
        _ => None,
    });
    let (at_least, at_most) = range.unwrap_or((7, 8));
    // The most may be too much beside other attributes.
    let between = (at_least + 1 < at_most).then(|| (at_least + 1).into());
    [at_most.into(), at_least.into()].into_iter().chain(between).collect()
}

fn texts(attribute: &Attribute, known: &Known) -> Vec<Value> {
    if attribute.name == "hardware_hash" {
        return vec![hardware_hash(&known.row).into()];
    }
    if attribute.name == "device_link" {
        return vec![device_link(&known.row).into()];
    }
    if let Some(kind) = attribute.refers_to {
        let ids =
            known.ids.get(kind).unwrap_or_else(|| panic!("there is no {kind} for {} to refer to", attribute.name));
        return ids.iter().map(|id| id.as_str().into()).collect();
    }
    let words = attribute.checks.iter().find_map(|check| match check {
        Check::OneOf(words) => Some(words.clone()),
        _ => None,
    });
    let is_guid = attribute.checks.iter().any(|check| matches!(check, Check::Guid));
    let mut texts: Vec<String> = match (words, attribute.example) {
        (Some(words), _) => words.into_iter().map(str::to_owned).collect(),
        _ if attribute.on_graph.is_time => TIMES.map(str::to_owned).to_vec(),
        (None, Some(example)) => variations(example),
        (None, None) if is_guid => GUIDS.map(str::to_owned).to_vec(),
        (None, None) => TEXTS.map(str::to_owned).to_vec(),
    };
    // Not set, it is kept: so there is a word for nothing.
    texts.splice(1..1, (attribute.role == Role::OptionalComputed && !texts.is_empty()).then(String::new));
    let passing = texts.into_iter().map(Value::from);
    passing.filter(|text| attribute.checks.iter().all(|check| elementwise(check, text))).collect()
}

/// A check of a collection's length says nothing of one element.
fn elementwise(check: &Check, text: &Value) -> bool {
    matches!(check, Check::Length { .. }) || (check.broken_by(text).is_none() && check.tells_of(text).is_empty())
}

/// The example, and the same with a 2 behind one of its words, from the last word on.
fn variations(example: &str) -> Vec<String> {
    let mut all = vec![example.to_owned()];
    let ends = example.char_indices().filter(|(at, letter)| {
        let next = example[at + letter.len_utf8()..].chars().next();
        letter.is_alphanumeric() && !next.is_some_and(char::is_alphanumeric)
    });
    let ends: Vec<_> = ends.map(|(at, letter)| at + letter.len_utf8()).collect();
    all.extend(ends.into_iter().rev().map(|end| format!("{}2{}", &example[..end], &example[end..])));
    all
}

fn device_link(serial_number: &str) -> String {
    let link = DeviceLink {
        serial_number: serial_number.to_owned(),
        manufacturer: "Contoso Hardware".to_owned(),
        model: "Model 1".to_owned(),
        smbios_uuid: uuid::Uuid::from_u128(1),
        keys: vec!["AAAA".to_owned()],
    };
    device_link::encode(&link, "2026-09-01T08:00:00Z")
}

fn hardware_hash(serial_number: &str) -> String {
    encode(&HardwareHash {
        serial_number: Some(serial_number.to_owned()),
        manufacturer: Some("Contoso Hardware".to_owned()),
        model: Some("Model 1".to_owned()),
        ..HardwareHash::default()
    })
}
