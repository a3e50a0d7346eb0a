//! Registered Autopilot devices, read.
//!
//! Facts: Graph's `windowsAutopilotDeviceIdentity` and reports of what works of OData here: `contains` on the serial
//! number and nothing else. `eq` is answered 400, `$select` 500. Pages hold a thousand devices.

use serde_json::Value;

use super::profiles::PROFILES;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::intune_date_or_never;
use crate::emulator::collection::{self, Shown, view};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, Version, of_version, writable};
use crate::emulator::model::kind;
use crate::emulator::odata::caseless;
use crate::emulator::odata::filter::{Filter, TextFunction};
use crate::emulator::paging::{page, position};
use crate::emulator::registration::register;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::device::{AutopilotDevice, Hardware, USERLESS};
use crate::emulator::tenant::fitness;

pub(crate) const PAGE: usize = 1000;
/// The most characters of a group tag.
const LONGEST_TAG: usize = 512;

/// What updates may write, by version: the properties of `updateDeviceProperties`.
const TEXTS: &[&str] = &[
    "addressableUserName",
    "deviceAccountUpn",
    "deviceFriendlyName",
    "displayName",
    "groupTag",
    "resourceName",
    "userPrincipalName",
];

pub(crate) fn entity(tenant: &Tenant, device: &AutopilotDevice, version: Version) -> Object {
    let mut entity = Object::new();
    let mut set = |name: &str, value: Value| entity.insert(name.into(), value);
    let text = |text: Option<&str>| Value::from(text.unwrap_or_default());
    for name in TEXTS {
        set(name, text(device.value(name)));
    }
    // A password goes in and never comes out.
    set("deviceAccountPassword", text(None));
    set("id", Value::from(device.id.as_str()));
    set("serialNumber", Value::from(device.hardware.serial.as_str()));
    set("manufacturer", Value::from(device.hardware.manufacturer.as_str()));
    set("model", Value::from(device.hardware.model.as_str()));
    set("productKey", text(device.product_key.as_deref()));
    set("purchaseOrderIdentifier", text(device.purchase_order.as_deref()));
    set("skuNumber", text(None));
    set("systemFamily", text(None));
    set("azureActiveDirectoryDeviceId", Value::from(device.entra_device_id.as_str()));
    set("azureAdDeviceId", Value::from(device.entra_device_id.as_str()));
    set("managedDeviceId", Value::from(managed_id(device)));
    let enrollment = match (device.enrolled, device.enrollment_failed) {
        (true, _) => "enrolled",
        (false, true) => "failed",
        (false, false) => "notContacted",
    };
    set("enrollmentState", Value::from(enrollment));
    set("lastContactedDateTime", Value::from(intune_date_or_never(device.last_contact)));
    let (status, detailed) = fitness::status(tenant, device);
    set("deploymentProfileAssignmentStatus", Value::from(status));
    set("deploymentProfileAssignmentDetailedStatus", Value::from(detailed));
    set("deploymentProfileAssignedDateTime", Value::from(intune_date_or_never(device.assigned_at)));
    let since = device.remediation.as_deref().map(|(_, since)| *since);
    set("remediationState", Value::from(device.remediation_word()));
    set("remediationStateLastModifiedDateTime", Value::from(intune_date_or_never(since)));
    set(USERLESS, Value::from(device.value(USERLESS).unwrap_or("allowed")));
    of_version(kind("windowsAutopilotDeviceIdentity"), entity, version)
}

/// A group tag that is too long is refused wherever it is written.
pub(crate) fn check_tag(tag: Option<&str>) -> Result<(), Failure> {
    let too_long = tag.is_some_and(|tag| tag.chars().count() > LONGEST_TAG);
    if too_long { Err(Failure::intune_refuses()) } else { Ok(()) }
}

/// The managed device of an enrolled one, all zeros otherwise.
pub(crate) fn managed_id(device: &AutopilotDevice) -> String {
    let id = uuid::Uuid::try_parse(&device.id).unwrap_or_default();
    if device.enrolled { uuid::Uuid::new_v5(&id, b"managedDevice").to_string() } else { uuid::Uuid::nil().to_string() }
}

/// Options that lists of devices do not take.
pub(crate) fn refuse_options(call: &Call) -> Result<(), Failure> {
    if call.query.get("$select").is_some() {
        return Err(Failure::intune(500, "InternalServerError", "An internal server error has occurred"));
    }
    if ["$expand", "$orderby", "$search"].iter().any(|name| call.query.get(name).is_some()) {
        return Err(Failure::intune_refuses());
    }
    Ok(())
}

