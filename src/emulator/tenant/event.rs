//! The event that a deployment leaves behind, and how a deployment may fail.
//!
//! Facts: Graph's `deviceManagementAutopilotEvent`. Durations are ISO 8601. Only a new enrolment makes one.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Tenant;
use super::device::AutopilotDevice;
use super::item::{CONFIGURATIONS, DEFAULT_PAGE, Item, PROFILES};
use crate::emulator::clock::{Millis, intune_date};

/// The name of the table that events are in.
pub(crate) const EVENTS: &str = "autopilotEvents";
/// Where an event keeps what came of each policy.
pub(crate) const DETAILS: &str = "policyStatusDetails";

/// Where a deployment may fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// The device does not come as far as Intune.
    Enrollment,
    /// It enrols, but an app of the device does not install.
    DeviceSetup,
    /// The device is ready, but an app of the user's does not install.
    AccountSetup,
}

/// The part of a deployment that an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Whole,
    /// A technician pre-provisions the device; no user is there.
    Technician,
    /// The user switches on what a technician has pre-provisioned.
    AfterTechnician,
}

/// A deployment's failure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Failed {
    pub(crate) phase: Phase,
    /// What the event says about it.
    pub(crate) details: String,
}

/// How a phase ended, and after how many minutes.
type Ended = (&'static str, Millis);

/// How device setup and account setup ended.
fn endings(stage: Stage, failure: Option<&Failed>) -> (Ended, Ended) {
    const NOT_ATTEMPTED: Ended = ("notAttempted", 0);
    match failure.map(|failed| failed.phase) {
        None if stage == Stage::Technician => (("success", 8), NOT_ATTEMPTED),
        // What the technician did is not done again.
        None if stage == Stage::AfterTechnician => (("success", 0), ("success", 3)),
        Some(Phase::AccountSetup) if stage == Stage::AfterTechnician => (("success", 0), ("failure", 3)),
        None => (("success", 8), ("success", 3)),
        Some(Phase::Enrollment) => (NOT_ATTEMPTED, NOT_ATTEMPTED),
        Some(Phase::DeviceSetup) => (("failure", 8), NOT_ATTEMPTED),
        Some(Phase::AccountSetup) => (("success", 8), ("failure", 3)),
    }
}

/// Intune's code for an app that is not found after its installation, 0x87D1041C.
const NOT_DETECTED: i32 = -2_016_345_060;

/// Leaves the event of a deployment: a minute for the enrolment, eight for the device, three for the account.
pub(crate) fn leave(
    tenant: &mut Tenant,
    device: &AutopilotDevice,
    user: &str,
    now: Millis,
    stage: Stage,
    failure: Option<&Failed>,
) {
    let (device_setup, account_setup) = endings(stage, failure);
    let minutes = 1 + device_setup.1 + account_setup.1;
    let duration = |minutes: Millis| if minutes == 0 { "PT0S".to_owned() } else { format!("PT{minutes}M") };
    let profile = device.assigned.as_deref().and_then(|id| tenant.items(PROFILES).get(id));
    let hybrid = profile.is_some_and(|profile| profile.text("@odata.type").contains("activeDirectory"));
    let page = tenant.items(CONFIGURATIONS).values().find(|each| each.id.ends_with(DEFAULT_PAGE));
    let page_text = |name: &str| page.and_then(|page| page.entity.get(name)).cloned().unwrap_or(Value::Null);
    let ended = now + minutes * 60 * 1000;
    let enrolled = failure.is_none_or(|failed| failed.phase != Phase::Enrollment);
    let enrollment = match (stage, profile) {
        (Stage::Whole, Some(_)) if hybrid => "offlineDomainJoined",
        (Stage::Whole, Some(_)) => "azureADJoinedWithAutopilotProfile",
        (_, Some(_)) if hybrid => "offlineDomainJoinedWithWhiteGlove",
        (_, Some(_)) => "azureADJoinedWithWhiteGlove",
        (_, None) => "azureADJoinedUsingDeviceAuthWithoutAutopilotProfile",
    };
    let entity = json!({
        "accountSetupDuration": duration(account_setup.1),
        "accountSetupStatus": account_setup.0,
        "deploymentDuration": duration(minutes),
        "deploymentEndDateTime": intune_date(ended),
        "deploymentStartDateTime": intune_date(now),
        "deploymentState": if failure.is_some() { "failure" } else { "success" },
        "deploymentTotalDuration": duration(minutes),
        "deviceId": device.entra_device_id,
        "deviceRegisteredDateTime": intune_date(now),
        "deviceSerialNumber": device.hardware.serial,
        "deviceSetupDuration": duration(device_setup.1),
        "deviceSetupStatus": device_setup.0,
        "enrollmentFailureDetails": failure.map(|failed| &failed.details),
        "enrollmentStartDateTime": intune_date(now),
        "enrollmentState": if enrolled { "enrolled" } else { "failed" },
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
            "errorCode": if status == "error" { NOT_DETECTED } else { 0 },
        })
    };
    let app = if enrolled && failure.is_some() { "error" } else { "installed" };
    // What never enrolled was given no policies.
    let details = if enrolled {
        json!([
            detail("Microsoft 365 Apps", "application", app),
            detail("Security baseline", "configurationPolicy", "compliant"),
        ])
    } else {
        json!([])
    };
    let mut item = Item {
        id: uuid::Uuid::new_v4().to_string(),
        entity: entity.as_object().cloned().unwrap_or_default(),
        created: Some(now),
        sequence: tenant.next_number(),
        by_service: true,
        ..Item::default()
    };
    item.hidden.insert(DETAILS.into(), details);
    let id = item.id.clone();
    tenant.items_mut(EVENTS).put(&id, item);
}
