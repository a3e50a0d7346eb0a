//! What a create leaves when it is interrupted: the object exists, and private state remembers that it is unfinished.
//!
//! Core taints a create that answers an error beside a state, and replaces what is tainted. So one that was interrupted
//! answers what was planned with a warning; the next read tells it as it is, and the plan is an update in place.

use std::{
    future::Future,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::Instant;

use super::{made, object, seen};
use crate::{
    diagnostic::Diagnostic,
    graph::{self, Approvals, Client, Patience},
    resource::{Cx, Error, Result, Spec, approval_advice},
};

/// Where private state keeps when the object was made, in seconds since 1970, until all of it is.
const SINCE: &str = "unfinished_since";

/// How long it may take to undo what was made, beside the time until it is seen.
const TO_UNDO: Duration = Duration::from_secs(60);

/// Remembers that the object was made just now and is not finished.
pub(super) fn remember(cx: &mut Cx) {
    cx.private.set(SINCE, now().as_secs());
}

/// Forgets that it is unfinished.
pub(super) fn forget(cx: &mut Cx) {
    cx.private.remove(SINCE);
}

/// Whether its creation was interrupted.
pub(super) fn is(cx: &Cx) -> bool {
    cx.private.get(SINCE).is_some()
}

/// Until when a 404 to it means that it is not seen yet.
pub(super) fn unseen_until(cx: &Cx) -> Option<Instant> {
    let since = Duration::from_secs(cx.private.get(SINCE)?.as_u64()?);
    let spec = cx.spec();
    let left = spec.seen_within.checked_sub(now().saturating_sub(since))?;
    spec.replicates.then(|| Instant::now() + left)
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// Asks, and asks again as long as a 404 may mean that the object is not seen yet.
pub(super) async fn although_unseen<T, F, Answer>(graph: &Client, until: Option<Instant>, mut ask: F) -> Result<T>
where
    F: FnMut() -> Answer + Send,
    Answer: Future<Output = Result<T>> + Send,
{
    let mut patience = Patience::default();
    loop {
        match ask().await {
            Err(error) if error.is_not_found() && until.is_some_and(|until| Instant::now() < until) => {
                graph.pause(&mut patience, "waiting for an object to be seen", &error.to_string()).await?;
            }
            answer => return answer,
        }
    }
}

/// Tells that a create was interrupted after it had made the object.
pub(super) fn tell(cx: &mut Cx, id: &str, stopped: &Error) {
    let mut detail = format!(
        "The {} {id} was made, and its creation did not come to its end: {stopped}. Nothing is lost: the next plan shows what \
         is missing, and the next apply adds it.",
        cx.spec().noun
    );
    if let Some(graph::Error::Approval { entry, standing, .. }) = stopped.graph() {
        detail = format!("{detail} {}", approval_advice::about(entry, standing));
    }
    cx.diagnostics.push(Diagnostic::warning("Creation Not Finished", detail));
}

/// Deletes what was made, where Graph refuses the rest of it. Only where that fails too is it kept, with the error. An
/// approval is not asked for: nobody planned to delete anything.
pub(super) async fn undo(cx: &mut Cx, id: &str) {
    let spec = cx.spec();
    let undone = async {
        let graph = cx.graph()?.although_stopped(spec.seen_within + TO_UNDO).with_approvals(Approvals::default());
        let unseen_until = spec.replicates.then(|| Instant::now() + spec.seen_within);
        remove(&spec, &graph, id, unseen_until).await?;
        if spec.replicates { seen::wait_until_gone(&spec, &graph, id).await } else { Ok(()) }
    };
    match undone.await {
        Ok(()) => drop(cx.take_kept()),
        Err(error) if error.awaits_approval() => {
            let detail = format!(
                "The {} {id} was made, and the rest of it was refused. To delete it again another administrator would have to \
                 approve that, so it stays in the state. The next apply replaces it; `terraform untaint` keeps it.",
                spec.noun
            );
            cx.diagnostics.push(Diagnostic::error("Creation Not Undone", detail));
        }
        Err(error) => {
            let told = spec.failed_writing("undoing the creation of", &error);
            cx.diagnostics.push(told);
        }
    }
}

/// Deletes an object, with what would keep Graph from it. That it is gone already is no error.
pub(super) async fn remove(spec: &Spec, graph: &Client, id: &str, unseen_until: Option<Instant>) -> Result<()> {
    let path = &object::path(spec, id);
    let delete = || async move {
        for held in &spec.facets {
            held.facet.release(graph, path).await?;
        }
        Ok(graph.delete(path).await?)
    };
    object::optional(although_unseen(graph, unseen_until, delete).await)?;
    made::let_go(graph, spec, id);
    Ok(())
}
