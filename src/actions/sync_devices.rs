//! `autopilot_sync_devices`: lets Intune and the Windows Autopilot service sync, as the button "Sync" does.
//!
//! Graph, beta only: [windowsAutopilotSettings: sync](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotsettings-sync).
//! One may be asked for every ten minutes. Sooner it is answered 429 (older tenants: 400), which says that somebody has
//! just asked: what was wanted has happened.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    diagnostic::Diagnostic,
    graph::{Client, Json, Patience},
    resource::{Action, ActionSpec, Cx, Progress, Result},
    schema::boolean,
    value::Value,
};

const SETTINGS: &str = "/beta/deviceManagement/windowsAutopilotSettings";

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
        // The times that the service tells are of its own clock: they are compared with each other only.
        let before = graph.get(SETTINGS).await?;
        let asked = if is_under_way(&before) {
            progress.tell("A sync is under way already.").await;
            false
        } else {
            ask(&graph, progress).await?
        };
        if config.get("wait").as_bool() == Some(true) {
            let last = if asked { last_sync(&before) } else { None };
            wait_until_completed(&graph, last, progress).await?;
        }
        Ok(())
    }
}

/// Asks for a sync. False where somebody did just before.
async fn ask(graph: &Client, progress: &Progress) -> Result<bool> {
    match graph.try_action(&format!("{SETTINGS}/sync"), &Json::Null).await {
        Ok(_) => {
            progress.tell("The sync was asked for.").await;
            Ok(true)
        }
        Err(error) if matches!(error.status(), Some(400 | 429)) => {
            progress.tell("Somebody asked for a sync within the last ten minutes: no other one is started.").await;
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Waits until no sync is under way, and until the last one is another than `before`.
async fn wait_until_completed(graph: &Client, before: Option<String>, progress: &Progress) -> Result<()> {
    let mut patience = Patience::default();
    let mut told = false;
    loop {
        let settings = graph.get(SETTINGS).await?;
        let last = last_sync(&settings);
        if settings["syncStatus"] == "failed" {
            let detail =
                "Intune says that the sync of the Windows Autopilot devices failed. Sync again in ten minutes.";
            return Err(Diagnostic::error("Sync Failed", detail).into());
        }
        if !is_under_way(&settings) && (before.is_none() || last != before) {
            progress.tell("The sync is completed.").await;
            return Ok(());
        }
        if !told {
            progress.tell("Waiting until the sync is completed.").await;
            told = true;
        }
        graph.pause(&mut patience, "waiting until the devices are synced", "").await?;
    }
}

fn is_under_way(settings: &Json) -> bool {
    settings["syncStatus"] == "inProgress"
}

/// When the last sync was, or that there was none.
fn last_sync(settings: &Json) -> Option<String> {
    Some(settings["lastSyncDateTime"].as_str().unwrap_or_default().to_owned())
}
