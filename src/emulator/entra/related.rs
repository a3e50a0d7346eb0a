//! What groups, users and devices are related to, as lists: members, owners, groups they are in, direct reports; and a
//! user's manager.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::listing::{self, Objects};
use super::look;
use super::members::{reference, visible};
use super::objects::{DirectoryObject, any, any_now};
use super::relations::ANY;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::marks;
use crate::emulator::model::check::Version;
use crate::emulator::model::name_of;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::directory::Group;
use crate::emulator::tenant::membership::groups_of;

/// The sets and types that the path's cast leaves of any objects.
fn cast(call: &Call) -> (&'static str, &'static [&'static str]) {
    match call.ids.get(1).map(|cast| name_of(cast)) {
        None => ("directoryObjects", ANY),
        Some("user") => ("users", &["user"]),
        Some("group") => ("groups", &["group"]),
        Some("device") => ("devices", &["device"]),
        Some("servicePrincipal") => ("servicePrincipals", &["servicePrincipal"]),
        // Contacts, administrative units and the like: there are none.
        Some(_) => ("directoryObjects", &[]),
    }
}

/// The objects of these ids, as reads see them now.
fn among<'a>(tenant: &'a Tenant, call: &'a Call, ids: &'a BTreeSet<String>) -> Objects<'a> {
    let (set, kinds) = cast(call);
    let seen = move |id: &str| any_now(tenant, call, id).filter(|object| kinds.contains(&object.kind()));
    Objects {
        set,
        kinds,
        own: false,
        after: Box::new(move |from| {
            let from = from.map_or(Bound::Unbounded, Bound::Excluded);
            Box::new(ids.range::<str, _>((from, Bound::Unbounded)).filter_map(move |id| seen(id)))
        }),
        one: Box::new(move |id| ids.contains(id).then(|| seen(id)).flatten()),
    }
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

/// The owners as a read shows them; v1.0 leaves service principals out.
fn owners_now(site: &Site<'_>, call: &Call) -> Result<BTreeSet<String>, Failure> {
    let all = call.version == Version::Beta || site.settings.v1_owners_include_service_principals;
    let tenant = &*site.tenant;
    let group = visible(tenant, call)?;
    let stale = group.stale.as_ref().filter(|stale| stale.until > call.now).and_then(|stale| stale.owners.as_ref());
    let owners = stale.unwrap_or(&group.owners).iter();
    Ok(owners.filter(|id| all || tenant.users.has(id)).cloned().collect())
}

fn listed(tenant: &Tenant, call: &Call, ids: &BTreeSet<String>) -> Outcome {
    let objects = among(tenant, call, ids);
    if call.path.ends_with("/$count") { listing::count(call, &objects) } else { listing::list(tenant, call, &objects) }
}

pub(crate) fn members(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    listed(tenant, call, &visible(tenant, call)?.members)
}

pub(crate) fn transitive_members(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    listed(tenant, call, &transitive(tenant, visible(tenant, call)?))
}

pub(crate) fn owners(site: &mut Site<'_>, call: &Call) -> Outcome {
    listed(site.tenant, call, &owners_now(site, call)?)
}

/// The groups that the object of the path is in itself.
pub(crate) fn member_of(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = subject(tenant, call)?;
    let none = BTreeSet::new();
    listed(tenant, call, tenant.index.member_of.get(&id).unwrap_or(&none))
}

/// The groups that the object of the path is in, through other groups too.
pub(crate) fn transitive_member_of(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    listed(tenant, call, &groups_of(tenant, &subject(tenant, call)?))
}

/// The id of the path's object, which may be a user's principal name, and which is of the path's kind.
fn subject(tenant: &Tenant, call: &Call) -> Result<String, Failure> {
    let key = call.id(0);
    let set = call.path.split('/').nth(2).unwrap_or_default();
    let id = if set.starts_with("users") { tenant.user(&key).map(|user| user.id.clone()) } else { Some(key.clone()) };
    let object = id.as_deref().and_then(|id| any_now(tenant, call, id));
    let of_set = object.filter(|object| set.starts_with(object.set()));
    of_set.map(|object| object.id().to_owned()).ok_or_else(|| Failure::no_directory_object(&key))
}

pub(crate) fn direct_reports(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = subject(tenant, call)?;
    let reports = tenant.users.values().filter(|user| user.manager.as_deref() == Some(&id));
    listed(tenant, call, &reports.map(|user| user.id.clone()).collect())
}

pub(crate) fn manager(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = subject(tenant, call)?;
    let manager = tenant.users.get(&id).and_then(|user| user.manager.as_deref());
    let manager = manager.and_then(|id| any(tenant, id)).ok_or_else(|| Failure::no_directory_object("manager"))?;
    look::entity(tenant, call, "directoryObjects", ANY, manager)
}

pub(crate) fn set_manager(site: &mut Site<'_>, call: &Call) -> Outcome {
    let manager = reference(call)?;
    let id = subject(site.tenant, call)?;
    // A contact may be a manager too; there are none.
    match any(site.tenant, &manager) {
        Some(DirectoryObject::User(_)) => {}
        _ => return Err(Failure::no_directory_object(&manager)),
    }
    change_manager(site, call, &id, Some(manager));
    Ok(Answer::done())
}

pub(crate) fn remove_manager(site: &mut Site<'_>, call: &Call) -> Outcome {
    let id = subject(site.tenant, call)?;
    if site.tenant.users.get(&id).is_none_or(|user| user.manager.is_none()) {
        return Err(Failure::no_directory_object("manager"));
    }
    change_manager(site, call, &id, None);
    Ok(Answer::done())
}

fn change_manager(site: &mut Site<'_>, call: &Call, id: &str, manager: Option<String>) {
    if let Some(user) = site.tenant.users.edit(id) {
        user.manager = manager;
    }
    marks::object_changed(site.tenant, id, call.now, site.settings.membership_seconds);
}
