//! Why a command could not go on.

use std::error::Error;

/// What happened, and what to do, said to a person.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Stopped(String);

impl Stopped {
    pub(super) fn because(text: impl Into<String>) -> Stopped {
        Stopped(text.into())
    }

    /// For an error from below, with what caused it.
    pub(super) fn while_doing<E: Error>(what: &str) -> impl FnOnce(E) -> Stopped {
        move |error| {
            let causes = std::iter::successors(error.source(), |cause| (*cause).source());
            let causes: String = causes.map(|cause| format!(": {cause}")).collect();
            Stopped(format!("{what}: {error}{causes}."))
        }
    }
}

/// Runs a command's own work to its end.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Stopped>>) -> Result<T, Stopped> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.map_err(Stopped::while_doing("Cannot start threads"))?.block_on(work)
}
