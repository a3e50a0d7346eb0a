//! Autopilot events (beta): what a deployment leaves behind, kept for thirty days.
//!
//! Facts: Graph's `deviceManagementAutopilotEvent`.

use serde_json::Value;

use crate::emulator::call::{Call, Outcome};
use crate::emulator::clock::Millis;
use crate::emulator::collection::{Collection, PLAIN, found};
use crate::emulator::error::Failure;
use crate::emulator::paging::whole;
use crate::emulator::site::Site;
use crate::emulator::tenant::event::{self, DETAILS};

const THIRTY_DAYS: Millis = 30 * 24 * 60 * 60 * 1000;

pub(crate) static EVENTS: Collection =
    Collection { name: event::EVENTS, kind: "deviceManagementAutopilotEvent", lifetime: Some(THIRTY_DAYS), ..PLAIN };

pub(crate) fn list_details(site: &mut Site<'_>, call: &Call) -> Outcome {
    let item = found(site.tenant, &EVENTS, call)?;
    let details = item.hidden.get(DETAILS).and_then(Value::as_array).cloned();
    Ok(whole(call, details.ok_or_else(Failure::no_intune_object)?))
}
