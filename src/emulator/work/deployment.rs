//! A laptop is switched on. Which way it is deployed depends on what the service knows of it.
//!
//! Facts: an association beats a registration, and a registration beats the device preparation policy of the user
//! (Microsoft's pages on device preparation). Pre-provisioning needs a profile that allows it, an Enrollment Status
//! Page that targets the device, and a TPM 2.0; a device that was deployed without a user is blocked afterwards until
//! its next enrolment is allowed.

use super::preparation;
use super::registration::known;
use super::switched_on::SwitchedOn;
use crate::emulator::clock::Millis;
use crate::emulator::marks::object_changed;
use crate::emulator::settings::Settings;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::assignment::Target;
use crate::emulator::tenant::association::{Association, State};
use crate::emulator::tenant::device::{AutopilotDevice, USERLESS};
use crate::emulator::tenant::event::{self, Phase, Stage};
use crate::emulator::tenant::fitness::is_self_deploying;
use crate::emulator::tenant::item::{CONFIGURATIONS, Item, PROFILES};
use crate::emulator::tenant::membership::groups_of;
use crate::emulator::text::shared;

/// Switches a laptop on. The error says why that cannot be; a deployment that fails is no error.
pub(crate) fn switch_on(tenant: &mut Tenant, settings: &Settings, now: Millis, on: &SwitchedOn) -> Result<(), String> {
    let upn = |user: &str| tenant.user(user).map(|found| found.upn.clone()).ok_or_else(|| format!("no user '{user}'"));
    let on = &SwitchedOn { user: on.user.as_deref().map(upn).transpose()?, ..on.clone() };
    let association = association(tenant, &on.serial).cloned().or_else(|| marked(tenant, &on.serial, now));
    match (association, known(tenant, &on.serial)) {
        (None, Ok(id)) => classic(tenant, settings, now, &id, on),
        (None, Err(unknown)) if on.user.is_none() => Err(unknown),
        _ if on.technician => Err(format!("device preparation has no technician phase for '{}'", on.serial)),
        (association, _) => preparation::deploy(tenant, settings, now, on, association),
    }
}

/// The association of a serial number; of several the newest is of the hardware as it is.
fn association<'a>(tenant: &'a Tenant, serial: &str) -> Option<&'a Association> {
    let of_it = tenant
        .associations
        .values()
        .filter(|row| row.state != State::PendingRemoval && row.hardware.serial.eq_ignore_ascii_case(serial));
    of_it.max_by_key(|row| row.sequence)
}

/// The association that begins anew with a device that has come before: its firmware keeps the mark of one that was
/// deleted, and it associates again while it is enrolled (Microsoft's pages on device association). Believed: it is
/// another record, without a policy.
fn marked(tenant: &mut Tenant, serial: &str, now: Millis) -> Option<Association> {
    let of_it = tenant.marked.values().filter(|row| row.hardware.serial.eq_ignore_ascii_case(serial));
    let row = of_it.max_by_key(|row| row.sequence)?.clone();
    Some(Association::new(row.hardware, &row.smbios_uuid, &row.identity, now, tenant.next_number()))
}

fn profile_of<'a>(tenant: &'a Tenant, device: &AutopilotDevice) -> Option<&'a Item> {
    device.assigned.as_deref().and_then(|profile| tenant.items(PROFILES).get(profile))
}

/// What stands against a deployment without a user, by a technician or by the device itself.
fn obstacle(tenant: &Tenant, device: &AutopilotDevice, technician: bool) -> Option<String> {
    let serial = &device.hardware.serial;
    let profile = profile_of(tenant, device);
    let alone = is_self_deploying(profile);
    if !technician && !alone {
        return None;
    }
    if device.lacks_tpm {
        return Some(format!("device '{serial}' has no TPM 2.0 to attest itself with"));
    }
    if device.preprovisioned {
        return technician.then(|| format!("device '{serial}' is pre-provisioned and waits for its user"));
    }
    if device.value(USERLESS).is_some() {
        return Some(format!("device '{serial}' is blocked until its next enrollment is allowed"));
    }
    if !technician {
        return None;
    }
    let allows = |profile: &Item| profile.entity.get("preprovisioningAllowed").is_some_and(|allowed| allowed == true);
    match profile {
        None => Some(format!("device '{serial}' has no profile yet")),
        Some(profile) if alone || !allows(profile) => {
            Some(format!("the profile '{}' of device '{serial}' does not allow pre-provisioning", profile.name()))
        }
        Some(_) if !has_status_page(tenant, device) => {
            Some(format!("no enrollment status page targets device '{serial}'; one for users does not count"))
        }
        Some(_) => None,
    }
}

/// Whether an Enrollment Status Page targets the device itself, the default one included.
fn has_status_page(tenant: &Tenant, device: &AutopilotDevice) -> bool {
    let groups = groups_of(tenant, &device.entra_object);
    let is_in = |group: &str| groups.contains(group);
    tenant.items(CONFIGURATIONS).values().any(|page| {
        let shows = page.entity.get("showInstallationProgress").is_some_and(|shows| shows == true);
        let targets = || page.assignments.iter().map(|each| &each.assignment.target);
        let included = page.by_service
            || targets().any(|target| match target {
                Target::Group(group) => is_in(group),
                Target::AllDevices => true,
                _ => false,
            });
        shows && included && !targets().any(|target| matches!(target, Target::Exclusion(group) if is_in(group)))
    })
}

/// A registered device joins the directory and enrols, under the profile it has. It may fail.
fn classic(tenant: &mut Tenant, settings: &Settings, now: Millis, id: &str, on: &SwitchedOn) -> Result<(), String> {
    let Some(mut device) = tenant.autopilot.get(id).cloned() else { return Ok(()) };
    if device.needs_registering_anew() {
        // Its hardware is not the one that was registered, so that no profile finds it.
        device.assigned = None;
    }
    if let Some(obstacle) = obstacle(tenant, &device, on.technician) {
        return Err(obstacle);
    }
    if on.technician && on.fails_in(Phase::AccountSetup) {
        return Err("a technician does not come as far as the account setup".into());
    }
    let stage = match (on.technician, device.preprovisioned) {
        (true, _) => Stage::Technician,
        (false, true) => Stage::AfterTechnician,
        (false, false) => Stage::Whole,
    };
    let enrolled = !on.fails_in(Phase::Enrollment);
    let profile = profile_of(tenant, &device);
    let name = profile.map(|profile| shared(profile.name()));
    // Without a user it may do so once, until it is allowed again.
    let blocked = enrolled && (on.technician || is_self_deploying(profile));
    if let Some(device) = tenant.autopilot.edit(id) {
        device.last_contact = Some(now);
        device.enrollment_failed = !enrolled;
        device.enrolled |= enrolled;
        device.preprovisioned = on.technician && on.failure.is_none();
        if blocked {
            device.set(USERLESS, "blocked");
        }
    }
    let user = if on.technician { "" } else { on.user.as_deref().or(device.value("userPrincipalName")).unwrap_or("") };
    event::leave(tenant, &device, user, now, stage, on.failure.as_ref());
    if enrolled && let Some(found) = tenant.devices.edit(&device.entra_object) {
        found.joined = true;
        found.enrollment_profile = name;
        object_changed(tenant, &device.entra_object, now, settings.membership_seconds);
    }
    Ok(())
}
