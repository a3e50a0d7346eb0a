//! Whether a group will do as the one that devices join when they enrol.

use serde_json::json;

use super::Tenant;
use super::application::PROVISIONING_CLIENT;
use crate::emulator::clock::Millis;

/// What stands against a group, in the words of Graph's enum; `unknown` is none.
pub(crate) fn objection(tenant: &Tenant, id: &str, now: Millis) -> &'static str {
    let Some(group) = tenant.groups.get(id) else { return "securityGroupNotFound" };
    let on = |name: &str| group.entity.get(name) == Some(&json!(true));
    if !on("securityEnabled") || on("mailEnabled") || on("isAssignableToRole") {
        return "notSecurityGroup";
    }
    if group.is_dynamic() {
        return "notStaticSecurityGroup";
    }
    // A new owner is not seen at once.
    let settled = group.stale.as_ref().is_none_or(|stale| stale.until <= now);
    let client = tenant.applications.values().find(|each| each.client_id == PROVISIONING_CLIENT);
    let owned = client.is_some_and(|client| group.owners.contains(&client.principal));
    if owned && settled { "unknown" } else { "firstPartyAppNotAnOwner" }
}
