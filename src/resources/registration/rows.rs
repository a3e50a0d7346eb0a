//! Rows between Terraform's values and what the steps work with, and the fingerprints of their hashes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map as JsonMap, Value as Json};

use super::fleet::{Fleet, Origin, Row, Want};
use crate::{
    autopilot::{device::Device, devices::Registered},
    knowledge::{hardware_hash, serial_number::Key},
    resource::{Private, body, shared},
    value::{Map, Name, Value},
};

/// The attribute of the rows.
pub(in crate::resources) const DEVICES: &str = "devices";

/// The rows of an object, by serial number. None where they are null or unknown.
pub(super) fn rows(object: &Value) -> impl Iterator<Item = (&Name, &Value)> {
    object.get(DEVICES).as_map().into_iter().flatten()
}

/// The same by what serial numbers are compared by: a key that is written in another case is the same row.
pub(super) fn by_key(object: &Value) -> BTreeMap<Key, &Value> {
    rows(object).filter(|(_, row)| !row.is_null()).map(|(serial_number, row)| (Key::of(serial_number), row)).collect()
}

/// What a row of the configuration wants.
pub(super) fn want(config: &Value) -> Want {
    let text = |name: &str| config.get(name).as_str().map(str::to_owned);
    Want {
        hash: text("hardware_hash").map(|hash| hash.trim().to_owned()).filter(|hash| !hash.is_empty()),
        group_tag: text("group_tag"),
        user: text("assigned_user"),
        greeting: text("user_friendly_name"),
        display_name: text("display_name"),
    }
}

/// The id of a row of a state, where it is registered.
pub(super) fn id(row: &Value) -> Option<&str> {
    row.get("id").as_str()
}

pub(super) fn origin(row: &Value) -> Option<Origin> {
    [Origin::Imported, Origin::Adopted].into_iter().find(|origin| row.get("origin").as_str() == Some(origin.word()))
}

/// A row of a state as a device has it. Blank in other words stays as it was.
pub(super) fn registered_row(device: &Device, origin: Origin, prior: &Value) -> Value {
    // What is null in a state is not managed; what is brought in has no state before.
    let text = |name: &str, there: &Option<String>| match (there, prior.get(name)) {
        (_, Value::Null) if !prior.is_null() => Value::Null,
        (None, Value::String(before)) if before.is_empty() => Value::from(""),
        (Some(now), Value::String(before)) if name == "assigned_user" && now.eq_ignore_ascii_case(before) => {
            before.as_str().into()
        }
        (there, _) => there.clone().into(),
    };
    Value::object([
        ("hardware_hash", Value::Null),
        ("group_tag", text("group_tag", &device.group_tag)),
        ("assigned_user", text("assigned_user", &device.user)),
        ("user_friendly_name", text("user_friendly_name", &device.greeting)),
        ("display_name", text("display_name", &device.display_name)),
        ("id", device.id.as_str().into()),
        ("status", "registered".into()),
        ("origin", origin.word().into()),
    ])
}

/// A row after an apply: what was planned, and for what was unknown what came of it.
fn settled_row(planned: &Value, row: &Row) -> Value {
    let reached = match row.device() {
        Some(device) => registered_row(device, row.origin.unwrap_or(Origin::Adopted), &Value::Null),
        None => {
            let mut reached = Value::Map(Map::new());
            for (name, wanted) in [
                ("group_tag", &row.want.group_tag),
                ("assigned_user", &row.want.user),
                ("user_friendly_name", &row.want.greeting),
                ("display_name", &row.want.display_name),
            ] {
                reached.insert(name, wanted.clone().into());
            }
            reached.insert("status", row.status().into());
            reached
        }
    };
    body::settle(planned, &reached)
}

