//! What `terraform import` brings in: devices that are registered already.

use std::{collections::BTreeSet, sync::Arc};

use super::super::registration::several;
use crate::{
    autopilot::{device::Device, devices::Registered},
    diagnostic::Diagnostic,
    resource::Result,
};

/// How the import id of the devices of a group tag begins.
const BY_TAG: &str = "group_tag=";

/// The import id of the devices of a group tag.
pub(super) fn by_tag(tag: &str) -> String {
    format!("{BY_TAG}{tag}")
}

/// The group tags that there are, the empty one where a device has none.
pub(super) fn tags(registered: &Registered) -> impl Iterator<Item = &str> {
    registered.iter().map(tag_of).collect::<BTreeSet<_>>().into_iter()
}

fn tag_of(device: &Device) -> &str {
    device.group_tag.as_deref().unwrap_or_default()
}

/// The devices that an import id names: all, or by serial numbers, or by group tag, of which the empty one is none.
pub(super) fn find<'a>(id: &str, registered: &'a Registered) -> Result<Vec<&'a Device>> {
    if id == "all" {
        let found: Vec<_> = registered.iter().collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let detail = "No device is registered with Windows Autopilot in this tenant.".to_owned();
        return Err(Diagnostic::error("Cannot Import Missing Device", detail).into());
    }
    if let Some(serial_numbers) = id.strip_prefix("serial_numbers=") {
        let wanted: Vec<_> = serial_numbers.split(',').map(str::trim).filter(|serial| !serial.is_empty()).collect();
        let missing: Vec<_> = wanted.iter().copied().filter(|serial| registered.by_serial(serial).is_none()).collect();
        if !missing.is_empty() {
            let detail = format!(
                "These devices are not registered with Windows Autopilot: {}. Check the serial numbers. A device that is \
                 not registered yet is registered by a row with its hardware_hash.",
                several(&missing)
            );
            return Err(Diagnostic::error("Cannot Import Missing Device", detail).into());
        }
        let found: Vec<_> = wanted.iter().filter_map(|serial| registered.by_serial(serial).map(Arc::as_ref)).collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    if let Some(tag) = id.strip_prefix(BY_TAG) {
        let found: Vec<_> = registered.iter().filter(|device| tag_of(device) == tag).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let detail = format!("No registered device has the group tag {tag:?}. Check its spelling and case.");
        return Err(Diagnostic::error("Cannot Import Missing Device", detail).into());
    }
    let detail = format!(
        "A device import is imported by serial numbers, as in serial_numbers=PF3A0001,PF3A0002, by group tag, as in \
         group_tag=Sales, or with all devices, as all, got: {id:?}."
    );
    Err(Diagnostic::error("Invalid Import Id", detail).into())
}
