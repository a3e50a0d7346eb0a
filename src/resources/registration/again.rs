//! Which rows a plan does again although nothing in them changed.

use std::collections::BTreeSet;

use super::rows::{self, DEVICES};
use crate::{
    knowledge::serial_number::Key,
    resource::{Change, Cx},
    value::Value,
};

/// The rows that are not finished, and those whose hash is of another machine than before, or not known yet.
pub(super) fn rows_to_do_again(cx: &Cx, change: &Change) -> BTreeSet<String> {
    let prior = rows::by_key(&change.prior);
    let planned = rows::rows(&change.planned).filter(|(_, row)| row.as_map().is_some());
    let again = planned.filter(|(serial_number, _)| {
        let Some(before) = prior.get(&Key::of(serial_number)) else { return false };
        let config = change.config.get(DEVICES).get(serial_number);
        let hash = config.get("hardware_hash");
        rows::id(before).is_none()
            || (hash.is_unknown() && rows::remembered(&cx.private, serial_number).is_some())
            || rows::is_other_machine(&cx.private, serial_number, config)
    });
    again.map(|(serial_number, _)| serial_number.to_string()).collect()
}

/// What is computed of a row becomes unknown, so that the plan is an update in place.
pub(super) fn plan_again(change: &mut Change, serial_number: &str) {
    let config = change.config.get(DEVICES).get(serial_number).clone();
    let Value::Map(planned) = &mut change.planned else { return };
    let Some(Value::Map(devices)) = planned.get_mut(DEVICES) else { return };
    let Some(row) = devices.get_mut(serial_number) else { return };
    for name in ["id", "status", "origin"] {
        row.insert(name, Value::Unknown);
    }
    for name in ["group_tag", "assigned_user", "user_friendly_name", "display_name"] {
        if config.get(name).is_null() && !row.get(name).is_null() {
            row.insert(name, Value::Unknown);
        }
    }
}

/// A user who is assigned is greeted by another name, where the configuration says none.
pub(super) fn plan_greetings(change: &mut Change) {
    let prior = rows::by_key(&change.prior);
    let Value::Map(planned) = &mut change.planned else { return };
    let Some(Value::Map(devices)) = planned.get_mut(DEVICES) else { return };
    for (serial_number, row) in devices.iter_mut().filter(|(_, row)| row.as_map().is_some()) {
        let Some(before) = prior.get(&Key::of(serial_number)) else { continue };
        let is_said = !change.config.get(DEVICES).get(serial_number).get(GREETING).is_null();
        if !is_said && !row.get(GREETING).is_null() && row.get("assigned_user") != before.get("assigned_user") {
            row.insert(GREETING, Value::Unknown);
        }
    }
}

const GREETING: &str = "user_friendly_name";
