//! Intune: Autopilot profiles, the Enrollment Status Page, device imports, registered devices, sync.

pub(crate) mod assignment_target;
pub(crate) mod device_actions;
pub(crate) mod devices;
pub(crate) mod enrollment_status;
pub(crate) mod hardware_hash;
pub(crate) mod imports;
pub(crate) mod profile_assignments;
pub(crate) mod profiles;
pub(crate) mod sync;
