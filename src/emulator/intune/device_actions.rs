//! What can be done with registered devices: change properties, assign a user, deregister.
//!
//! Facts: Graph's actions on `windowsAutopilotDeviceIdentity`. All answer 204 at once; reads show the effect later.

use std::collections::BTreeMap;

use ecow::EcoString;
use serde_json::{Value, json};

use super::devices::{check_tag, visible};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::chance;
use crate::emulator::clock::millis;
use crate::emulator::error::Failure;
use crate::emulator::model::check::Version;
use crate::emulator::site::Site;
use crate::emulator::tenant::device::{Change, USERLESS};
use crate::emulator::tenant::queue::Work;

const PROPERTIES: &[&str] = &["userPrincipalName", "addressableUserName", "groupTag", "displayName"];
const BETA_PROPERTIES: &[&str] = &["deviceAccountUpn", "deviceAccountPassword", "deviceFriendlyName"];

/// The parameters of an action, all of them texts. Null leaves a property as it is.
fn parameters(call: &Call, known: impl Fn(&str) -> bool) -> Result<BTreeMap<String, String>, Failure> {
    let mut values = BTreeMap::new();
    for (name, value) in call.object()? {
        if name.starts_with('@') {
            continue;
        }
        if !known(name) {
            return Err(Failure::model(format!(
                "The parameter '{name}' in the request payload is not a valid parameter for the operation."
            )));
        }
        match value {
            Value::String(text) => {
                values.insert(name.clone(), text.clone());
            }
            Value::Null => {}
            _ => {
                return Err(Failure::model(format!(
                    "Cannot convert the value of '{name}' to the expected type 'Edm.String'."
                )));
            }
        }
    }
    Ok(values)
}

fn change(site: &mut Site<'_>, call: &Call, values: BTreeMap<String, String>) -> Outcome {
    let due = call.now + millis(site.settings.property_seconds);
    let tenant = &mut *site.tenant;
    let id = visible(tenant, call)?.id.clone();
    if call.without_effect {
        return Ok(Answer::done());
    }
    if let Some(device) = tenant.autopilot.edit(&id) {
        device.changes.push(Change { due, values });
    }
    tenant.index.plan(due, Work::ApplyChange(id));
    Ok(Answer::done())
}

/// What becomes of a call of `updateDeviceProperties` where a share of them is to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fortune {
    Effect,
    Conflict,
    Loss,
}

/// The fortune of the next call for a device: by its serial number and how often it was tried.
fn fortune(site: &mut Site<'_>, call: &Call) -> Result<Fortune, Failure> {
    let settings = site.settings;
    let (conflicts, losses) = (settings.property_conflicts_percent, settings.property_losses_percent);
    let device = visible(site.tenant, call)?;
    if conflicts == 0 && losses == 0 {
        return Ok(Fortune::Effect);
    }
    let percent = 100.0 * chance::of(settings.property_seed, &device.hardware.serial, device.tries);
    let id = device.id.clone();
    if let Some(device) = site.tenant.autopilot.edit(&id) {
        device.tries += 1;
    }
    Ok(match percent {
        percent if percent < f64::from(conflicts) => Fortune::Conflict,
        percent if percent < f64::from(conflicts) + f64::from(losses) => Fortune::Loss,
        _ => Fortune::Effect,
    })
}

/// Changes what is named; `""` clears.
pub(crate) fn update_properties(site: &mut Site<'_>, call: &Call) -> Outcome {
    let beta = call.version == Version::Beta;
    let mut values = parameters(call, |name| PROPERTIES.contains(&name) || (beta && BETA_PROPERTIES.contains(&name)))?;
    check_tag(values.get("groupTag").map(String::as_str))?;
    values.remove("deviceAccountPassword");
    match fortune(site, call)? {
        Fortune::Effect => change(site, call, values),
        Fortune::Conflict => Err(Failure::condition_not_met()),
        Fortune::Loss => Ok(Answer::done()),
    }
}

/// The user need not exist: of the address only the domain is looked at, as at import.
pub(crate) fn assign_user(site: &mut Site<'_>, call: &Call) -> Outcome {
    let values = parameters(call, |name| name == "userPrincipalName" || name == "addressableUserName")?;
    let upn = values.get("userPrincipalName").filter(|upn| !upn.is_empty()).ok_or_else(Failure::intune_refuses)?;
    if !site.tenant.owns_domain_of(upn) {
        return Err(Failure::intune_refuses());
    }
    change(site, call, values)
}