/// The state after an apply: each row as far as it came, and the `kept` ones as they were.
pub(super) fn settled(planned: &Value, fleet: &Fleet, kept: BTreeMap<Name, Value>) -> Value {
    let planned_rows = planned.get(DEVICES);
    let devices = fleet
        .rows
        .iter()
        .map(|(serial_number, row)| (serial_number.into(), settled_row(planned_rows.get(serial_number), row)));
    let mut state = planned.clone();
    state.insert(DEVICES, Value::Map(devices.chain(kept).collect()));
    state
}

/// A row as it is now. One that is not finished stays as it is: the next apply goes on with it.
pub(super) fn read_row(serial_number: &str, row: &Value, registered: &[Arc<Registered>]) -> Value {
    let Some(id) = id(row) else { return row.clone() };
    if let Some(device) = registered.iter().find_map(|registered| registered.by_id(id)) {
        return registered_row(device, origin(row).unwrap_or(Origin::Adopted), row);
    }
    if let Some(device) = registered.iter().find_map(|registered| registered.by_serial(serial_number)) {
        // Somebody deregistered it and registered it again: it is theirs now.
        return registered_row(device, Origin::Adopted, row);
    }
    let mut gone = row.clone();
    gone.insert("id", Value::Null);
    gone.insert("origin", Value::Null);
    gone.insert("status", "not registered any more".into());
    gone
}

/// The fingerprint of a hash; none where it cannot be read.
fn fingerprint(hash: &str) -> Option<String> {
    Some(hardware_hash::decode(hash.trim()).ok()?.fingerprint())
}

const FINGERPRINTS: &str = "fingerprints";

/// Where private state keeps the ids of import records that could not be deleted at their end.
const RECORDS: &str = "records";

/// The import records that were left.
pub(super) fn records_left(private: &Private) -> Vec<String> {
    let ids = private.get(RECORDS).and_then(Json::as_array).into_iter().flatten();
    ids.filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

/// Remembers the import records that are left.
pub(super) fn remember_records(private: &mut Private, ids: &[String]) {
    if ids.is_empty() {
        private.remove(RECORDS);
    } else {
        private.set(RECORDS, ids);
    }
}

/// The rows that another resource has too: they are let go, and never deregistered.
pub(super) fn shared(private: &Private) -> BTreeSet<Key> {
    shared::keys(private).iter().map(|key| Key::of(key)).collect()
}

/// The fingerprint that is remembered of a row.
pub(super) fn remembered<'a>(private: &'a Private, serial_number: &str) -> Option<&'a str> {
    private.get(FINGERPRINTS)?.get(Key::of(serial_number).as_str())?.as_str()
}

/// Whether the configuration's hash is of another machine than the one that is registered. A hash that is not set, or not
/// remembered, tells nothing.
pub(super) fn is_other_machine(private: &Private, serial_number: &str, config: &Value) -> bool {
    let Some(before) = remembered(private, serial_number) else { return false };
    config.get("hardware_hash").as_str().and_then(fingerprint).is_some_and(|now| now != before)
}

/// Remembers the machines of the rows that are registered now. `kept` rows keep what was remembered of them.
pub(super) fn remember(private: &mut Private, fleet: &Fleet, kept: &BTreeMap<Name, Value>) {
    let mut fingerprints = JsonMap::new();
    let stored = |serial_number: &str| Key::of(serial_number).as_str().to_owned();
    for (serial_number, row) in &fleet.rows {
        let now = row.want.hash.as_deref().filter(|_| row.device().is_some()).and_then(fingerprint);
        let before = || remembered(private, serial_number).filter(|_| !row.is_other_machine).map(str::to_owned);
        // What was handed over is the machine that is registered, whatever the configuration has by now: the next plan says so.
        let there = row.machine_there.clone().filter(|_| row.device().is_some());
        fingerprints.extend(there.or(now).or_else(before).map(|print| (stored(serial_number), Json::from(print))));
    }
    for serial_number in kept.keys() {
        let before = remembered(private, serial_number).map(Json::from);
        fingerprints.extend(before.map(|print| (stored(serial_number), print)));
    }
    private.set(FINGERPRINTS, fingerprints);
    remember_records(private, &fleet.records_left);
}
