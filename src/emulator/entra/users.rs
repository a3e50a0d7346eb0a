//! Users: what clients look up, not what they manage.

use super::objects::{self, kind};
use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::world::World;

pub(crate) fn list(world: &mut World, call: &Call) -> Outcome {
    let tenant = world.tenant(call)?;
    objects::list(call, kind("user"), &tenant.users, |user| Some(objects::user(user)))
}

/// By object id or user principal name.
pub(crate) fn get(world: &mut World, call: &Call) -> Outcome {
    call.query.refuse(&["$filter", "$expand"])?;
    let tenant = world.tenant(call)?;
    let id = call.id(0);
    let user = tenant.user(&id).ok_or_else(|| Failure::no_directory_object(&id))?;
    Ok(call.entity(200, objects::shown(call, kind("user"), objects::user(user))?))
}
