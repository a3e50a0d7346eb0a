//! `autopilot_sync_devices`: lets Intune and the Windows Autopilot service sync, as the button "Sync" does.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    autopilot::sync::{self, Asked},
    graph::{Client, Patience},
    resource::{Action, ActionSpec, Cx, Progress, Result},
    schema::boolean,
    value::Value,
};

/// The action.
pub(super) struct SyncDevices;

#[async_trait]
impl Action for SyncDevices {
    fn spec(&self) -> ActionSpec {
        let wait = boolean("wait", "Whether to wait until the sync is completed.");
        ActionSpec::new(
            "sync_devices",
            "Syncs the devices of Windows Autopilot with Intune, unless somebody did within ten minutes.",
            vec![wait],
        )
        .doing("syncing the devices")
        .permission("DeviceManagementServiceConfig.ReadWrite.All")
        .timeout(Duration::from_secs(1800))
    }

    async fn invoke(&self, cx: &mut Cx, config: &Value, progress: &Progress) -> Result<()> {
        let graph = cx.graph()?;
        let asked = sync::ask(&graph).await?;
        progress.tell(in_words(&asked)).await;
        if config.get("wait").as_bool() == Some(true) {
            wait(&graph, &asked, progress).await?;
        }
        Ok(())
    }
}

fn in_words(asked: &Asked) -> &'static str {
    match asked {
        Asked::Started { .. } => "The sync was asked for.",
        Asked::UnderWay => "A sync is under way already.",
        Asked::TooSoon { .. } => "Somebody asked for a sync within the last ten minutes, so no new one is started.",
    }
}

async fn wait(graph: &Client, asked: &Asked, progress: &Progress) -> Result<()> {
    let mut patience = Patience::default();
    let mut told = false;
    while !sync::is_completed(graph, asked).await? {
        if !told {
            progress.tell("Waiting until the sync is completed.").await;
            told = true;
        }
        graph.pause(&mut patience, "waiting until the devices are synced", "").await?;
    }
    progress.tell("The sync is completed.").await;
    Ok(())
}
