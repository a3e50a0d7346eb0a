//! Who is in which group: changes of membership with the index that follows, and the groups of an object.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Tenant;
use crate::emulator::clock::{Millis, entra_date};

/// Makes an object a member; the indexes follow.
pub(crate) fn join(tenant: &mut Tenant, group: &str, member: &str) {
    if let Some(found) = tenant.groups.edit(group)
        && found.members.insert(member.to_owned())
    {
        tenant.index.member_of.entry(member.to_owned()).or_default().insert(group.to_owned());
    }
}

/// Ends a membership.
pub(crate) fn part(tenant: &mut Tenant, group: &str, member: &str) {
    if let Some(found) = tenant.groups.edit(group) {
        found.members.remove(member);
    }
    if let Some(groups) = tenant.index.member_of.get_mut(member) {
        groups.remove(group);
    }
}

/// Takes a group out of use; it goes to the deleted items.
pub(crate) fn retire_group(tenant: &mut Tenant, id: &str, now: Millis) {
    if let Some(mut group) = tenant.groups.take(id) {
        for member in &group.members {
            if let Some(groups) = tenant.index.member_of.get_mut(member) {
                groups.remove(id);
            }
        }
        group.entity.insert("deletedDateTime".into(), Value::from(entra_date(now)));
        group.stale = None;
        tenant.deleted_groups.put(id, group);
        tenant.index.rules.remove(id);
        forget_object(tenant, id);
    }
}

/// An object is gone: so are its memberships.
pub(crate) fn forget_object(tenant: &mut Tenant, id: &str) {
    for group in tenant.index.member_of.remove(id).unwrap_or_default() {
        if let Some(group) = tenant.groups.edit(&group) {
            group.members.remove(id);
        }
    }
    tenant.index.changed_objects.remove(id);
}

/// The groups an object is in, through other groups too.
pub(crate) fn groups_of(tenant: &Tenant, object: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next: Vec<&str> = vec![object];
    while let Some(id) = next.pop() {
        for group in tenant.index.member_of.get(id).into_iter().flatten() {
            if found.insert(group.clone()) {
                next.push(group);
            }
        }
    }
    found
}
