//! Intune: Autopilot profiles and devices, the Enrollment Status Page, and what works alike in one table of collections.

pub(crate) mod apps;
pub(crate) mod connectors;
pub(crate) mod corporate_ids;
pub(crate) mod device_actions;
pub(crate) mod device_configurations;
pub(crate) mod device_preparation;
pub(crate) mod devices;
pub(crate) mod enrollment_status;
pub(crate) mod events;
pub(crate) mod filters;
pub(crate) mod hardware_hash;
pub(crate) mod imports;
pub(crate) mod managed_devices;
mod preparation_templates;
pub(crate) mod profile_assignments;
pub(crate) mod profiles;
pub(crate) mod scope_tags;
pub(crate) mod scripts;
pub(crate) mod settings_catalog;
pub(crate) mod sync;
