//! A machine is registered, and Intune learns of it by a sync: what imports, seeds and calls have in common.

use super::clock::{Millis, millis};
use super::marks::{object_changed, settling_due};
use super::settings::Settings;
use super::site::Registry;
use super::tenant::Tenant;
use super::tenant::device::AutopilotDevice;
use super::tenant::directory::EntraDevice;
use super::tenant::queue::Work;
use super::text::shared;

/// A sync will start at the time, unless one is planned before.
pub(crate) fn sync_due(tenant: &mut Tenant, at: Millis) {
    if tenant.affairs().sync_due.is_none_or(|due| due > at) {
        tenant.affairs_mut().sync_due = Some(at);
        tenant.index.plan(at, Work::StartSync);
    }
}

/// Registers a machine: the service knows it, the directory has an object for it, Intune will after the next sync.
pub(crate) fn register(
    tenant: &mut Tenant,
    registry: &mut Registry,
    settings: &Settings,
    at: Millis,
    device: AutopilotDevice,
) {
    registry.insert(device.hardware.key(), (shared(&tenant.id), device.id.clone()));
    let object = EntraDevice {
        id: device.entra_object.clone(),
        device_id: device.entra_device_id.clone(),
        display_name: device.hardware.serial.clone(),
        order: device.value_text("groupTag"),
        purchase_order: device.purchase_order.clone(),
        manufacturer: Some(device.hardware.manufacturer.clone()),
        model: Some(device.hardware.model.clone()),
        autopilot: Some(device.id.clone()),
        joined: device.enrolled,
        registered_at: at,
        ..EntraDevice::default()
    };
    tenant.devices.put(device.entra_object.clone(), object);
    object_changed(tenant, &device.entra_object, at, settings.membership_seconds);
    if device.synced {
        tenant.index.unsettled.insert(device.id.clone());
        settling_due(tenant, at, settings.assignment_seconds);
    } else {
        tenant.index.unsynced.insert(device.id.clone());
        sync_due(tenant, at + millis(settings.automatic_sync_seconds));
    }
    let id = device.id.clone();
    tenant.autopilot.put(&id, device);
}

/// Starts a sync, which takes in the planned one.
pub(crate) fn sync_now(tenant: &mut Tenant, at: Millis, seconds: u64) {
    let ends = at + millis(seconds);
    let affairs = tenant.affairs_mut();
    affairs.sync_due = None;
    affairs.sync_ends = Some(ends);
    tenant.index.plan(ends, Work::EndSync);
}
