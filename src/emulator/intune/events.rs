//! Autopilot events (beta): what a deployment leaves behind, kept for thirty days.
//!
//! Facts: Graph's `deviceManagementAutopilotEvent`. Durations are ISO 8601. Only a new enrolment makes one.

use serde_json::{Value, json};

use super::collection::{Collection, Item, PLAIN, found};
use crate::emulator::call::{Call, Outcome};
use crate::emulator::clock::{Millis, intune_date};
use crate::emulator::error::Failure;
use crate::emulator::odata::page::whole;
use crate::emulator::tenant::{AutopilotDevice, Tenant};
use crate::emulator::world::World;

const DETAILS: &str = "policyStatusDetails";
const THIRTY_DAYS: Millis = 30 * 24 * 60 * 60 * 1000;

pub(crate) static EVENTS: Collection = Collection {
    name: "autopilotEvents",
    kind: "deviceManagementAutopilotEvent",
    lifetime: Some(THIRTY_DAYS),
    ..PLAIN
};

/// Leaves the event of a deployment that went well: twelve minutes, eight of them for the device.
pub(crate) fn leave(tenant: &mut Tenant, device: &AutopilotDevice, now: Millis) {
    let profile = device.assigned.as_deref().and_then(|id| tenant.profiles.get(id));
    let hybrid = profile.is_some_and(|profile| {
        profile.entity.get("@odata.type").and_then(Value::as_str).is_some_and(|kind| kind.contains("activeDirectory"))
    });
    let page = tenant.configurations.values().find(|each| each.priority == 0);
    let page_text = |name: &str| page.and_then(|page| page.entity.get(name)).cloned().unwrap_or(Value::Null);
    let ended = now + 12 * 60 * 1000;
    let enrollment = if hybrid {
        "offlineDomainJoined"
    } else if profile.is_some() {
        "azureADJoinedWithAutopilotProfile"
    } else {
        "azureADJoinedUsingDeviceAuthWithoutAutopilotProfile"
    };
    let user = device.value("userPrincipalName").unwrap_or_default();
    let entity = json!({
        "accountSetupDuration": "PT3M",
        "accountSetupStatus": "success",
        "deploymentDuration": "PT12M",
        "deploymentEndDateTime": intune_date(ended),
        "deploymentStartDateTime": intune_date(now),
        "deploymentState": "success",
        "deploymentTotalDuration": "PT12M",
        "deviceId": device.entra_device_id,
        "deviceRegisteredDateTime": intune_date(now),
        "deviceSerialNumber": device.hardware.serial,
        "deviceSetupDuration": "PT8M",
        "deviceSetupStatus": "success",
        "enrollmentFailureDetails": null,
        "enrollmentStartDateTime": intune_date(now),
        "enrollmentState": "enrolled",
        "enrollmentType": enrollment,
        "eventDateTime": intune_date(now),
        "managedDeviceName": device.value("displayName").unwrap_or(&device.hardware.serial),
        "osVersion": "10.0.26100.1",
        "userPrincipalName": user,
        "windows10EnrollmentCompletionPageConfigurationDisplayName": page_text("displayName"),
        "windows10EnrollmentCompletionPageConfigurationId": page.map_or(Value::Null, |page| Value::from(page.id.as_str())),
        "windowsAutopilotDeploymentProfileDisplayName": profile.map_or(Value::Null, |profile| Value::from(profile.name())),
    });
    let detail = |name: &str, kind: &str, status: &str| {
        json!({
            "id": uuid::Uuid::new_v4().to_string(),
            "displayName": name,
            "policyType": kind,
            "complianceStatus": status,
            "trackedOnEnrollmentStatus": true,
            "lastReportedDateTime": intune_date(ended),
            "errorCode": 0,
        })
    };
    let details = json!([
        detail("Microsoft 365 Apps", "application", "installed"),
        detail("Security baseline", "configurationPolicy", "compliant"),
    ]);
    let mut item = Item {
        id: uuid::Uuid::new_v4().to_string(),
        entity: entity.as_object().cloned().unwrap_or_default(),
        created: Some(now),
        sequence: tenant.next_number(),
        ..Item::default()
    };
    item.hidden.insert(DETAILS.into(), details);
    let id = item.id.clone();
    tenant.items_mut(&EVENTS).put(&id, item);
}

pub(crate) fn list_details(world: &mut World, call: &Call) -> Outcome {
    let item = found(world.tenant(call)?, &EVENTS, call)?;
    let details = item.hidden.get(DETAILS).and_then(Value::as_array).cloned();
    Ok(whole(call, details.ok_or_else(Failure::no_intune_object)?))
}
