//! One registered device.
//!
//! Graph: [windowsAutopilotDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-windowsautopilotdeviceidentity)
//! on beta: v1.0 does not tell the assignment.

use crate::{
    autopilot::property::{owned, text, time},
    graph::Json,
    knowledge::device_status,
};

/// A registered device. A blank is no value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) id: String,
    /// As Graph writes it; may be empty.
    pub(crate) serial_number: String,
    pub(crate) group_tag: Option<String>,
    /// User principal name of the assigned user.
    pub(crate) user: Option<String>,
    /// What it calls that user.
    pub(crate) greeting: Option<String>,
    pub(crate) display_name: Option<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) model: Option<String>,
    /// As the admin center calls it.
    pub(crate) profile_status: &'static str,
    pub(crate) date_assigned: Option<String>,
    /// Device id of its object in Entra ID.
    pub(crate) entra_device_id: Option<String>,
    /// As the admin center calls it.
    pub(crate) enrollment_state: &'static str,
    pub(crate) last_contacted: Option<String>,
    /// Whether it is in use: enrolled in Intune, a reset that is pending included.
    pub(crate) is_enrolled: bool,
}

impl Device {
    /// A device as Graph tells it. None where it has no id.
    pub(crate) fn from_json(json: &Json) -> Option<Device> {
        let word = |property| text(json, property).unwrap_or_default();
        let enrollment = word("enrollmentState");
        Some(Device {
            id: owned(json, "id")?,
            serial_number: word("serialNumber").to_owned(),
            group_tag: owned(json, "groupTag"),
            user: owned(json, "userPrincipalName"),
            greeting: owned(json, "addressableUserName"),
            display_name: owned(json, "displayName"),
            manufacturer: owned(json, "manufacturer"),
            model: owned(json, "model"),
            profile_status: device_status::profile_status(
                word("deploymentProfileAssignmentStatus"),
                word("remediationState"),
            ),
            date_assigned: time(json, "deploymentProfileAssignedDateTime"),
            // The older of the two names is on its way out.
            entra_device_id: owned(json, "azureAdDeviceId").or_else(|| owned(json, "azureActiveDirectoryDeviceId")),
            enrollment_state: device_status::enrollment_state(enrollment),
            last_contacted: time(json, "lastContactedDateTime"),
            is_enrolled: matches!(enrollment, "enrolled" | "pendingReset"),
        })
    }

    /// Whether a profile is assigned for good. Without a date it is not.
    pub(crate) fn is_assigned(&self) -> bool {
        self.profile_status == device_status::ASSIGNED && self.date_assigned.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_device_is_in_use_while_it_is_enrolled_or_about_to_be_reset() {
        let device = |state: &str| Device::from_json(&json!({"id": "1", "enrollmentState": state})).unwrap();
        assert!(device("enrolled").is_enrolled && device("pendingReset").is_enrolled);
        assert!(!device("notContacted").is_enrolled && !device("unknown").is_enrolled);
        assert_eq!(Device::from_json(&json!({"id": "", "serialNumber": "A1"})), None);
    }

    #[test]
    fn a_profile_without_a_date_is_not_assigned() {
        let device = |date: &str| {
            let (status, date) = ("assignedInSync", json!(date));
            let json = json!({"id": "1", "deploymentProfileAssignmentStatus": status, "deploymentProfileAssignedDateTime": date});
            Device::from_json(&json).unwrap()
        };
        assert!(device("2026-11-21T08:00:00Z").is_assigned());
        assert!(!device("0001-01-01T00:00:00Z").is_assigned());
    }
}
