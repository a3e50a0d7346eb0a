//! Devices come and go: imports finish, syncs bring devices in, changes show, registrations end.

use ecow::EcoString;

use crate::emulator::clock::Millis;
use crate::emulator::marks::{object_changed, settling_due};
use crate::emulator::registration::{register, sync_now};
use crate::emulator::settings::Settings;
use crate::emulator::site::Registry;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::device::{AutopilotDevice, Change, USERLESS};
use crate::emulator::tenant::event::{self, Failed, Phase};
use crate::emulator::tenant::import::ImportState;
use crate::emulator::tenant::item::PROFILES;
use crate::emulator::tenant::membership::forget_object;
use crate::emulator::text::shared;

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

/// A user switches a registered device on: it joins the directory and enrols, under the profile it has. It may fail.
/// Unless said otherwise it is the user that the device is assigned to.
pub(crate) fn enroll(
    tenant: &mut Tenant,
    settings: &Settings,
    now: Millis,
    serial: &str,
    user: Option<&str>,
    failure: Option<&Failed>,
) -> Result<(), String> {
    let id = known(tenant, serial)?;
    let upn = |user: &str| tenant.user(user).map(|found| found.upn.clone()).ok_or_else(|| format!("no user '{user}'"));
    let user = user.map(upn).transpose()?;
    let Some(device) = tenant.autopilot.edit(&id) else { return Ok(()) };
    let enrolled = failure.is_none_or(|failed| failed.phase != Phase::Enrollment);
    device.last_contact = Some(now);
    device.enrollment_failed = !enrolled;
    device.enrolled |= enrolled;
    let mut device = device.clone();
    if let Some(user) = user {
        device.set("userPrincipalName", &user);
    }
    if device.needs_registering_anew() {
        // Its hardware is not the one that was registered, so that no profile finds it.
        device.assigned = None;
    }
    event::leave(tenant, &device, now, failure);
    if !enrolled {
        return Ok(());
    }
    let profile = device.assigned.and_then(|profile| tenant.items(PROFILES).get(&profile));
    let name = profile.map(|profile| profile.name().to_owned());
    // A device that deploys itself may do so once, until it is allowed again.
    let usage = profile.and_then(|profile| profile.entity.get("outOfBoxExperienceSetting")?.get("deviceUsageType"));
    if usage.is_some_and(|usage| usage == "shared")
        && let Some(device) = tenant.autopilot.edit(&id)
    {
        device.set(USERLESS, "blocked");
    }
    if let Some(found) = tenant.devices.edit(&device.entra_object) {
        found.joined = true;
        found.enrollment_profile = name.as_deref().map(shared);
        object_changed(tenant, &device.entra_object, now, settings.membership_seconds);
    }
    Ok(())
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
