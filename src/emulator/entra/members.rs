//! Members and owners of groups: `$ref`, `@odata.bind`, casts, counts, transitive members.
//!
//! Facts: Graph's pages on adding and removing group members and owners. Leaving out `/$ref` on a removal deletes the
//! member object itself.

use std::collections::BTreeSet;

use serde_json::Value;

use super::objects::{any, group_now, needs_eventual, page_size};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::millis;
use crate::emulator::error::Failure;
use crate::emulator::marks;
use crate::emulator::model::check::{Object, Version};
use crate::emulator::model::{kind, name_of};
use crate::emulator::odata::path::{key, segments};
use crate::emulator::odata::query::selected;
use crate::emulator::paging::{page, position};
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::directory::{Group, Stale};
use crate::emulator::tenant::membership::{forget_object, join, part, retire_group};

/// The types of which members and owners are.
const MEMBER_TYPES: &[&str] = &["user", "group", "device", "servicePrincipal"];

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

fn transitive(tenant: &Tenant, group: &Group) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next = vec![group];
    while let Some(group) = next.pop() {
        for member in &group.members {
            if found.insert(member.clone())
                && let Some(inner) = tenant.groups.get(member)
            {
                next.push(inner);
            }
        }
    }
    found
}

fn visible<'a>(tenant: &'a Tenant, call: &Call) -> Result<&'a Group, Failure> {
    let id = call.id(0);
    let group = tenant.groups.get(&id).filter(|group| group_now(call, group).is_some());
    group.ok_or_else(|| Failure::no_directory_object(&id))
}

/// Whether the object is of the type in the path's cast; anything is, without a cast.
fn of_cast(call: &Call, entity: &Object) -> bool {
    let Some(cast) = call.ids.get(1) else { return true };
    entity.get("@odata.type").and_then(Value::as_str).is_some_and(|kind| name_of(kind) == name_of(cast))
}

/// What `$select` names: of the cast's type, or of any type that a member may have.
fn names(call: &Call) -> Result<Option<Vec<String>>, Failure> {
    let cast = call.ids.get(1).map(|cast| name_of(cast));
    let declared = kind("directoryObject");
    call.query.select_of(declared, |name| {
        MEMBER_TYPES.iter().any(|each| cast.is_none_or(|cast| cast == *each) && kind(each).property(name).is_some())
    })
}

fn listing(tenant: &Tenant, call: &Call, ids: &BTreeSet<String>) -> Outcome {
    let size = page_size(call)?;
    let from = position(call)?;
    let names = names(call)?;
    let found = |id: &String| any(tenant, id).filter(|entity| of_cast(call, entity));
    let count =
        (call.query.wants_count() && call.eventual).then(|| ids.iter().filter(|id| found(id).is_some()).count());
    let after = from.unwrap_or_default();
    let rows = ids.iter().filter(|id| **id > after && found(id).is_some()).map(|id| (id.as_str(), id));
    let render = |id: &String| found(id).map(|entity| selected(entity, names.as_deref())).unwrap_or_default();
    Ok(page(call, rows, size, count, render))
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let group = visible(tenant, call)?;
    listing(tenant, call, &group.members)
}

pub(crate) fn list_transitive(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let members = transitive(tenant, visible(tenant, call)?);
    listing(tenant, call, &members)
}

fn counted(tenant: &Tenant, call: &Call, ids: &BTreeSet<String>) -> Outcome {
    needs_eventual(call)?;
    let fits = |id: &&String| any(tenant, id).is_some_and(|entity| of_cast(call, &entity));
    Ok(Answer::number(ids.iter().filter(fits).count()))
}

pub(crate) fn count(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    counted(tenant, call, &visible(tenant, call)?.members)
}

pub(crate) fn count_transitive(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let members = transitive(tenant, visible(tenant, call)?);
    counted(tenant, call, &members)
}

/// The object a `$ref` body names.
fn reference(call: &Call) -> Result<String, Failure> {
    let malformed = || Failure::bad_directory_request("Invalid object reference specified in '@odata.id'.");
    call.object()?.get("@odata.id").and_then(Value::as_str).and_then(referenced).ok_or_else(malformed)
}

pub(crate) fn add(site: &mut Site<'_>, call: &Call) -> Outcome {
    let member = reference(call)?;
    let assignment = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let group = visible(tenant, call)?;
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
    let group = visible(tenant, call)?;
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
    let assignment = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let member = call.id(1);
    if !visible(tenant, call)?.members.contains(&member) {
        return Err(Failure::no_directory_object(&member));
    }
    if tenant.groups.has(&member) && call.caller.has("Group.ReadWrite.All") {
        retire_group(tenant, &member, call.now);
    } else if tenant.users.has(&member) && call.caller.has("User.ReadWrite.All") {
        tenant.users.take(&member);
        forget_object(tenant, &member);
    } else if tenant.devices.has(&member) && call.caller.has("Device.ReadWrite.All") {
        tenant.devices.take(&member);
        forget_object(tenant, &member);
    } else {
        return Err(Failure::denied());
    }
    marks::assignments_changed(tenant, call.now, assignment);
    Ok(Answer::done())
}

pub(crate) fn list_owners(site: &mut Site<'_>, call: &Call) -> Outcome {
    let all = call.version == Version::Beta || site.settings.v1_owners_include_service_principals;
    let tenant = &*site.tenant;
    listing(tenant, call, &owners_now(tenant, call, all)?)
}

/// The owners as a read shows them; v1.0 leaves service principals out.
fn owners_now(tenant: &Tenant, call: &Call, all: bool) -> Result<BTreeSet<String>, Failure> {
    let group = visible(tenant, call)?;
    let stale = group.stale.as_ref().filter(|stale| stale.until > call.now).and_then(|stale| stale.owners.as_ref());
    let owners = stale.unwrap_or(&group.owners).iter();
    Ok(owners.filter(|id| all || tenant.users.has(id)).cloned().collect())
}

pub(crate) fn count_owners(site: &mut Site<'_>, call: &Call) -> Outcome {
    let all = call.version == Version::Beta || site.settings.v1_owners_include_service_principals;
    let tenant = &*site.tenant;
    counted(tenant, call, &owners_now(tenant, call, all)?)
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
    let group = visible(tenant, call)?;
    if group.owners.contains(&owner) {
        return Err(already("owners"));
    }
    if group.owners.len() >= 100 {
        return Err(Failure::bad_directory_request("The number of owners of the group is at its limit of 100."));
    }
    let object = any(tenant, &owner).ok_or_else(|| Failure::no_directory_object(&owner))?;
    if object.get("@odata.type").is_some_and(|kind| kind == "#microsoft.graph.group") {
        return Err(Failure::bad_directory_request("A group cannot be an owner of a group."));
    }
    change_owners(site, call, |owners| {
        owners.insert(owner);
    })
}

pub(crate) fn remove_owner(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let owner = call.id(1);
    let group = visible(tenant, call)?;
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
