//! Users: what clients look up, not what they manage.

use super::listing::{self, Objects};
use super::look;
use super::objects::DirectoryObject;
use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;

const KINDS: &[&str] = &["user"];

fn objects(tenant: &Tenant) -> Objects<'_> {
    Objects {
        set: "users",
        kinds: KINDS,
        own: true,
        after: Box::new(|from| Box::new(tenant.users.after(from).map(|(_, user)| DirectoryObject::User(user)))),
        one: Box::new(|id| tenant.users.get(id).map(DirectoryObject::User)),
    }
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::list(site.tenant, call, &objects(site.tenant))
}

pub(crate) fn count(site: &mut Site<'_>, call: &Call) -> Outcome {
    listing::count(call, &objects(site.tenant))
}

/// By object id or user principal name.
pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let id = call.id(0);
    let user = site.tenant.user(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    look::entity(site.tenant, call, "users", KINDS, DirectoryObject::User(user))
}
