//! Users, service principals and the organization: what clients look up, not what they manage.

use serde_json::{Value, json};

use super::objects::{self, kind};
use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::odata::filter::Filter;
use crate::emulator::odata::page::whole;
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

pub(crate) fn list_service_principals(world: &mut World, call: &Call) -> Outcome {
    let tenant = world.tenant(call)?;
    let filter = call.query.get("$filter").map(Filter::parse).transpose();
    let filter = filter.map_err(|error| Failure::unreadable(format!("Invalid filter clause: {error}")))?;
    let found = tenant.applications.values().map(objects::service_principal);
    let found = found.filter(|entity| filter.as_ref().is_none_or(|filter| filter.matches(entity)));
    Ok(whole(call, found.map(Value::Object).collect()))
}

pub(crate) fn organization(world: &mut World, call: &Call) -> Outcome {
    let tenant = world.tenant(call)?;
    let domains: Vec<Value> = tenant
        .domains
        .iter()
        .enumerate()
        .map(|(n, name)| json!({"name": name, "isDefault": n == 0, "isInitial": name.ends_with(".onmicrosoft.com"), "type": "Managed"}))
        .collect();
    let organization = json!({
        "id": tenant.id,
        "displayName": tenant.name,
        "tenantType": "AAD",
        "mobileDeviceManagementAuthority": "intune",
        "verifiedDomains": domains,
    });
    Ok(whole(call, vec![organization]))
}
