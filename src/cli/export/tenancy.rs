//! All that was read of a tenant.

use std::collections::BTreeMap;

use super::{devices::Fleet, left_out::LeftOut, reading::Object, uncollected::Uncollected, unread::Unread};

/// A tenant, as it is exported.
pub(super) struct Tenancy {
    pub(super) id: String,
    pub(super) objects: Vec<Object>,
    pub(super) devices: Vec<Fleet>,
    pub(super) left_out: Vec<LeftOut>,
    /// The types whose objects were read, all of them, and how many each has.
    pub(super) read: BTreeMap<String, usize>,
    /// What could not be read: then the folder is not the whole tenant.
    pub(super) unread: Vec<Unread>,
    /// What was not looked for.
    pub(super) uncollected: Vec<Uncollected>,
}

impl Tenancy {
    /// Whether something could not be read.
    pub(super) fn is_incomplete(&self) -> bool {
        !self.unread.is_empty()
    }
}
