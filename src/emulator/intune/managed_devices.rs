//! Managed devices, read: the registered devices that are enrolled, then those that device preparation deployed.
//!
//! Facts: Graph's `managedDevice`. Here `serialNumber eq '...'` works.

use serde_json::json;

use super::devices::managed_id;
use crate::emulator::call::{Call, Outcome};
use crate::emulator::clock::{intune_date, intune_date_or_never};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, of_version};
use crate::emulator::model::kind;
use crate::emulator::odata::filter::{Comparison, Filter};
use crate::emulator::odata::query::selected;
use crate::emulator::paging::{page, position};
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::device::AutopilotDevice;
use crate::emulator::tenant::preparation::Deployment;

const TYPE: &str = "managedDevice";
const PAGE: usize = 1000;

fn entity(tenant: &Tenant, device: &AutopilotDevice) -> Object {
    let user = device.value("userPrincipalName").and_then(|upn| tenant.user(upn));
    let object = tenant.devices.get(&device.entra_object);
    let values = json!({
        "id": managed_id(device),
        "deviceName": device.value("displayName").unwrap_or(&device.hardware.serial),
        "serialNumber": device.hardware.serial,
        "manufacturer": device.hardware.manufacturer,
        "model": device.hardware.model,
        "userPrincipalName": user.map_or("", |user| &user.upn),
        "userId": user.map_or("", |user| &user.id),
        "azureADDeviceId": device.entra_device_id,
        "enrolledDateTime": intune_date_or_never(device.last_contact),
        "lastSyncDateTime": intune_date_or_never(device.last_contact),
        "autopilotEnrolled": true,
        "enrollmentProfileName": object.and_then(|object| object.enrollment_profile.as_deref()),
        "operatingSystem": "Windows",
        "osVersion": "10.0.26100.1",
    });
    values.as_object().cloned().unwrap_or_default()
}

fn prepared_entity(tenant: &Tenant, deployment: &Deployment) -> Object {
    let object = tenant.devices.get(&deployment.entra_object);
    let values = json!({
        "id": deployment.id,
        "deviceName": deployment.name,
        "serialNumber": deployment.hardware.serial,
        "manufacturer": deployment.hardware.manufacturer,
        "model": deployment.hardware.model,
        "userPrincipalName": deployment.user,
        "userId": tenant.user(&deployment.user).map_or("", |user| &user.id),
        "azureADDeviceId": deployment.entra_device_id,
        "enrolledDateTime": intune_date(deployment.at),
        "lastSyncDateTime": intune_date(deployment.at),
        "autopilotEnrolled": false,
        "enrollmentProfileName": object.and_then(|object| object.enrollment_profile.as_deref()),
        "operatingSystem": "Windows",
        "osVersion": "10.0.26100.1",
    });
    values.as_object().cloned().unwrap_or_default()
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let filter = call.query.filter()?;
    let mut works = true;
    if let Some(filter) = &filter {
        filter.leaves(&mut |leaf| {
            works &= match leaf {
                Filter::Compare(path, Comparison::Equal, _) | Filter::Text(_, path, _) => {
                    kind(TYPE).property(path).is_some()
                }
                _ => false,
            };
        });
    }
    if !works {
        return Err(Failure::intune_refuses());
    }
    let names = call.query.select(kind(TYPE))?;
    let size = call.query.top(PAGE)?.unwrap_or(PAGE);
    let tenant = &*site.tenant;
    let from = position(call)?;
    let prepared_from = from.as_deref().filter(|id| tenant.deployments.has(id));
    let registered = tenant.autopilot.after(from.as_deref()).filter(|_| prepared_from.is_none());
    let registered = registered.filter(|(_, device)| device.enrolled).map(|(id, device)| (id, entity(tenant, device)));
    let prepared = tenant.deployments.after(prepared_from).filter(|(_, each)| each.enrolled);
    let prepared = prepared.map(|(id, each)| (id, prepared_entity(tenant, each)));
    let rows = registered.chain(prepared);
    let rows = rows.filter(|(_, entity)| filter.as_ref().is_none_or(|filter| filter.matches(entity)));
    let show = |shown: Object| selected(of_version(kind(TYPE), shown, call.version), names.as_deref());
    Ok(page(call, rows, size, None, show))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_has_what_is_shown_of_it() {
        let tenant = Tenant::empty("t", "T", &["t.example"]);
        let hardware = crate::emulator::tenant::device::Hardware {
            serial: "S".into(),
            manufacturer: "M".into(),
            model: "X".into(),
        };
        let shown = entity(&tenant, &AutopilotDevice::new(hardware));
        for name in shown.keys() {
            assert!(kind(TYPE).property(name).is_some(), "{name}");
        }
        assert_eq!(shown["userId"], json!(""));
    }
}
