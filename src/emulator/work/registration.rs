//! Devices come and go: imports finish, syncs bring devices in, changes show, registrations end.

use ecow::EcoString;

use crate::emulator::clock::Millis;
use crate::emulator::marks::{object_changed, settling_due};
use crate::emulator::registration::{register, sync_now};
use crate::emulator::settings::Settings;
use crate::emulator::site::Registry;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::device::{AutopilotDevice, Change};
use crate::emulator::tenant::import::ImportState;
use crate::emulator::tenant::membership::forget_object;

pub(super) fn finish_import(tenant: &mut Tenant, registry: &mut Registry, settings: &Settings, at: Millis, batch: u64) {
    for id in tenant.index.batches.remove(&batch).unwrap_or_default() {
        let Some(import) = tenant.imports.get(&id).cloned() else { continue };
        let state = match import.hardware {
            Err((code, name)) => ImportState::Refused { code, name },
            Ok(hardware) => match registry.get(&hardware.key()) {
                Some((holder, _)) if *holder == tenant.id => {
                    ImportState::Refused { code: 806, name: "ZtdDeviceAlreadyAssigned".into() }
                }
                Some(_) => ImportState::Refused { code: 808, name: "ZtdDeviceAssignedToOtherTenant".into() },
                None => {
                    let mut device = AutopilotDevice::new(hardware);
                    device.product_key = import.product_key.map(EcoString::from);
                    device.set("groupTag", import.group_tag.as_deref().unwrap_or_default());
                    device.set("userPrincipalName", import.user.as_deref().unwrap_or_default());
                    let id = device.id.clone();
                    register(tenant, registry, settings, at, device);
                    ImportState::Complete { device: id.to_string() }
                }
            },
        };
        if let Some(import) = tenant.imports.edit(&id) {
            import.state = state;
        }
    }
}

/// The registered device of a serial number.
pub(super) fn known(tenant: &Tenant, serial: &str) -> Result<EcoString, String> {
    let serves = |device: &&AutopilotDevice| device.synced && device.hardware.serial.eq_ignore_ascii_case(serial);
    let found = tenant.autopilot.values().find(serves);
    found.map(|device| device.id.clone()).ok_or_else(|| format!("no device '{serial}'"))
}

pub(super) fn start_sync(tenant: &mut Tenant, settings: &Settings, at: Millis) {
    // A sync that was moved forward leaves its old entry behind.
    if tenant.affairs().sync_due.is_some_and(|due| due <= at) {
        sync_now(tenant, at, settings.sync_seconds);
    }
}

pub(super) fn end_sync(tenant: &mut Tenant, settings: &Settings, at: Millis) {
    let affairs = tenant.affairs_mut();
    if affairs.sync_ends.is_none_or(|ends| ends > at) {
        return;
    }
    affairs.sync_ends = None;
    affairs.last_sync = Some(at);
    for id in std::mem::take(&mut tenant.index.unsynced) {
        if let Some(device) = tenant.autopilot.edit(&id) {
            device.synced = true;
            tenant.index.unsettled.insert(id);
        }
    }
    settling_due(tenant, at, settings.assignment_seconds);
}

pub(super) fn apply_change(tenant: &mut Tenant, settings: &Settings, at: Millis, id: &str) {
    let Some(device) = tenant.autopilot.edit(id) else { return };
    let (due, later) = std::mem::take(&mut device.changes).into_iter().partition(|change| change.due <= at);
    device.changes = later;
    let due: Vec<Change> = due;
    for (name, value) in due.into_iter().flat_map(|change| change.values) {
        device.set(&name, &value);
    }
    let (order, object) = (device.value_text("groupTag"), device.entra_object.clone());
    if tenant.devices.get(&object).is_some_and(|found| found.order != order) {
        if let Some(found) = tenant.devices.edit(&object) {
            found.order = order;
        }
        object_changed(tenant, object, at, settings.membership_seconds);
    }
}

/// Ends a registration. The directory object goes with it, unless the device has joined.
pub(super) fn deregister(tenant: &mut Tenant, registry: &mut Registry, settings: &Settings, at: Millis, id: &str) {
    let Some(device) = tenant.autopilot.take(id) else { return };
    registry.remove(&device.hardware.key());
    tenant.index.unsynced.remove(id);
    tenant.index.unsettled.remove(id);
    let object = device.entra_object;
    match tenant.devices.get(&object).map(|found| found.joined) {
        Some(true) => {
            if let Some(found) = tenant.devices.edit(&object) {
                found.autopilot = None;
                found.order = None;
                found.purchase_order = None;
            }
            object_changed(tenant, &object, at, settings.membership_seconds);
        }
        Some(false) => {
            tenant.devices.take(&object);
            forget_object(tenant, &object);
        }
        None => {}
    }
}
