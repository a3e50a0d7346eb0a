//! The sync of Intune with the Windows Autopilot service, as the admin center's button "Sync" does it.
//!
//! Graph, beta only: [windowsAutopilotSettings: sync](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotsettings-sync).
//! One may be asked for every ten minutes. Sooner it is answered 429 (older tenants: 400), which says that somebody has
//! just asked: what was wanted has happened.

use std::time::Duration;

use crate::{
    autopilot::error,
    graph::{Client, Error, Json},
};

const SETTINGS: &str = "/beta/deviceManagement/windowsAutopilotSettings";
const BETWEEN: Duration = Duration::from_secs(600);

/// What asking for a sync came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// One was asked for.
    Started {
        /// When the last one before it was, as the service tells it.
        before: String,
    },
    /// One was under way.
    UnderWay,
    /// Somebody asked within the last ten minutes.
    TooSoon {
        /// In how long the next one may be asked for.
        next: Duration,
    },
}

impl Asked {
    /// In how long it makes sense to ask for the next one. One that was under way may have begun before what it is wanted
    /// for was done.
    pub(crate) fn next(&self) -> Duration {
        match self {
            Asked::Started { .. } => BETWEEN,
            Asked::UnderWay => Duration::ZERO,
            Asked::TooSoon { next } => *next,
        }
    }
}

/// Asks for a sync, unless one is under way.
pub(crate) async fn ask(graph: &Client) -> Result<Asked, Error> {
    let settings = graph.get_optional(SETTINGS).await?.unwrap_or_default();
    if is_under_way(&settings) {
        return Ok(Asked::UnderWay);
    }
    match graph.try_action(&format!("{SETTINGS}/sync"), &Json::Null).await {
        Ok(_) => Ok(Asked::Started { before: last(&settings) }),
        Err(error) if matches!(error.status(), Some(400 | 429)) => {
            let next = error.retry_after().unwrap_or(BETWEEN).clamp(Duration::from_secs(1), BETWEEN);
            Ok(Asked::TooSoon { next })
        }
        Err(error) => Err(error),
    }
}

/// Whether the sync that was asked for, or the one that was under way, is completed by now. One that somebody asked for
/// just before is, unless it is under way.
pub(crate) async fn is_completed(graph: &Client, asked: &Asked) -> Result<bool, error::Error> {
    let settings = graph.get(SETTINGS).await?;
    if settings["syncStatus"] == "failed" {
        return Err(error::Error::SyncFailed);
    }
    let is_another = match asked {
        Asked::Started { before } => last(&settings) != *before,
        Asked::UnderWay | Asked::TooSoon { .. } => true,
    };
    Ok(is_another && !is_under_way(&settings))
}

fn is_under_way(settings: &Json) -> bool {
    settings["syncStatus"] == "inProgress"
}

/// When the last sync was; empty where there was none. It is of the service's clock: only good to be compared with another.
fn last(settings: &Json) -> String {
    settings["lastSyncDateTime"].as_str().unwrap_or_default().to_owned()
}
