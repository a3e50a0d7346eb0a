//! Intune: Autopilot profiles and devices, the Enrollment Status Page, apps, scripts, policies.
//!
//! Most are collections that work alike ([`crate::emulator::collection`]); what is odd stands in functions beside the table.
//! Each serves operations of `route/`. It gets one tenant and the call, and knows neither HTTP nor tokens, other tenants,
//! or the directory's handlers.

pub(crate) mod approval_policies;
pub(crate) mod approval_requests;
pub(crate) mod apps;
pub(crate) mod associations;
pub(crate) mod connectors;
pub(crate) mod corporate_ids;
pub(crate) mod device_actions;
pub(crate) mod device_configurations;
pub(crate) mod device_link;
pub(crate) mod device_preparation;
pub(crate) mod devices;
pub(crate) mod enrollment_defaults;
pub(crate) mod enrollment_status;
pub(crate) mod events;
pub(crate) mod filters;
pub(crate) mod hardware_hash;
pub(crate) mod imports;
pub(crate) mod managed_devices;
pub(crate) mod policy_templates;
mod preparation_templates;
pub(crate) mod profile_assignments;
pub(crate) mod profiles;
mod report_rows;
pub(crate) mod reports;
pub(crate) mod scope_tags;
pub(crate) mod scripts;
pub(crate) mod settings_catalog;
pub(crate) mod sync;
mod zip;
