//! Autopilot devices, associated devices and the records of imports, for a person.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::part::{Part, Wanted, by_text};
use crate::emulator::clock::intune_date;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::association::{Association, State};
use crate::emulator::tenant::device::{AutopilotDevice, Remediation, USERLESS};
use crate::emulator::tenant::fitness;
use crate::emulator::tenant::import::{Import, ImportState};
use crate::emulator::tenant::item::PROFILES;

const FAILED: &str = "Failed";
/// The statuses of the admin center. What the hardware calls for goes before what became of the profile: the Windows
/// Autopilot tutorials, "Verify device has an Autopilot profile assigned to it".
const STATUSES: [&str; 6] = ["Not assigned", "Assigning", "Assigned", FAILED, "Fix pending", "Attention required"];

fn status(tenant: &Tenant, device: &AutopilotDevice) -> &'static str {
    match device.remediation.as_deref() {
        Some((Remediation::Automatic { .. }, _)) => "Fix pending",
        Some((Remediation::Manual, _)) => "Attention required",
        Some((Remediation::Done, _)) | None => match fitness::status(tenant, device).0 {
            "notAssigned" => "Not assigned",
            "pending" => "Assigning",
            "failed" => FAILED,
            _ => "Assigned",
        },
    }
}

/// Those that a sync has brought in: the others no read shows.
fn synced(tenant: &Tenant) -> impl Iterator<Item = &AutopilotDevice> {
    tenant.autopilot.values().filter(|device| device.synced)
}

pub(super) fn count(tenant: &Tenant) -> usize {
    tenant.autopilot.len() - tenant.index.unsynced.len()
}

/// How many devices have each status. One that few tenants have is not told where no device has it.
pub(super) fn statuses(tenant: &Tenant) -> Vec<Value> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for device in synced(tenant) {
        *counts.entry(status(tenant, device)).or_default() += 1;
    }
    let count = |status: &str| json!({"status": status, "count": counts.get(status).copied().unwrap_or_default()});
    STATUSES.into_iter().filter(|status| *status != FAILED || counts.contains_key(status)).map(count).collect()
}

fn profile<'a>(tenant: &'a Tenant, device: &AutopilotDevice) -> Option<&'a str> {
    let id = device.assigned.as_deref()?;
    tenant.items(PROFILES).get(id).map(|profile| profile.name())
}

pub(super) fn rows(tenant: &Tenant, wanted: &Wanted) -> Part {
    let found = synced(tenant).filter(|device| {
        wanted.id.as_ref().is_none_or(|id| device.id == *id)
            && wanted.status.as_ref().is_none_or(|wanted| status(tenant, device) == wanted)
            && wanted.finds(|say| {
                let hardware = &device.hardware;
                [&hardware.serial, &hardware.model, &hardware.manufacturer].into_iter().for_each(|text| say(text));
                let texts = ["groupTag", "userPrincipalName", "displayName"].map(|name| device.value(name));
                texts.into_iter().flatten().chain(profile(tenant, device)).for_each(say);
            })
    });
    Part::sorted(found, wanted, |device| by_text(&device.hardware.serial), |device| row(tenant, device))
}

fn row(tenant: &Tenant, device: &AutopilotDevice) -> Value {
    let text = |name: &str| device.value(name).unwrap_or_default();
    json!({
        "id": device.id,
        "path": format!("/beta/deviceManagement/windowsAutopilotDeviceIdentities/{}", device.id),
        "serial_number": device.hardware.serial,
        "manufacturer": device.hardware.manufacturer,
        "model": device.hardware.model,
        "name": text("displayName"),
        "group_tag": text("groupTag"),
        "user": text("userPrincipalName"),
        "status": status(tenant, device),
        "profile": profile(tenant, device),
        "assigned_at": device.assigned_at.map(intune_date),
        // Written, and not shown by reads yet.
        "updating": !device.changes.is_empty(),
        "leaving": device.deleted_at.is_some(),
        "enrolled": device.enrolled,
        "failed": device.enrollment_failed,
        "blocked": device.value(USERLESS) == Some("blocked"),
        "last_contact": device.last_contact.map(intune_date),
    })
}

pub(super) fn associations(tenant: &Tenant, wanted: &Wanted) -> Part {
    let found = tenant.associations.values().filter(|row| {
        wanted.finds(|say| {
            [&row.hardware.serial, &row.hardware.model, &row.hardware.manufacturer]
                .into_iter()
                .for_each(|text| say(text));
            row.assigned_to.as_deref().into_iter().for_each(say);
        })
    });
    let policies = tenant.items("configurationPolicies");
    let show = |row: &Association| {
        json!({
            "id": row.id,
            "path": format!("/beta/deviceManagement/tenantAssociatedDevices/{}", row.id),
            "serial_number": row.hardware.serial,
            "manufacturer": row.hardware.manufacturer,
            "model": row.hardware.model,
            "user": row.assigned_to,
            "policy": row.policy.as_ref().and_then(|(id, _)| policies.get(id)).map(|policy| policy.text("name")),
            "status": match row.state {
                State::Preassociated => "Preassociated",
                State::Associated => "Associated",
                State::PendingRemoval => "Pending removal",
            },
            "at": intune_date(row.preassociated_at),
        })
    };
    Part::sorted(found, wanted, |row| by_text(&row.hardware.serial), show)
}

pub(super) fn imports(tenant: &Tenant, wanted: &Wanted) -> Part {
    let found = tenant.imports.values().filter(|import| {
        wanted.finds(|say| {
            let texts = [&import.serial, &import.group_tag, &import.user, &import.import_id];
            texts.into_iter().flatten().for_each(|text| say(text));
            say(import_status(import).0);
        })
    });
    let show = |import: &Import| {
        let (status, error) = import_status(import);
        json!({
            "id": import.id,
            "path": format!("/beta/deviceManagement/importedWindowsAutopilotDeviceIdentities/{}", import.id),
            "serial_number": import.serial,
            "group_tag": import.group_tag,
            "user": import.user,
            "status": status,
            "error": error,
        })
    };
    Part::sorted(found, wanted, |import| by_text(import.serial.as_deref().unwrap_or_default()), show)
}

fn import_status(import: &Import) -> (&'static str, Option<String>) {
    match &import.state {
        ImportState::Waiting => ("Waiting", None),
        ImportState::Complete { .. } => ("Complete", None),
        ImportState::Refused { code, name } => ("Refused", Some(format!("{code} {name}"))),
    }
}
