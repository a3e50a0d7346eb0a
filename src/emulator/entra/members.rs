//! Members and owners of groups are added and removed: `$ref`, `@odata.bind`.
//!
//! Facts: Graph's pages on adding and removing group members and owners. Leaving out `/$ref` on a removal deletes the
//! member object itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::directory_objects::remove as remove_object;
use super::mastered;
use super::objects::{any, group_now};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::millis;
use crate::emulator::error::Failure;
use crate::emulator::marks;
use crate::emulator::model::check::Object;
use crate::emulator::odata::path::{key, segments};
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::directory::{Group, Stale};
use crate::emulator::tenant::membership::{join, part};

pub(crate) fn already(property: &str) -> Failure {
    Failure::bad_directory_request(format!(
        "One or more added object references already exist for the following modified properties: '{property}'."
    ))
}

/// Members of a dynamic group are the rule's business alone.
pub(crate) fn dynamic_refuses() -> Failure {
    Failure::bad_directory_request(
        "Insufficient privileges to complete the operation: the members of a group with dynamic membership cannot be \
         changed.",
    )
}

/// The id at the end of a reference such as `https://graph.microsoft.com/v1.0/directoryObjects/{id}`.
pub(crate) fn referenced(url: &str) -> Option<String> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    segments(path).pop().map(|id| key(&id)).filter(|id| uuid::Uuid::try_parse(id).is_ok())
}

/// The objects that `members@odata.bind` or `owners@odata.bind` names; all are there, or the request fails.
pub(crate) fn bound_objects(tenant: &Tenant, body: &Object, name: &str) -> Result<Vec<String>, Failure> {
    let Some(value) = body.get(name) else { return Ok(Vec::new()) };
    let malformed =
        || Failure::bad_directory_request(format!("Invalid URL format specified in @odata.bind for {name}."));
    let mut ids = Vec::new();
    for url in value.as_array().ok_or_else(malformed)? {
        let id = url.as_str().and_then(referenced).ok_or_else(malformed)?;
        if any(tenant, &id).is_none() {
            return Err(Failure::no_directory_object(&id));
        }
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

pub(super) fn visible<'a>(tenant: &'a Tenant, call: &Call) -> Result<&'a Group, Failure> {
    let id = call.id(0);
    let group = tenant.groups.get(&id).filter(|group| group_now(call, group).is_some());
    group.ok_or_else(|| Failure::no_directory_object(&id))
}

/// The same, where Graph may change it.
fn changeable<'a>(tenant: &'a Tenant, call: &Call) -> Result<&'a Group, Failure> {
    let group = visible(tenant, call)?;
    mastered::holds_change(group)?;
    Ok(group)
}

/// The object a `$ref` body names.
pub(super) fn reference(call: &Call) -> Result<String, Failure> {
    let malformed = || Failure::bad_directory_request("Invalid object reference specified in '@odata.id'.");
    call.object()?.get("@odata.id").and_then(Value::as_str).and_then(referenced).ok_or_else(malformed)
}

pub(crate) fn add(site: &mut Site<'_>, call: &Call) -> Outcome {
    let member = reference(call)?;
    let assignment = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let group = changeable(tenant, call)?;
    if group.is_dynamic() {
        return Err(dynamic_refuses());
    }
    if group.members.contains(&member) {
        return Err(already("members"));
    }
    if any(tenant, &member).is_none() {
        return Err(Failure::no_directory_object(&member));
    }
    join(tenant, &call.id(0), &member);
    marks::assignments_changed(tenant, call.now, assignment);
    Ok(Answer::done())
}

pub(crate) fn remove(site: &mut Site<'_>, call: &Call) -> Outcome {
    let assignment = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let group = changeable(tenant, call)?;
    if group.is_dynamic() {
        return Err(dynamic_refuses());
    }
    let member = call.id(1);
    if !group.members.contains(&member) {
        return Err(Failure::no_directory_object(&member));
    }
    part(tenant, &call.id(0), &member);
    marks::assignments_changed(tenant, call.now, assignment);
    Ok(Answer::done())
}

/// What a removal without `/$ref` does: the member itself goes, if the caller may delete such an object.
pub(crate) fn delete_the_member_itself(site: &mut Site<'_>, call: &Call) -> Outcome {
    let member = call.id(1);
    if !visible(site.tenant, call)?.members.contains(&member) {
        return Err(Failure::no_directory_object(&member));
    }
    remove_object(site, call, &member)
}

/// Changes the owners; reads show the old ones while that replicates.
fn change_owners(site: &mut Site<'_>, call: &Call, change: impl FnOnce(&mut BTreeSet<String>)) -> Outcome {
    let delay = millis(site.settings.replication_seconds);
    if let Some(group) = site.tenant.groups.edit(&call.id(0)) {
        if delay > 0 {
            let (shown, owners) = (Some(group.entity.clone()), Some(group.owners.clone()));
            group.stale = Some(Stale { until: call.now + delay, shown, owners });
        }
        change(&mut group.owners);
    }
    Ok(Answer::done())
}

pub(crate) fn add_owner(site: &mut Site<'_>, call: &Call) -> Outcome {
    let owner = reference(call)?;
    let tenant = &*site.tenant;
    let group = changeable(tenant, call)?;
    if group.owners.contains(&owner) {
        return Err(already("owners"));
    }
    if group.owners.len() >= 100 {
        return Err(Failure::bad_directory_request("The number of owners of the group is at its limit of 100."));
    }
    let object = any(tenant, &owner).ok_or_else(|| Failure::no_directory_object(&owner))?;
    if object.kind() == "group" {
        return Err(Failure::bad_directory_request("A group cannot be an owner of a group."));
    }
    change_owners(site, call, |owners| {
        owners.insert(owner);
    })
}

pub(crate) fn remove_owner(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let owner = call.id(1);
    let group = changeable(tenant, call)?;
    if !group.owners.contains(&owner) {
        return Err(Failure::no_directory_object(&owner));
    }
    let users = group.owners.iter().filter(|id| tenant.users.has(id)).count();
    if users == 1 && tenant.users.has(&owner) {
        return Err(Failure::bad_directory_request(
            "The group must have at least one owner, hence this owner cannot be removed.",
        ));
    }
    change_owners(site, call, |owners| {
        owners.remove(&owner);
    })
}
