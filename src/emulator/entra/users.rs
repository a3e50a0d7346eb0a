//! Users: what clients look up, not what they manage.

use super::objects;
use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::kind;
use crate::emulator::site::Site;

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    objects::list(call, kind("user"), &tenant.users, |user| Some(objects::user(user)))
}

/// By object id or user principal name.
pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let id = call.id(0);
    let user = tenant.user(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    Ok(call.entity(200, objects::shown(call, kind("user"), objects::user(user))?))
}
