//! What is due when in one tenant, and what has been marked for it. Worked out from the rows; never stored.

use std::collections::{BTreeSet, HashMap, HashSet};

use ecow::EcoString;

use crate::emulator::clock::Millis;
use crate::emulator::rule::Rule;

/// Something that is due at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    FinishImport(u64),
    StartSync,
    EndSync,
    Evaluate,
    FailRule(String),
    Settle,
    AssignProfile(EcoString),
    ApplyChange(EcoString),
    CheckIn(EcoString),
    Deregister(EcoString),
    EndAssociation(EcoString),
}

/// Worked out from the rows; never stored.
#[derive(Default)]
pub(crate) struct Index {
    pub(crate) queue: BTreeSet<(Millis, u64, Work)>,
    queued: u64,
    pub(crate) rules: HashMap<String, Rule>,
    /// Groups by member.
    pub(crate) member_of: HashMap<String, BTreeSet<String>>,
    /// Groups and objects to be looked at by the next evaluation.
    pub(crate) changed_groups: BTreeSet<String>,
    pub(crate) changed_objects: BTreeSet<EcoString>,
    /// Autopilot devices whose profile is to be worked out again.
    pub(crate) unsettled: HashSet<EcoString>,
    pub(crate) all_unsettled: bool,
    /// The rows of each import call that is still waiting.
    pub(crate) batches: HashMap<u64, Vec<String>>,
    /// Registered devices that the next sync brings in.
    pub(crate) unsynced: BTreeSet<EcoString>,
}

impl Index {
    pub(crate) fn plan(&mut self, at: Millis, work: Work) {
        self.queued += 1;
        self.queue.insert((at, self.queued, work));
    }
}
