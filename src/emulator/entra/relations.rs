//! What directory objects are related to, as `$expand` and paths such as `/users/{id}/manager` name it.

use std::collections::BTreeSet;

use super::objects::{DirectoryObject, any_now};
use crate::emulator::call::Call;
use crate::emulator::model::check::Version;
use crate::emulator::tenant::Tenant;

/// The types of which members and owners are.
pub(super) const ANY: &[&str] = &["user", "group", "device", "servicePrincipal"];

/// One relationship of a type.
pub(super) struct Relation {
    pub(super) of: &'static str,
    pub(super) name: &'static str,
    /// The types of what is on its other side.
    pub(super) kinds: &'static [&'static str],
    /// Whether it leads to one object at most.
    pub(super) single: bool,
    pub(super) related: for<'a> fn(&'a Tenant, &Call, &str) -> Vec<DirectoryObject<'a>>,
}

const fn several(
    of: &'static str,
    name: &'static str,
    kinds: &'static [&'static str],
    related: for<'a> fn(&'a Tenant, &Call, &str) -> Vec<DirectoryObject<'a>>,
) -> Relation {
    Relation { of, name, kinds, single: false, related }
}

static RELATIONS: &[Relation] = &[
    several("group", "members", ANY, members),
    several("group", "owners", ANY, owners),
    several("group", "memberOf", &["group"], member_of),
    several("user", "memberOf", &["group"], member_of),
    several("device", "memberOf", &["group"], member_of),
    several("servicePrincipal", "memberOf", &["group"], member_of),
    several("user", "directReports", &["user"], direct_reports),
    Relation { of: "user", name: "manager", kinds: &["user"], single: true, related: manager },
];

pub(super) fn find(kind: &str, name: &str) -> Option<&'static Relation> {
    RELATIONS.iter().find(|relation| relation.of == kind && relation.name == name)
}

fn objects<'a>(tenant: &'a Tenant, call: &Call, ids: &BTreeSet<String>) -> Vec<DirectoryObject<'a>> {
    ids.iter().filter_map(|id| any_now(tenant, call, id)).collect()
}

fn members<'a>(tenant: &'a Tenant, call: &Call, id: &str) -> Vec<DirectoryObject<'a>> {
    tenant.groups.get(id).map(|group| objects(tenant, call, &group.members)).unwrap_or_default()
}

fn owners<'a>(tenant: &'a Tenant, call: &Call, id: &str) -> Vec<DirectoryObject<'a>> {
    let owners = tenant.groups.get(id).map(|group| objects(tenant, call, &group.owners)).unwrap_or_default();
    // v1.0 leaves service principals out.
    owners.into_iter().filter(|owner| call.version == Version::Beta || owner.kind() == "user").collect()
}

/// The groups that an object is in itself.
fn member_of<'a>(tenant: &'a Tenant, call: &Call, id: &str) -> Vec<DirectoryObject<'a>> {
    tenant.index.member_of.get(id).map(|groups| objects(tenant, call, groups)).unwrap_or_default()
}

fn manager<'a>(tenant: &'a Tenant, call: &Call, id: &str) -> Vec<DirectoryObject<'a>> {
    let manager = tenant.users.get(id).and_then(|user| user.manager.as_deref());
    manager.and_then(|id| any_now(tenant, call, id)).into_iter().collect()
}

fn direct_reports<'a>(tenant: &'a Tenant, _: &Call, id: &str) -> Vec<DirectoryObject<'a>> {
    let reports = tenant.users.values().filter(|user| user.manager.as_deref() == Some(id));
    reports.map(DirectoryObject::User).collect()
}
