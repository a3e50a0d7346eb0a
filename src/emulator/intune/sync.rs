//! The sync between Intune and the Autopilot registration service.
//!
//! Facts: Graph's `windowsAutopilotSettings`; reports that a sync asked for within ten minutes of the last is answered
//! 429 without `Retry-After`.

use serde_json::json;

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::{intune_date_or_never, millis};
use crate::emulator::error::Failure;
use crate::emulator::registration::sync_now;
use crate::emulator::site::Site;

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let affairs = tenant.affairs();
    let status = match (affairs.sync_ends, affairs.last_sync) {
        (Some(_), _) => "inProgress",
        (None, Some(_)) => "completed",
        (None, None) => "unknown",
    };
    let settings = json!({
        "@odata.context": call.context(false),
        "id": tenant.id,
        "lastSyncDateTime": intune_date_or_never(affairs.last_sync),
        "lastManualSyncTriggerDateTime": intune_date_or_never(affairs.last_manual_sync),
        "syncStatus": status,
    });
    Ok(Answer::json(200, settings))
}

pub(crate) fn sync(site: &mut Site<'_>, call: &Call) -> Outcome {
    let interval = millis(site.settings.sync_interval_seconds);
    let seconds = site.settings.sync_seconds;
    let tenant = &mut *site.tenant;
    let last = tenant.affairs().last_manual_sync;
    if last.is_some_and(|last| call.now - last < interval) {
        return Err(Failure::too_many_requests(
            "The sync was triggered less than 10 minutes ago. Please try again later.",
        ));
    }
    tenant.affairs_mut().last_manual_sync = Some(call.now);
    sync_now(tenant, call.now, seconds);
    Ok(Answer::done())
}
