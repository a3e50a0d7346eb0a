//! Whether a device can have the profile that reaches it.
//!
//! Facts: Graph's `windowsAutopilotProfileAssignmentDetailedStatus`: the hardware requirements are not met where a
//! self-deploying profile is assigned to a device without a TPM 2.0. Believed: its status is then `failed`.

use super::Tenant;
use super::device::AutopilotDevice;
use super::item::{Item, PROFILES};

/// Whether a device with this profile deploys itself, without a user.
pub(crate) fn is_self_deploying(profile: Option<&Item>) -> bool {
    let usage = profile.and_then(|profile| profile.entity.get("outOfBoxExperienceSetting")?.get("deviceUsageType"));
    usage.is_some_and(|usage| usage == "shared")
}

/// Graph's words for how far the profile has come, and for what stands in its way.
pub(crate) fn status(tenant: &Tenant, device: &AutopilotDevice) -> (&'static str, &'static str) {
    let status = device.status();
    let profile = device.assigned.as_deref().and_then(|profile| tenant.items(PROFILES).get(profile));
    if device.lacks_tpm && status.starts_with("assigned") && is_self_deploying(profile) {
        return ("failed", "hardwareRequirementsNotMet");
    }
    (status, "none")
}
