//! Device preparation policies and platform scripts.

use serde_json::{Value as Json, json};

use super::{MANAGEMENT, MICROSOFT365, MICROSOFT365WP, Peer, Tenant, made, target};

/// A policy as the admin center makes it, with this group for its devices and its users.
pub(in crate::terraform) fn preparation_policy(tenant: &Tenant, group: &str) -> String {
    let kind = |name: &str| format!("#microsoft.graph.deviceManagementConfiguration{name}");
    let setting = |name: &str, instance: &str, property: &str, value: Json| {
        let definition = format!("enrollment_autopilot_dpp_{name}");
        json!({"settingInstance": {"@odata.type": kind(instance), "settingDefinitionId": definition, property: value}})
    };
    let choice = |name: &str, option: u8| {
        let value = format!("enrollment_autopilot_dpp_{name}_{option}");
        let value = json!({"@odata.type": kind("ChoiceSettingValue"), "children": [], "value": value});
        setting(name, "ChoiceSettingInstance", "choiceSettingValue", value)
    };
    let simple = |name: &str, of: &str, value: Json| {
        let value = json!({"@odata.type": kind(of), "value": value});
        setting(name, "SimpleSettingInstance", "simpleSettingValue", value)
    };
    let path = format!("{MANAGEMENT}/configurationPolicies");
    let body = json!({
        "name": "Prepared", "description": "", "platforms": "windows10", "technologies": "enrollment",
        "roleScopeTagIds": ["0"], "templateReference": {"templateId": "80d33118-b7b4-40d8-b15f-81be745e053f_1"},
        "settings": [
            choice("deploymentmode", 0), choice("deploymenttype", 0), choice("jointype", 0), choice("accountype", 1),
            simple("timeout", "IntegerSettingValue", 90.into()),
            simple("customerrormessage", "StringSettingValue", "Call us.".into()),
            choice("allowskip", 1), choice("allowdiagnostics", 0),
        ],
    });
    let id = made(tenant, &path, &body);
    tenant.post(&format!("{path}/{id}/assign"), &json!({"assignments": [target(group)]}));
    let client = json!({"appId": "f1346770-5b25-470b-88bd-d5744ab7952c"});
    let client = made(tenant, "/v1.0/servicePrincipals", &client);
    let owner = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{client}")});
    tenant.post(&format!("/v1.0/groups/{group}/owners/$ref"), &owner);
    let devices =
        json!({"enrollmentTimeDeviceMembershipTargets": [{"targetType": "staticSecurityGroup", "targetId": group}]});
    tenant.post(&format!("{path}/{id}/setEnrollmentTimeDeviceMembershipTarget"), &devices);
    id
}

/// It writes and reads different settings for the message and the device group, so that its state says nothing of a change of
/// those.
pub(super) fn policy_of(tenant: &Tenant, group: &str) -> Peer {
    let id = preparation_policy(tenant, group);
    Peer {
        provider: MICROSOFT365,
        type_name: "microsoft365_graph_beta_device_management_windows_autopilot_device_preparation_policy",
        state: json!({
            "id": id, "name": "Prepared", "description": "", "role_scope_tag_ids": ["0"], "is_assigned": true,
            "platforms": "windows10", "technologies": "enrollment", "template_family": "enrollmentConfiguration",
            "template_id": "80d33118-b7b4-40d8-b15f-81be745e053f_1", "device_security_group": group, "settings_count": 8,
            "deployment_settings": {
                "deployment_mode": "enrollment_autopilot_dpp_deploymentmode_0",
                "deployment_type": "enrollment_autopilot_dpp_deploymenttype_0",
                "join_type": "enrollment_autopilot_dpp_jointype_0",
                "account_type": "enrollment_autopilot_dpp_accountype_1",
            },
            "oobe_settings": {
                "timeout_in_minutes": 90, "custom_error_message": "Call us.", "allow_skip": true, "allow_diagnostics": false,
            },
            "allowed_apps": null, "allowed_scripts": null, "timeouts": null,
            "assignments": [{"type": "groupAssignmentTarget", "group_id": group}],
        }),
        ours: (
            "autopilot_device_preparation_policy",
            format!(
                "display_name = \"Prepared\"\n device_group_id = {group:?}\n timeout_minutes = 90\n custom_error_message = \"Call us.\"\n \
                 allow_skip = true\n assignments = [{{ group_id = {group:?} }}]"
            ),
        ),
    }
}

pub(super) fn script_of(tenant: &Tenant, group: &str) -> Peer {
    script(
        (tenant, group),
        (MICROSOFT365, "microsoft365_graph_beta_device_management_windows_platform_script"),
        &json!([{"type": "groupAssignmentTarget", "group_id": group}]),
    )
}

pub(super) fn script_of_wp(tenant: &Tenant, group: &str) -> Peer {
    script(
        (tenant, group),
        (MICROSOFT365WP, "microsoft365wp_device_management_script"),
        &json!([{"target": {"group": {"group_id": group}, "filter_type": "none"}}]),
    )
}

fn script((tenant, group): (&Tenant, &str), (provider, type_name): (&'static str, &'static str), to: &Json) -> Peer {
    let path = format!("{MANAGEMENT}/deviceManagementScripts");
    let body = json!({
        "displayName": "Setup", "fileName": "setup.ps1", "runAsAccount": "user", "runAs32Bit": true,
        "scriptContent": "V3JpdGUtSG9zdCAxCg==",
    });
    let id = made(tenant, &path, &body);
    tenant.post(&format!("{path}/{id}/assign"), &json!({"deviceManagementScriptAssignments": [target(group)]}));
    Peer {
        provider,
        type_name,
        state: json!({
            "id": id, "display_name": "Setup", "description": "", "script_content": "Write-Host 1\n",
            "run_as_account": "user", "enforce_signature_check": false, "file_name": "setup.ps1", "run_as_32_bit": true,
            "role_scope_tag_ids": ["0"], "assignments": to,
        }),
        ours: (
            "autopilot_platform_script",
            format!(
                "display_name = \"Setup\"\n file_name = \"setup.ps1\"\n content = \"Write-Host 1\\n\"\n \
                 run_as_account = \"user\"\n run_as_32_bit = true\n assignments = [{{ group_id = {group:?} }}]"
            ),
        ),
    }
}
