//! What the rows of an association are called, and their keys.

use crate::value::{Name, Value};

pub(super) const DEVICES: &str = "devices";
pub(super) const DEVICE_LINK: &str = "device_link";
pub(super) const POLICY: &str = "policy_id";

/// The devices of a configuration or a state, by serial number.
pub(super) fn rows(object: &Value) -> impl Iterator<Item = (&Name, &Value)> {
    object.get(DEVICES).as_map().into_iter().flatten()
}

pub(super) fn is_serial_number(key: &str) -> std::result::Result<(), String> {
    if !key.is_empty() && key.trim() == key {
        return Ok(());
    }
    Err(format!("must have a serial number without a blank at either end as its key, got: {key:?}."))
}
