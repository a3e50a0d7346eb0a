//! Waiting until imported devices are listed, which they are after the next sync.

use tokio::time::Instant;

use super::{fleet::Fleet, why::count};
use crate::{
    autopilot::{
        devices, error, imports,
        sync::{self, Asked},
    },
    graph::{Client, Error, Patience},
};

/// Waits until each row that is registered is listed, and asks for syncs. `in_tenant` devices were listed before. False
/// where rows turned out not to be registered any more.
pub(super) async fn wait(graph: &Client, fleet: &mut Fleet, in_tenant: usize) -> Result<bool, Error> {
    let mut patience = Patience::default();
    let mut next_sync = Instant::now();
    let mut asked = None;
    let mut is_synced = false;
    loop {
        let unlisted = fleet.unlisted();
        if unlisted.is_empty() {
            return Ok(true);
        }
        let ids: Vec<_> = unlisted.iter().map(Option::as_deref).collect();
        let listed = devices::look(graph, &ids, in_tenant).await?;
        fleet.note_listed(&listed);
        let left = fleet.unlisted().len();
        if left == 0 {
            return Ok(true);
        }
        if is_synced && fleet.has_old() {
            // Deregistered since. Should a sync have passed it by, the next import says that it is registered.
            let records = fleet.note_gone();
            fleet.records_left.extend(imports::delete(graph, &records).await);
            return Ok(false);
        }
        if Instant::now() >= next_sync {
            let now = sync::ask(graph).await?;
            next_sync = Instant::now() + now.next();
            asked = Some(now);
        }
        graph.pause(&mut patience, &format!("waiting for {} to be listed after the import", count(left)), "").await?;
        if fleet.has_old() {
            is_synced = is_completed(graph, asked.as_ref()).await?;
        }
    }
}

async fn is_completed(graph: &Client, asked: Option<&Asked>) -> Result<bool, Error> {
    let Some(asked) = asked else { return Ok(false) };
    match sync::is_completed(graph, asked).await {
        Ok(is_completed) => Ok(is_completed),
        Err(error::Error::SyncFailed) => Ok(false),
        Err(error::Error::Graph(error)) => Err(error),
    }
}
