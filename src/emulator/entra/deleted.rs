//! Deleted groups: kept for thirty days, restorable, or purged.
//!
//! Facts: Graph's `directory/deletedItems`. Security groups are kept there as Microsoft 365 groups are.

use serde_json::Value;

use super::listing::{self, Objects};
use super::look;
use super::objects::DirectoryObject;
use super::relations::ANY;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::marks;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::directory::Group;

fn object(group: &Group) -> DirectoryObject<'_> {
    DirectoryObject::Group(&group.id, &group.entity)
}

fn objects(tenant: &Tenant) -> Objects<'_> {
    Objects {
        set: "groups",
        kinds: &["group"],
        own: true,
        after: Box::new(|from| Box::new(tenant.deleted_groups.after(from).map(|(_, group)| object(group)))),
        one: Box::new(|id| tenant.deleted_groups.get(id).map(object)),
    }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::list(site.tenant, call, &objects(site.tenant))
}

pub(crate) fn count(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::count(call, &objects(site.tenant))
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = call.id(0);
    let group = tenant.deleted_groups.get(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    look::entity(tenant, call, "directoryObjects", ANY, object(group))
}

pub(crate) fn purge(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &mut *site.tenant;
    let id = call.id(0);
    tenant.deleted_groups.take(&id).map(|_| Answer::done()).ok_or_else(|| Failure::no_directory_object(&id))
}

pub(crate) fn restore(site: &mut Site<'_>, call: &Call) -> Outcome {
    let settings = site.settings;
    let assignment = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let id = call.id(0);
    let mut group = tenant.deleted_groups.take(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    group.entity.insert("deletedDateTime".into(), Value::Null);
    let answer = look::look(call, ANY)?.answer(tenant, call, 200, "directoryObjects", object(&group), true);
    for member in &group.members {
        tenant.index.member_of.entry(member.clone()).or_default().insert(id.clone());
    }
    tenant.groups.put(&id, group);
    marks::group_changed(tenant, &id, call.now, settings);
    marks::assignments_changed(tenant, call.now, assignment);
    Ok(answer)
}
