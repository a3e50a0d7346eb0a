//! Waiting until imported devices are listed, which they are after the next sync.

use tokio::time::Instant;

use super::{fleet::Fleet, why::count};
use crate::{
    autopilot::{devices, sync},
    graph::{Client, Error, Patience},
};

/// Waits until each row that is registered is listed, and asks for syncs. `in_tenant` devices were listed before.
pub(super) async fn wait(graph: &Client, fleet: &mut Fleet, in_tenant: usize) -> Result<(), Error> {
    let mut patience = Patience::default();
    let mut next_sync = Instant::now();
    loop {
        let unlisted = fleet.unlisted();
        if unlisted.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = unlisted.iter().map(Option::as_deref).collect();
        let listed = devices::look(graph, &ids, in_tenant).await?;
        fleet.note_listed(&listed);
        let left = fleet.unlisted().len();
        if left == 0 {
            return Ok(());
        }
        if Instant::now() >= next_sync {
            next_sync = Instant::now() + sync::ask(graph).await?.next();
        }
        graph.pause(&mut patience, &format!("waiting for {} to be listed after the import", count(left)), "").await?;
    }
}
