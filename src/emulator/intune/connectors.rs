//! The Intune Connector for Active Directory (beta): written by the connector itself, read by everybody else.
//!
//! Facts: Graph's `deviceManagementDomainJoinConnector`. Old connectors are shown as active and process nothing.

use serde_json::json;

use crate::emulator::clock::{Millis, intune_date};
use crate::emulator::collection::{Collection, PLAIN};
use crate::emulator::model::check::Object;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::Item;

pub(crate) static CONNECTORS: Collection =
    Collection { name: "domainJoinConnectors", kind: "deviceManagementDomainJoinConnector", ..PLAIN };

/// Plants a connector that has just called.
pub(crate) fn plant(tenant: &mut Tenant, name: &str, version: &str, state: &str, now: Millis) {
    let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, format!("{}{name}", tenant.id).as_bytes()).to_string();
    let values = json!({
        "displayName": name,
        "lastConnectionDateTime": intune_date(now),
        "state": state,
        "version": version,
    });
    let entity = match values {
        serde_json::Value::Object(entity) => entity,
        _ => Object::new(),
    };
    tenant.items_mut(CONNECTORS.name).put(&id, Item::of_service(&id, entity));
}
