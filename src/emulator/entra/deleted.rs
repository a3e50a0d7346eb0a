//! Deleted groups: kept for thirty days, restorable, or purged.
//!
//! Facts: Graph's `directory/deletedItems`. Security groups are kept there as Microsoft 365 groups are.

use serde_json::Value;

use super::objects;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::marks;
use crate::emulator::model::check::Object;
use crate::emulator::model::kind;
use crate::emulator::site::Site;
use crate::emulator::tenant::directory::Group;

fn entity(group: &Group) -> Object {
    objects::group(&group.id, &group.entity)
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    objects::list(call, kind("group"), &tenant.deleted_groups, |group| Some(entity(group)))
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = call.id(0);
    let group = tenant.deleted_groups.get(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    Ok(call.entity(200, tagged(call, group)?))
}

fn tagged(call: &Call, group: &Group) -> Result<Value, Failure> {
    let mut shown = objects::shown(call, kind("group"), entity(group))?;
    if let Value::Object(shown) = &mut shown {
        shown.insert("@odata.type".into(), Value::from("#microsoft.graph.group"));
    }
    Ok(shown)
}

pub(crate) fn purge(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &mut *site.tenant;
    let id = call.id(0);
    tenant.deleted_groups.take(&id).map(|_| Answer::done()).ok_or_else(|| Failure::no_directory_object(&id))
}

pub(crate) fn restore(site: &mut Site<'_>, call: &Call) -> Outcome {
    let membership = site.settings.membership_seconds;
    let assignment = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let id = call.id(0);
    let mut group = tenant.deleted_groups.take(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    group.entity.insert("deletedDateTime".into(), Value::Null);
    let shown = tagged(call, &group)?;
    for member in &group.members {
        tenant.index.member_of.entry(member.clone()).or_default().insert(id.clone());
    }
    tenant.groups.put(&id, group);
    marks::group_changed(tenant, &id, call.now, membership);
    marks::assignments_changed(tenant, call.now, assignment);
    Ok(call.entity(200, shown))
}
