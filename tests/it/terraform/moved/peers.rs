//! Objects as other providers make them, and the states that those write of them.

mod policies;
mod profiles;

use serde_json::{Value as Json, json};

pub(in crate::terraform) use self::policies::preparation_policy;
use self::{
    policies::{policy_of, script_of, script_of_wp},
    profiles::{page_of, page_of_wp, profile_of, profile_of_wp},
};
use crate::terraform::tenant::Tenant;

const MANAGEMENT: &str = "/beta/deviceManagement";
const MICROSOFT365: &str = "deploymenttheory/microsoft365";
const MICROSOFT365WP: &str = "terraprovider/microsoft365wp";

/// One object, as it was managed and as it is to be.
pub(super) struct Peer {
    pub(super) provider: &'static str,
    pub(super) type_name: &'static str,
    /// What its provider keeps of it.
    pub(super) state: Json,
    /// Our type, and what says the same in our words.
    pub(super) ours: (&'static str, String),
}

fn made(tenant: &Tenant, path: &str, body: &Json) -> String {
    tenant.post(path, body)["id"].as_str().expect("an id").to_owned()
}

fn target(group: &str) -> Json {
    json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group}})
}

/// One of each type that is taken over, in the tenant and as its provider's state.
pub(super) fn all(tenant: &Tenant) -> Vec<Peer> {
    let sales = json!({
        "displayName": "Sales", "description": "All of them.", "mailEnabled": false, "mailNickname": "sales",
        "securityEnabled": true,
    });
    let group = &made(tenant, "/v1.0/groups", &sales);
    let mut peers = vec![azuread_group(tenant), group_of(group)];
    for named in [profile_of, profile_of_wp, page_of, page_of_wp, script_of, script_of_wp] {
        peers.push(named(tenant, group));
    }
    peers.push(policy_of(tenant, group));
    peers.extend([filter_of(tenant), filter_of_wp(tenant), scope_tag_of(tenant)]);
    peers
}

/// hashicorp/terraform-provider-azuread 3, `docs/resources/group.md`.
pub(super) fn azuread_group(tenant: &Tenant) -> Peer {
    let rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))";
    let group = json!({
        "displayName": "Devices", "mailEnabled": false, "mailNickname": "devices", "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRule": rule, "membershipRuleProcessingState": "On",
    });
    let id = made(tenant, "/v1.0/groups", &group);
    Peer {
        provider: "hashicorp/azuread",
        type_name: "azuread_group",
        state: json!({
            "id": format!("/groups/{id}"), "object_id": id, "display_name": "Devices", "description": "",
            "mail_nickname": "devices", "mail_enabled": false, "security_enabled": true, "types": ["DynamicMembership"],
            "dynamic_membership": [{"enabled": true, "rule": rule}], "assignable_to_role": false,
            "members": [], "owners": ["f2b1a0f4-6b8c-4f0e-8c51-0d4a4a2a9f10"], "prevent_duplicate_names": false,
            "proxy_addresses": [], "administrative_unit_ids": null, "timeouts": null, "visibility": "",
        }),
        ours: ("autopilot_group", format!("display_name = \"Devices\"\n membership_rule = {rule:?}")),
    }
}

/// deploymenttheory/terraform-provider-microsoft365 0.57, `docs/resources/graph_beta_groups_group.md`; the types below are on
/// the pages of their names.
fn group_of(id: &str) -> Peer {
    Peer {
        provider: MICROSOFT365,
        type_name: "microsoft365_graph_beta_groups_group",
        state: json!({
            "id": id, "display_name": "Sales", "description": "All of them.", "mail_nickname": "sales",
            "mail_enabled": false, "security_enabled": true, "group_types": [], "visibility": "Private",
            "is_assignable_to_role": false, "membership_rule": null, "membership_rule_processing_state": null,
            "group_owners": null, "group_members": null, "hard_delete": false, "timeouts": null,
        }),
        ours: ("autopilot_group", "display_name = \"Sales\"\n description = \"All of them.\"".to_owned()),
    }
}

fn filter_of(tenant: &Tenant) -> Peer {
    let type_name = "microsoft365_graph_beta_device_management_assignment_filter";
    filter(tenant, "Surface", (MICROSOFT365, type_name))
}

fn filter_of_wp(tenant: &Tenant) -> Peer {
    filter(tenant, "Tablets", (MICROSOFT365WP, "microsoft365wp_device_and_app_management_assignment_filter"))
}

fn filter(tenant: &Tenant, name: &str, (provider, type_name): (&'static str, &'static str)) -> Peer {
    let rule = "(device.model -startsWith \"Surface\")";
    let body = json!({"displayName": name, "platform": "windows10AndLater", "rule": rule, "roleScopeTags": ["0"]});
    let id = made(tenant, &format!("{MANAGEMENT}/assignmentFilters"), &body);
    Peer {
        provider,
        type_name,
        state: json!({
            "id": id, "display_name": name, "description": "", "platform": "windows10AndLater", "rule": rule,
            "assignment_filter_management_type": "devices", "role_scope_tags": ["0"],
        }),
        ours: ("autopilot_assignment_filter", format!("display_name = {name:?}\n rule = {rule:?}")),
    }
}

fn scope_tag_of(tenant: &Tenant) -> Peer {
    let body = json!({"displayName": "Berlin", "description": "Help desk"});
    let id = made(tenant, &format!("{MANAGEMENT}/roleScopeTags"), &body);
    Peer {
        provider: MICROSOFT365,
        type_name: "microsoft365_graph_beta_device_management_role_scope_tag",
        state: json!({
            "id": id, "display_name": "Berlin", "description": "Help desk", "is_built_in": false, "assignments": null,
            "timeouts": null,
        }),
        ours: ("autopilot_scope_tag", "display_name = \"Berlin\"\n description = \"Help desk\"".to_owned()),
    }
}
