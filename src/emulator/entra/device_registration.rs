//! The device registration policy: who may join and register devices.
//!
//! Facts: Graph's `deviceRegistrationPolicy`. PUT replaces it, and a quota that is left out becomes 0. While Intune is
//! enabled, who may register cannot be changed.

use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::collection::{Collection, PLAIN};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, writable};
use crate::emulator::model::kind;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::Item;

const ID: &str = "deviceRegistrationPolicy";

/// Where it is kept.
pub(crate) static POLICY: Collection = Collection { name: ID, kind: ID, ..PLAIN };

/// What the service names it.
const NAMES: &[(&str, &str)] = &[
    ("id", ID),
    ("displayName", "Device Registration Policy"),
    (
        "description",
        "Tenant-wide policy that manages intial provisioning controls using quota restrictions, additional authentication and authorization checks",
    ),
];

/// What a tenant begins with.
pub(crate) fn furnish(tenant: &mut Tenant) {
    let everybody = json!({"@odata.type": "#microsoft.graph.allDeviceRegistrationMembership"});
    let policy = json!({
        "userDeviceQuota": 50,
        "multiFactorAuthConfiguration": "notRequired",
        "azureADRegistration": {"isAdminConfigurable": false, "allowedToRegister": everybody},
        "azureADJoin": {
            "isAdminConfigurable": true,
            "allowedToJoin": everybody,
            "localAdmins": {"enableGlobalAdmins": true, "registeringUsers": everybody},
        },
        "localAdminPassword": {"isEnabled": false},
    });
    keep(tenant, policy.as_object().cloned().unwrap_or_default());
}

fn keep(tenant: &mut Tenant, entity: Object) {
    tenant.items_mut(POLICY.name).put(ID, Item::of_service(ID, entity));
}

fn stored(tenant: &Tenant) -> Object {
    tenant.items(POLICY.name).get(ID).map(|item| item.entity.clone()).unwrap_or_default()
}

fn answer(call: &Call, mut entity: Object) -> Answer {
    for (name, text) in NAMES {
        entity.insert((*name).into(), Value::from(*text));
    }
    entity.insert("@odata.context".into(), Value::from(format!("{}/$entity", call.context(false))));
    Answer::json(200, Value::Object(entity))
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    Ok(answer(call, stored(site.tenant)))
}

pub(crate) fn put(site: &mut Site<'_>, call: &Call) -> Outcome {
    let refused = |text: String| Failure::graph(400, "BadRequest", text);
    let mut accepted =
        writable(kind(ID), call.object()?, call.version).map_err(|misfit| refused(misfit.to_string()))?;
    for part in ["multiFactorAuthConfiguration", "azureADRegistration", "azureADJoin", "localAdminPassword"] {
        if accepted.get(part).is_none_or(Value::is_null) {
            return Err(refused(format!("A value is required for property '{part}'.")));
        }
    }
    accepted.entry("userDeviceQuota").or_insert_with(|| json!(0));
    let tenant = &mut *site.tenant;
    let before = stored(tenant);
    let fixed = before.get("azureADRegistration");
    let is_fixed = fixed.and_then(|fixed| fixed.get("isAdminConfigurable")) == Some(&json!(false));
    if is_fixed && accepted.get("azureADRegistration") != fixed {
        return Err(refused("azureADRegistration cannot be changed while Intune is enabled.".into()));
    }
    keep(tenant, accepted.clone());
    Ok(answer(call, accepted))
}
