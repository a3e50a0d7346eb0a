//! Since when nothing goes on in this process but waiting.

use std::time::Duration;

use tokio::time::Instant;

/// How long it must have been quiet. The delete of a resource that was renamed comes milliseconds before its create.
pub(super) const QUIET: Duration = Duration::from_millis(500);

/// What goes on in a process.
#[derive(Default)]
pub(super) struct Quiet {
    pub(super) busy: usize,
    pub(super) waiting: usize,
    /// Since when all that goes on is waiting.
    pub(super) since: Option<Instant>,
    /// How often those who waited were let through.
    pub(super) round: u64,
}

impl Quiet {
    pub(super) fn note(&mut self, change: impl FnOnce(&mut Quiet)) {
        change(self);
        self.since = (self.busy == self.waiting).then(Instant::now);
    }
}
