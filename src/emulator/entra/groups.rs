//! Groups are read: by id, by unique name, in lists; and how far the service has come with their rules.
//!
//! Facts: Graph's group resource.

use serde_json::{Value, json};

use super::listing::{self, Objects};
use super::objects::{DirectoryObject, alternate_key, group_now};
use super::{look, mailbox};
use crate::emulator::call::{Call, Content, Outcome};
use crate::emulator::clock::{Millis, NEVER, entra_date, millis};
use crate::emulator::error::Failure;
use crate::emulator::settings::Settings;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::directory::{Group, Processing};

pub(super) const SET: &str = "groups";
pub(super) const KINDS: &[&str] = &["group"];

/// Recorded, of a rule that was stored while paused.
const RULE_FAILED: &str = "Membership updates could not be evaluated: unsupported property.";

fn objects<'a>(tenant: &'a Tenant, call: &'a Call) -> Objects<'a> {
    let seen = move |group: &'a Group| group_now(call, group).map(|entity| DirectoryObject::Group(&group.id, entity));
    Objects {
        set: SET,
        kinds: KINDS,
        own: true,
        after: Box::new(move |from| Box::new(tenant.groups.after(from).filter_map(move |(_, group)| seen(group)))),
        one: Box::new(move |id| tenant.groups.get(id).and_then(seen)),
    }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::list(site.tenant, call, &objects(site.tenant, call))
}

pub(crate) fn count(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::count(call, &objects(site.tenant, call))
}

/// The group of this unique name, whether reads see it or not.
pub(super) fn named<'a>(tenant: &'a Tenant, name: &str) -> Option<&'a Group> {
    tenant.groups.values().find(|group| group.text("uniqueName").is_some_and(|found| found.eq_ignore_ascii_case(name)))
}

/// By id, or by `uniqueName='...'`.
pub(super) fn found<'a>(tenant: &'a Tenant, id: &str) -> Option<&'a Group> {
    match alternate_key(id, "uniqueName") {
        Some(name) => named(tenant, name),
        None => tenant.groups.get(id),
    }
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = call.id(0);
    let found = found(tenant, &id).and_then(|group| Some((group, group_now(call, group)?)));
    let (group, values) = found.ok_or_else(|| Failure::no_directory_object(&id))?;
    let look = look::look(call, KINDS)?;
    mailbox::holds_selection(look.names(), values)?;
    let mut answer = look.answer(tenant, call, 200, SET, DirectoryObject::Group(&group.id, values), false);
    // It is told of a single group only.
    if let Content::Json(shown) = &mut answer.content
        && let Some(status) = shown.get_mut("membershipRuleProcessingStatus")
    {
        *status = processing_status(group, call.now, site.settings);
    }
    Ok(answer)
}

/// How far the service has come with the rule; nothing while it is paused.
fn processing_status(group: &Group, now: Millis, settings: &Settings) -> Value {
    let Processing { since, updated, outcome, .. } = group.processing;
    let Some(since) = since.filter(|_| group.running_rule().is_some()) else { return Value::Null };
    let status = match outcome {
        Some(true) => "Succeeded",
        Some(false) => "Failed",
        None if now < since + millis(settings.membership_seconds) / 2 => "NotStarted",
        None => "Running",
    };
    let failed = outcome == Some(false);
    json!({
        "status": status,
        "lastMembershipUpdated": updated.map_or_else(|| NEVER.to_owned(), entra_date),
        "errorMessage": if failed { json!(RULE_FAILED) } else { Value::Null },
    })
}
