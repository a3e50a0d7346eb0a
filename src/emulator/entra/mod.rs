//! The directory: groups with their members, devices, users, service principals, deleted items, tenant-wide policies.
//!
//! Each function serves operations of `route/entra.rs`. It gets one tenant and the call, and knows neither HTTP nor tokens,
//! other tenants, or Intune's handlers.

pub(crate) mod deleted;
pub(crate) mod delta;
pub(crate) mod device_registration;
pub(crate) mod devices;
pub(crate) mod directory_objects;
pub(crate) mod evaluation;
pub(crate) mod group_changes;
pub(crate) mod groups;
mod listing;
mod look;
mod mailbox;
mod mastered;
pub(crate) mod members;
pub(crate) mod mobility;
pub(crate) mod objects;
pub(crate) mod organization;
mod queryable;
pub(crate) mod related;
mod relations;
pub(crate) mod service_principals;
pub(crate) mod users;
