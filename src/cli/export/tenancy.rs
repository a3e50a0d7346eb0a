//! All that was read of a tenant.

use super::{devices::Fleet, left_out::LeftOut, reading::Object};

/// A tenant, as it is exported.
pub(super) struct Tenancy {
    pub(super) id: String,
    pub(super) objects: Vec<Object>,
    pub(super) devices: Vec<Fleet>,
    pub(super) left_out: Vec<LeftOut>,
    /// Whether something could not be read: then the folder is not the whole tenant.
    pub(super) is_incomplete: bool,
}
