//! What the Intune admin center calls the states of a Windows Autopilot device.
//!
//! Facts: the Windows Autopilot tutorials, "Verify device has an Autopilot profile assigned to it", and Graph's types
//! `windowsAutopilotProfileAssignmentStatus`, `windowsAutopilotDeviceRemediationState` and `enrollmentState`.

/// The profile status of a device that has a profile.
pub const ASSIGNED: &str = "Assigned";
/// The profile status of a device whose new hardware Intune tries to register by itself.
pub const FIX_PENDING: &str = "Fix pending";
/// The profile status of a device whose new hardware Intune cannot register by itself.
pub const ATTENTION_REQUIRED: &str = "Attention required";

/// The profile status, of Graph's `deploymentProfileAssignmentStatus` and `remediationState`. A hardware change
/// overrides the assignment.
#[must_use]
pub fn profile_status(assignment: &str, remediation: &str) -> &'static str {
    match (remediation, assignment) {
        ("automaticRemediationRequired", _) => FIX_PENDING,
        ("manualRemediationRequired", _) => ATTENTION_REQUIRED,
        // In sync, out of sync, and `assignedUnkownSyncState`, as it is spelled.
        (_, assignment) if assignment.starts_with("assigned") => ASSIGNED,
        (_, "notAssigned") => "Not assigned",
        (_, "pending") => "Assigning",
        (_, "failed") => "Failed",
        _ => "Unknown",
    }
}

/// The enrollment state, of Graph's `enrollmentState`.
#[must_use]
pub fn enrollment_state(state: &str) -> &'static str {
    match state {
        "enrolled" => "Enrolled",
        "pendingReset" => "Pending reset",
        "failed" => "Failed",
        "notContacted" => "Not contacted",
        "blocked" => "Blocked",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assigned_in_any_state_of_sync_is_assigned() {
        for assignment in ["assignedInSync", "assignedOutOfSync", "assignedUnkownSyncState"] {
            assert_eq!(profile_status(assignment, "noRemediationRequired"), "Assigned");
        }
        assert_eq!(profile_status("notAssigned", ""), "Not assigned");
        assert_eq!(profile_status("pending", "unknown"), "Assigning");
        assert_eq!(profile_status("unknownFutureValue", ""), "Unknown");
    }

    #[test]
    fn a_hardware_change_overrides_the_assignment() {
        assert_eq!(profile_status("assignedInSync", "automaticRemediationRequired"), "Fix pending");
        assert_eq!(profile_status("assignedInSync", "manualRemediationRequired"), "Attention required");
    }

    #[test]
    fn enrollment_states_read_as_sentences() {
        assert_eq!(enrollment_state("notContacted"), "Not contacted");
        assert_eq!(enrollment_state("unknownFutureValue"), "Unknown");
    }
}