/// The part of the serial number that is looked for.
fn serial_part(call: &Call, strict: bool) -> Result<Option<String>, Failure> {
    let Some(text) = call.query.get("$filter") else { return Ok(None) };
    match Filter::parse(text) {
        Ok(Filter::Text(TextFunction::Contains, path, part)) if path == "serialNumber" => {
            if strict && part.contains(['-', ' ']) { Err(Failure::intune_refuses()) } else { Ok(Some(part)) }
        }
        _ => Err(Failure::intune_refuses()),
    }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    refuse_options(call)?;
    let part = serial_part(call, site.settings.strict_serial_filter)?;
    let size = call.query.top(PAGE)?.unwrap_or(PAGE);
    let tenant = &*site.tenant;
    let from = position(call)?;
    let rows = tenant.autopilot.after(from.as_deref()).filter(|(_, device)| {
        device.synced && part.as_ref().is_none_or(|part| caseless::contains(&device.hardware.serial, part))
    });
    let synced = || tenant.autopilot.len() - tenant.index.unsynced.len();
    let count = (call.query.wants_count() && part.is_none()).then(synced);
    Ok(page(call, rows, size, count, |device| Value::Object(entity(tenant, device, call.version))))
}

/// The device of the path, once a sync has brought it in.
pub(crate) fn visible<'a>(tenant: &'a Tenant, call: &Call) -> Result<&'a AutopilotDevice, Failure> {
    tenant.autopilot.get(&call.guid(0)?).filter(|device| device.synced).ok_or_else(Failure::no_intune_object)
}

fn profile(site: &Site<'_>, call: &Call, id: Option<&str>) -> Value {
    let found = id.and_then(|id| site.tenant.items(PROFILES.name).get(id));
    let view = view(site, call, Shown::Single);
    found.map_or(Value::Null, |profile| Value::Object(collection::entity::entity(&PROFILES, profile, &view)))
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    if call.query.get("$select").is_some() {
        return Err(Failure::intune(500, "InternalServerError", "An internal server error has occurred"));
    }
    let allowed: &[&'static str] =
        if call.version == Version::Beta { &["deploymentProfile", "intendedDeploymentProfile"] } else { &[] };
    let expanded = call.query.expand(allowed, kind("windowsAutopilotDeviceIdentity"))?;
    let tenant = &*site.tenant;
    let device = visible(tenant, call)?;
    let mut entity = entity(tenant, device, call.version);
    if expanded.contains("deploymentProfile") {
        entity.insert("deploymentProfile".into(), profile(site, call, device.assigned.as_deref()));
    }
    if expanded.contains("intendedDeploymentProfile") {
        entity.insert("intendedDeploymentProfile".into(), profile(site, call, device.intended.as_deref()));
    }
    Ok(call.entity(200, Value::Object(entity)))
}

fn one_profile(site: &Site<'_>, call: &Call, id: impl Fn(&AutopilotDevice) -> Option<&str>) -> Outcome {
    match profile(site, call, id(visible(site.tenant, call)?)) {
        Value::Null => Err(Failure::no_intune_object()),
        profile => Ok(Answer::json(200, profile)),
    }
}

pub(crate) fn deployment_profile(site: &mut Site<'_>, call: &Call) -> Outcome {
    one_profile(site, call, |device| device.assigned.as_deref())
}

pub(crate) fn intended_profile(site: &mut Site<'_>, call: &Call) -> Outcome {
    one_profile(site, call, |device| device.intended.as_deref())
}

/// PATCH is of no use: a device is changed by actions.
pub(crate) fn refuse_direct_write(_: &mut Site<'_>, _: &Call) -> Outcome {
    Err(Failure::intune_refuses())
}

/// POST is documented and believed to be refused: a device is registered by import.
pub(crate) fn create(site: &mut Site<'_>, call: &Call) -> Outcome {
    if !site.settings.devices_can_be_created {
        return Err(Failure::intune_refuses());
    }
    let body = call.object()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let hardware = Hardware::new(&text("serialNumber"), &text("manufacturer"), &text("model"));
    if hardware.serial.is_empty() || site.registry.contains_key(&hardware.key()) {
        return Err(Failure::intune_refuses());
    }
    let accepted = writable(kind("windowsAutopilotDeviceIdentity"), body, call.version)?;
    let mut device = AutopilotDevice::new(hardware);
    device.synced = true;
    for (name, value) in accepted {
        if let (true, Value::String(text)) = (TEXTS.contains(&name.as_str()), value) {
            device.set(&name, &text);
        }
    }
    let answer = call.entity(201, Value::Object(entity(site.tenant, &device, call.version)));
    register(site.tenant, site.registry, site.settings, call.now, device);
    Ok(answer)
}
