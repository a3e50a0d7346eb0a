//! The DeviceLinks of devices, and the mark that an association leaves.

use std::collections::BTreeSet;

use super::row::{DEVICE_LINK, DEVICES, rows};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    knowledge::{device_link, serial_number::Key, visible},
    path::Path,
    resource::Change,
    value::Value,
};

/// Refuses DeviceLinks that are none, or another device's.
pub(super) fn judge(config: &Value, diagnostics: &mut Diagnostics) {
    for (serial_number, row) in rows(config) {
        let path = Path::of(DEVICES).key(serial_number).attribute(DEVICE_LINK);
        if let Some(wrong) = row.get(DEVICE_LINK).as_str().and_then(|link| wrong_link(link, serial_number)) {
            diagnostics.push(wrong.at(path));
        }
    }
}

/// Warns of what stays of devices that a plan lets go.
pub(super) fn leaving(change: &Change) -> Option<Diagnostic> {
    let left = left(&change.prior, &change.planned);
    if left.is_empty() {
        return None;
    }
    let detail = format!(
        "The records of these devices are taken away: {}. The mark in the firmware of a device that has enrolled \
         stays, so it associates with this tenant again while it is enrolled.",
        left.join(", ")
    );
    Some(Diagnostic::warning("Firmware's Mark Stays", detail).at(Path::of(DEVICES)))
}

/// The devices that were associated here and are let go.
fn left<'a>(prior: &'a Value, planned: &Value) -> Vec<&'a str> {
    let staying: BTreeSet<Key> = rows(planned).map(|(serial_number, _)| Key::of(serial_number)).collect();
    let is_left = |serial_number: &str| !staying.contains(&Key::of(serial_number));
    let ours =
        rows(prior).filter(|(_, row)| row.get("origin").as_str() == Some("imported") && !row.get("id").is_null());
    let known = planned.is_null() || planned.get(DEVICES).as_map().is_some();
    ours.map(|(serial_number, _)| serial_number.as_str()).filter(|it| known && is_left(it)).collect()
}

fn wrong_link(link: &str, serial_number: &str) -> Option<Diagnostic> {
    let shown = visible::escaped(serial_number);
    match device_link::decode(link) {
        Err(why) => Some(Diagnostic::error("Invalid DeviceLink", format!("Device {shown}: {why}"))),
        Ok(link) if !link.belongs_to(serial_number) => {
            let own = visible::escaped(&link.serial_number);
            let detail =
                format!("The DeviceLink is of the device {own}, not of {shown}. Give each device its own DeviceLink.");
            Some(Diagnostic::error("DeviceLink of Another Device", detail))
        }
        Ok(_) => None,
    }
}
