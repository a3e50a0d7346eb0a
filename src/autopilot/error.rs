//! What can go wrong with the service.

use crate::graph;

/// Why something of the service's did not come about.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// Graph refused, or was not reached.
    #[error(transparent)]
    Graph(#[from] graph::Error),
    /// The service began a sync and says that it failed.
    #[error("Intune says that the sync of the Windows Autopilot devices failed. Sync again in ten minutes.")]
    SyncFailed,
}
