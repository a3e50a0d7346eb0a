//! What contradicts itself in a configuration.

use std::collections::BTreeMap;

use super::rows::{self, DEVICES};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    knowledge::{
        hardware_hash,
        serial_number::{self, Key},
        visible,
    },
    path::Path,
    value::Value,
};

/// Tells rows whose key is not a serial number, and rows of one device.
pub(super) fn check_keys(config: &Value, diagnostics: &mut Diagnostics) {
    let mut seen: BTreeMap<Key, &str> = BTreeMap::new();
    for (serial_number, _) in rows::rows(config) {
        let path = Path::of(DEVICES).key(serial_number);
        if serial_number.trim().is_empty() || serial_number.trim() != serial_number {
            let rule =
                "has a key that is not a serial number: it is empty, or has a blank at one end. Remove the blank.";
            diagnostics.push(Diagnostic::invalid(path.clone(), rule));
        }
        if let Some(other) = seen.insert(Key::of(serial_number), serial_number) {
            let rule = format!("is the same device as {other:?}: serial numbers have no case. Remove one of the rows.");
            diagnostics.push(Diagnostic::invalid(path, &rule));
        }
    }
}

/// Tells hashes that are none or of another device, and serial numbers that are none.
pub(super) fn check_rows(config: &Value, diagnostics: &mut Diagnostics) {
    for (serial_number, row) in rows::rows(config) {
        let path = Path::of(DEVICES).key(serial_number);
        if let Some(wrong) = row.get("hardware_hash").as_str().and_then(|hash| wrong_hash(hash, serial_number)) {
            diagnostics.push(wrong.at(path.attribute("hardware_hash")));
        } else if let Some(why) = serial_number::doubt(serial_number) {
            diagnostics.push(Diagnostic::warning("Not a Serial Number", why).at(path));
        }
    }
}

fn wrong_hash(hash: &str, serial_number: &str) -> Option<Diagnostic> {
    let shown = visible::escaped(serial_number);
    match hardware_hash::decode(hash) {
        Err(error) => Some(Diagnostic::error("Invalid Hardware Hash", format!("Device {shown}: {error}"))),
        Ok(read) if read.belongs_to(serial_number) == Some(false) => {
            let own = read.serial_number.as_deref().unwrap_or_default().trim();
            let detail = format!(
                "The hardware hash is of the device {}, not of {shown}. Give each device its own hash.{}",
                visible::escaped(own),
                serial_number::strange_characters(own, serial_number)
            );
            Some(Diagnostic::error("Hash of Another Device", detail))
        }
        Ok(read) => match read.lacks() {
            Some(what) => {
                let detail = format!(
                    "Device {shown}: the hardware hash contains no {what}, so Intune refuses it. The device's firmware has \
                     to hold one when the hash is collected."
                );
                Some(Diagnostic::error("Incomplete Hardware Hash", detail))
            }
            None => hardware_hash::odd_length(hash)
                .map(|why| Diagnostic::warning("Hardware Hash of an Odd Length", format!("Device {shown}: {why}"))),
        },
    }
}
