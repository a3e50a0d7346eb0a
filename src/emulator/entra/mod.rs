//! The directory: groups with their members, devices, users, service principals, deleted items, tenant-wide policies.

pub(crate) mod deleted;
pub(crate) mod device_registration;
pub(crate) mod devices;
pub(crate) mod evaluation;
pub(crate) mod groups;
pub(crate) mod members;
pub(crate) mod mobility;
pub(crate) mod objects;
pub(crate) mod organization;
pub(crate) mod service_principals;
pub(crate) mod users;
