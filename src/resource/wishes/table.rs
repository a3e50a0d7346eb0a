//! What is known of all holders of one provider process.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::Value as Json;
use tokio::{sync::watch, time::Instant};

use super::{
    fate::Fate,
    quiet::{QUIET, Quiet},
};
use crate::{graph::Client, resource::in_process::InProcess};

/// A kind of resource, and what tells one holder, or one thing, from the others of its kind.
pub(super) type Named = (&'static str, Box<str>);

/// The wishes in one tenant.
#[derive(Default)]
pub(super) struct Table {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
pub(super) struct State {
    /// Holders by id.
    pub(super) holdings: HashMap<Named, Holding>,
    /// Things that were removed for good in this run, or are being removed: by whom, and what became of them.
    pub(super) removed: HashMap<Named, (Box<str>, Option<Fate>)>,
    pub(super) quiet: Quiet,
}

/// What one resource has to do with things of its kind.
#[derive(Default)]
pub(super) struct Holding {
    /// What it wants, by its apply.
    pub(super) wants: HashSet<Box<str>>,
    /// What it wants by a plan whose apply has not begun.
    pub(super) plans: HashSet<Box<str>>,
    /// When that plan ended.
    pub(super) planned_at: Option<Instant>,
    /// What is in its state, by its read.
    pub(super) holds: HashSet<Box<str>>,
    /// What it wants and has not had.
    pub(super) is_new: HashSet<Box<str>>,
    /// The type of the resource.
    pub(super) resource: Box<str>,
    /// What tells its configuration from others.
    pub(super) config: u64,
    /// What it has and does not want any more.
    pub(super) lets_go: HashMap<Box<str>, Along>,
}

/// What goes along with a thing that moves.
pub(super) struct Along {
    pub(super) with: Json,
    /// Whether somebody has taken it over.
    pub(super) has_heir: bool,
}

impl Holding {
    /// Whether it wants a thing. A plan wants it while it goes on and for half a second more: if its apply comes at all, it has
    /// come by then.
    pub(super) fn is_wanting(&self, key: &str) -> bool {
        let is_planning = self.planned_at.is_none_or(|ended| ended.elapsed() < QUIET);
        self.wants.contains(key) || (is_planning && self.plans.contains(key))
    }
}

impl Table {
    /// The table of the process whose client this is.
    pub(super) fn of(graph: &Client) -> Arc<Table> {
        static TABLES: InProcess<Table> = InProcess::new();
        TABLES.of(graph, "")
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes it, and tells those who wait.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.state());
        self.changed.send_replace(());
        changed
    }

    /// Sees each change from now on.
    pub(super) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}
