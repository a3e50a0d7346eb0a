//! Waiting until imported devices are listed.
//!
//! Graph: [windowsAutopilotSettings: sync](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotsettings-sync).
//! A device that was imported is listed after the next sync. One may be asked for every ten minutes; sooner it is answered
//! 429, which says that somebody has just asked.

use std::time::Duration;
use tokio::time::Instant;

use super::fleet::Fleet;
use super::registered;
use crate::graph::{self, Client, Json, Patience};

const SETTINGS: &str = "/beta/deviceManagement/windowsAutopilotSettings";
const BETWEEN_SYNCS: Duration = Duration::from_secs(600);

pub(super) async fn wait_until_listed(graph: &Client, fleet: &mut Fleet) -> Result<(), graph::Error> {
    let mut patience = Patience::default();
    let mut next_sync = Instant::now();
    loop {
        let unlisted = fleet.unlisted();
        if unlisted.is_empty() {
            return Ok(());
        }
        fleet.note_listed(&registered::look(graph, &unlisted).await?);
        let left = fleet.unlisted().len();
        if left == 0 {
            return Ok(());
        }
        if Instant::now() >= next_sync {
            next_sync = Instant::now() + ask(graph).await?;
        }
        graph.pause(&mut patience, &format!("waiting until {left} imported devices are listed"), "").await?;
    }
}

/// Asks for a sync, unless one is under way. Gives how long not to ask again.
async fn ask(graph: &Client) -> Result<Duration, graph::Error> {
    // The times that the service tells are of its own clock, so only the word is looked at.
    let under_way = graph.get_optional(SETTINGS).await?.is_some_and(|settings| settings["syncStatus"] == "inProgress");
    if under_way {
        // It may have begun before the import was done: look again after the next pause.
        return Ok(Duration::ZERO);
    }
    match graph.try_action(&format!("{SETTINGS}/sync"), &Json::Null).await {
        Ok(_) => Ok(BETWEEN_SYNCS),
        // Older tenants answered 400.
        Err(error) if matches!(error.status(), Some(400 | 429)) => {
            Ok(error.retry_after().unwrap_or(BETWEEN_SYNCS).clamp(Duration::from_secs(1), BETWEEN_SYNCS))
        }
        Err(error) => Err(error),
    }
}