pub(crate) fn unassign_user(site: &mut Site<'_>, call: &Call) -> Outcome {
    let nobody = ["userPrincipalName", "addressableUserName"].map(|name| (name.to_owned(), String::new()));
    change(site, call, BTreeMap::from(nobody))
}

/// The resource account that a shared device signs in with.
pub(crate) fn assign_resource_account(site: &mut Site<'_>, call: &Call) -> Outcome {
    let known = ["userPrincipalName", "addressableUserName", "resourceAccountName"];
    let mut values = parameters(call, |name| known.contains(&name))?;
    let upn = values.get("userPrincipalName").filter(|upn| !upn.is_empty()).ok_or_else(Failure::intune_refuses)?;
    if !site.tenant.owns_domain_of(upn) {
        return Err(Failure::intune_refuses());
    }
    if let Some(name) = values.remove("resourceAccountName") {
        values.insert("resourceName".into(), name);
    }
    change(site, call, values)
}

pub(crate) fn unassign_resource_account(site: &mut Site<'_>, call: &Call) -> Outcome {
    let nobody =
        ["userPrincipalName", "addressableUserName", "resourceName"].map(|name| (name.to_owned(), String::new()));
    change(site, call, BTreeMap::from(nobody))
}

/// Lifts the block on a self-deploying device that has enrolled once.
pub(crate) fn allow_next_enrollment(site: &mut Site<'_>, call: &Call) -> Outcome {
    change(site, call, BTreeMap::from([(USERLESS.to_owned(), String::new())]))
}

/// Deregisters; the device keeps showing up until that is done.
pub(crate) fn delete(site: &mut Site<'_>, call: &Call) -> Outcome {
    let due = call.now + millis(site.settings.deletion_seconds);
    let enrolled_too = site.settings.enrolled_may_be_deleted;
    let tenant = &mut *site.tenant;
    let device = visible(tenant, call)?;
    if device.enrolled && !enrolled_too {
        return Err(Failure::intune_refuses());
    }
    let (id, first) = (device.id.clone(), device.deleted_at.is_none());
    if first && !call.without_effect {
        if let Some(device) = tenant.autopilot.edit(&id) {
            device.deleted_at = Some(due);
        }
        tenant.index.plan(due, Work::Deregister(id));
    }
    Ok(Answer::done())
}

/// `deleteDevices {"serialNumbers": [...]}`: a result for each.
pub(crate) fn delete_devices(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let serials = body.get("serialNumbers").and_then(Value::as_array).filter(|_| body.len() == 1);
    let serials: Option<Vec<&str>> = serials.and_then(|serials| serials.iter().map(Value::as_str).collect());
    let serials = serials.ok_or_else(Failure::intune_refuses)?;
    let due = call.now + millis(site.settings.deletion_seconds);
    let enrolled_too = site.settings.enrolled_may_be_deleted;
    let tenant = &mut *site.tenant;
    let by_serial: BTreeMap<EcoString, (EcoString, bool)> = tenant
        .autopilot
        .values()
        .filter(|device| device.synced)
        .map(|device| (device.hardware.serial.to_lowercase(), (device.id.clone(), device.enrolled)))
        .collect();
    let mut results = Vec::new();
    for serial in serials {
        let (id, state, message) = match by_serial.get(serial.to_lowercase().as_str()) {
            None => (None, "failed", "ZtdDeviceNotFound"),
            Some((id, true)) if !enrolled_too => (Some(id), "failed", "Device is enrolled"),
            Some((id, _)) => (Some(id), "accepted", ""),
        };
        if let (Some(id), "accepted") = (id, state)
            && let Some(device) = tenant.autopilot.edit(id)
            && device.deleted_at.is_none()
        {
            device.deleted_at = Some(due);
            tenant.index.plan(due, Work::Deregister(id.clone()));
        }
        results.push(json!({
            "serialNumber": serial,
            "deviceRegistrationId": id.map(EcoString::as_str).unwrap_or_default(),
            "deletionState": state,
            "errorMessage": message,
        }));
    }
    Ok(Answer::json(200, json!({"@odata.context": call.context(false), "value": results})))
}
