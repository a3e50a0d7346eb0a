//! The directory: groups with their members, devices, users, deleted items.

pub(crate) mod deleted;
pub(crate) mod devices;
pub(crate) mod facts;
pub(crate) mod groups;
pub(crate) mod members;
pub(crate) mod objects;
pub(crate) mod rule;
pub(crate) mod users;
