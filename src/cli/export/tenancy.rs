//! All that was read of a tenant.

use std::collections::BTreeSet;

use super::{devices::Fleet, left_out::LeftOut, reading::Object, unread::Unread};

/// A tenant, as it is exported.
pub(super) struct Tenancy {
    pub(super) id: String,
    pub(super) objects: Vec<Object>,
    pub(super) devices: Vec<Fleet>,
    pub(super) left_out: Vec<LeftOut>,
    /// The types whose objects were read, all of them.
    pub(super) read: BTreeSet<String>,
    /// What could not be read: then the folder is not the whole tenant.
    pub(super) unread: Vec<Unread>,
}

impl Tenancy {
    /// Whether something could not be read.
    pub(super) fn is_incomplete(&self) -> bool {
        !self.unread.is_empty()
    }
}
