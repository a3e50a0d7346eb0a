//! Policies of the settings catalog, device preparation, MDM scope, device registration.

use super::*;
use crate::emulator::tenant::application::PROVISIONING_CLIENT;

pub(super) const POLICIES: &str = "/beta/deviceManagement/configurationPolicies";
pub(super) const USER_DRIVEN: &str = "80d33118-b7b4-40d8-b15f-81be745e053f_1";
pub(super) const AUTOMATIC: &str = "a6157a7f-aa00-42d9-ac82-7d2479f545db_1";
pub(super) const ASSOCIATION: &str = "70d256b3-6120-4f88-9e00-0972ec64fc83_1";

pub(super) fn setting(name: &str, value: &Value) -> Value {
    let kind = |name: &str| format!("#microsoft.graph.deviceManagementConfiguration{name}");
    let definition = format!("enrollment_autopilot_dpp_{name}");
    let instance = match value {
        Value::Array(items) => {
            let items: Vec<Value> =
                items.iter().map(|value| json!({"@odata.type": kind("StringSettingValue"), "value": value})).collect();
            json!({"@odata.type": kind("SimpleSettingCollectionInstance"), "settingDefinitionId": definition, "simpleSettingCollectionValue": items})
        }
        Value::Number(_) => json!({"@odata.type": kind("SimpleSettingInstance"), "settingDefinitionId": definition,
            "simpleSettingValue": {"@odata.type": kind("IntegerSettingValue"), "value": value}}),
        _ => json!({"@odata.type": kind("ChoiceSettingInstance"), "settingDefinitionId": definition,
            "choiceSettingValue": {"@odata.type": kind("ChoiceSettingValue"), "children": [], "value": value}}),
    };
    json!({"settingInstance": instance})
}

pub(super) fn policy(template: &str, settings: &[Value]) -> Value {
    json!({"name": "p", "platforms": "windows10", "technologies": "enrollment", "settings": settings, "templateReference": {"templateId": template}})
}

fn made(rig: &mut Rig) -> String {
    let (status, body) = rig.post(POLICIES, &policy(USER_DRIVEN, &[setting("timeout", &json!(60))]));
    assert_eq!(status, 201, "{body}");
    text(&body, "id")
}

fn targets(group: &str) -> Value {
    json!({"enrollmentTimeDeviceMembershipTargets": [{"targetType": "staticSecurityGroup", "targetId": group}]})
}

pub(super) fn set_target(rig: &mut Rig, policy: &str, group: &str) -> (bool, String) {
    let (status, body) =
        rig.post(&format!("{POLICIES}/{policy}/setEnrollmentTimeDeviceMembershipTarget"), &targets(group));
    assert_eq!(status, 200, "{body}");
    let result = &body["value"];
    let status = &result["enrollmentTimeDeviceMembershipTargetValidationStatuses"][0];
    (result["validationSucceeded"] == true, text(status, "targetValidationErrorCode"))
}

pub(super) fn provisioning_client(rig: &mut Rig) -> String {
    let (status, body) = rig.post("/v1.0/servicePrincipals", &json!({"appId": PROVISIONING_CLIENT}));
    assert_eq!(status, 201, "{body}");
    assert_eq!(body["displayName"], json!("Intune Provisioning Client"));
    text(&body, "id")
}

pub(super) fn own(rig: &mut Rig, group: &str, owner: &str) {
    let reference = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{owner}")});
    assert_eq!(rig.post(&format!("/v1.0/groups/{group}/owners/$ref"), &reference).0, 204);
}

#[test]
fn a_policy_s_answer_has_no_settings_but_their_count_the_template_s_name_and_a_priority() {
    let mut rig = Rig::new();
    let first = made(&mut rig);
    let second = made(&mut rig);
    let (_, body) = rig.get(&format!("{POLICIES}/{second}"));
    assert_eq!(body["settingCount"], json!(1));
    assert_eq!(body["templateReference"]["templateFamily"], json!("enrollmentConfiguration"));
    assert_eq!(body["templateReference"]["templateDisplayName"], json!("Device Preparation"));
    assert_eq!(body["priorityMetaData"], json!({"priority": 2}));
    assert_eq!(body["isAssigned"], json!(false));
    assert!(body.get("settings").is_none() && body.get("@odata.type").is_none());
    let (_, settings) = rig.get(&format!("{POLICIES}/{first}/settings"));
    assert_eq!(values(&settings)[0]["id"], json!("0"));
    assert_eq!(values(&settings)[0]["settingInstance"]["simpleSettingValue"]["value"], json!(60));
    let (_, expanded) = rig.get(&format!("{POLICIES}/{first}?$expand=settings,assignments"));
    assert_eq!(expanded["settings"].as_array().unwrap().len(), 1);
    assert_eq!(expanded["assignments"], json!([]));
}

#[test]
fn patch_does_not_reach_the_settings_and_put_replaces_the_whole_policy() {
    let mut rig = Rig::new();
    let id = made(&mut rig);
    let target = format!("{POLICIES}/{id}");
    let changed = setting("timeout", &json!(90));
    assert_eq!(rig.patch(&target, &json!({"name": "q", "settings": [changed]})).0, 200);
    let read = |rig: &mut Rig| {
        let (_, settings) = rig.get(&format!("{target}/settings"));
        values(&settings)[0]["settingInstance"]["simpleSettingValue"]["value"].clone()
    };
    assert_eq!(read(&mut rig), json!(60));
    assert_eq!(rig.call("PUT", &target, &policy(USER_DRIVEN, &[changed])), (204, Value::Null));
    assert_eq!(read(&mut rig), json!(90));
    assert_eq!(text(&rig.get(&target).1, "name"), "p");
    assert_eq!(rig.call("PUT", &target, &json!({"name": "x"})).0, 400);
}

#[test]
fn settings_have_to_fit_the_template() {
    let mut rig = Rig::new();
    let apps = |count: usize| setting("allowedappids", &json!(vec!["a"; count]));
    for (template, bad) in [
        (USER_DRIVEN, setting("timeout", &json!(14))),
        (USER_DRIVEN, setting("timeout", &json!(721))),
        (USER_DRIVEN, setting("jointype", &json!("enrollment_autopilot_dpp_jointype_1"))),
        (USER_DRIVEN, setting("magic", &json!(1))),
        (USER_DRIVEN, apps(26)),
        (USER_DRIVEN, apps(0)),
        (USER_DRIVEN, setting("allowedscriptids", &json!(vec!["s"; 11]))),
        (AUTOMATIC, setting("timeout", &json!(60))),
    ] {
        assert_eq!(rig.post(POLICIES, &policy(template, std::slice::from_ref(&bad))).0, 400, "{bad}");
    }
    let account = setting("accountype", &json!("enrollment_autopilot_dpp_accountype_1"));
    assert_eq!(rig.post(POLICIES, &policy(USER_DRIVEN, &[account, apps(25)])).0, 201);
    assert_eq!(rig.post(POLICIES, &policy(AUTOMATIC, &[apps(1)])).0, 201);
}

#[test]
fn a_setting_s_types_have_to_be_sent() {
    let mut rig = Rig::new();
    let mut untyped = setting("timeout", &json!(60));
    untyped["settingInstance"].as_object_mut().unwrap().remove("@odata.type");
    let (status, body) = rig.post(POLICIES, &policy(USER_DRIVEN, &[untyped]));
    assert_eq!((status, code(&body)), (400, "ModelValidationFailure"));
    assert_eq!(message(&body), "Cannot create an abstract class.");
}

#[test]
fn a_membership_target_is_answered_200_also_when_the_group_will_not_do() {
    let mut rig = Rig::new();
    let policy = made(&mut rig);
    let plain = rig.group("plain", None);
    let dynamic = rig.group("dynamic", Some("(device.objectId -ne null)"));
    let unified = json!({"displayName": "m", "mailEnabled": true, "mailNickname": "m", "securityEnabled": false, "groupTypes": ["Unified"]});
    let unified = text(&rig.post("/v1.0/groups", &unified).1, "id");
    let nobody = uuid::Uuid::new_v4().to_string();
    for (group, objection) in [
        (&nobody, "securityGroupNotFound"),
        (&unified, "notSecurityGroup"),
        (&dynamic, "notStaticSecurityGroup"),
        (&plain, "firstPartyAppNotAnOwner"),
    ] {
        assert_eq!(set_target(&mut rig, &policy, group), (false, objection.to_owned()));
    }
    let retrieve = format!("{POLICIES}/{policy}/retrieveEnrollmentTimeDeviceMembershipTarget");
    let none = rig.post(&retrieve, &Value::Null).1;
    assert_eq!(none["value"]["enrollmentTimeDeviceMembershipTargetValidationStatuses"], json!([]));
}

#[test]
fn the_group_has_to_be_owned_by_the_application_of_this_id_whatever_its_name() {
    let mut rig = Rig::new();
    let policy = made(&mut rig);
    let group = rig.group("devices", None);
    let client = provisioning_client(&mut rig);
    own(&mut rig, &group, &client);
    assert_eq!(set_target(&mut rig, &policy, &group), (true, "unknown".to_owned()));
    let retrieve = format!("{POLICIES}/{policy}/retrieveEnrollmentTimeDeviceMembershipTarget");
    let found = rig.post(&retrieve, &Value::Null).1;
    let status = &found["value"]["enrollmentTimeDeviceMembershipTargetValidationStatuses"][0];
    assert_eq!(status["targetId"], json!(group));
    assert_eq!(rig.delete(&format!("/v1.0/groups/{group}/owners/{client}/$ref")).0, 204);
    let found = rig.post(&retrieve, &Value::Null).1;
    assert_eq!(found["value"]["validationSucceeded"], json!(false));
    let (status, cleared) =
        rig.post(&format!("{POLICIES}/{policy}/clearEnrollmentTimeDeviceMembershipTarget"), &Value::Null);
    assert_eq!((status, &cleared["value"]), (200, &json!(true)));
}

#[test]
fn membership_results_are_bare_when_switched() {
    let mut rig = Rig::new();
    rig.world.settings.membership_results_in_value = false;
    let policy = made(&mut rig);
    let (_, body) = rig.post(&format!("{POLICIES}/{policy}/setEnrollmentTimeDeviceMembershipTarget"), &targets("x"));
    assert_eq!(body["validationSucceeded"], json!(false));
}

#[test]
fn a_new_owner_is_not_seen_at_once() {
    let mut rig = Rig::new();
    let policy = made(&mut rig);
    let group = rig.group("devices", None);
    let client = provisioning_client(&mut rig);
    rig.world.settings.replication_seconds = 30;
    own(&mut rig, &group, &client);
    assert_eq!(set_target(&mut rig, &policy, &group).1, "firstPartyAppNotAnOwner");
    let owners = format!("/beta/groups/{group}/owners");
    assert_eq!(values(&rig.get(&owners).1).len(), 0);
    rig.wait(31);
    assert_eq!(values(&rig.get(&owners).1).len(), 1);
    assert_eq!(set_target(&mut rig, &policy, &group).1, "unknown");
}

#[test]
fn a_new_service_principal_is_not_found_at_once_and_a_second_is_409() {
    let mut rig = Rig::new();
    rig.world.settings.replication_seconds = 30;
    let id = provisioning_client(&mut rig);
    let by_application = format!("/v1.0/servicePrincipals(appId='{PROVISIONING_CLIENT}')");
    let filtered = format!("/v1.0/servicePrincipals?$filter=appId eq '{PROVISIONING_CLIENT}'");
    assert_eq!(rig.get(&by_application).0, 404);
    assert_eq!(values(&rig.get(&filtered).1).len(), 0);
    rig.wait(31);
    assert_eq!(text(&rig.get(&by_application).1, "id"), id);
    assert_eq!(values(&rig.get(&filtered).1).len(), 1);
    let (status, body) = rig.post("/v1.0/servicePrincipals", &json!({"appId": PROVISIONING_CLIENT}));
    assert_eq!((status, code(&body)), (409, "Request_MultipleObjectsWithSameKeyValue"));
}

#[test]
fn reorder_moves_a_policy_and_renumbers_the_others() {
    let mut rig = Rig::new();
    let ids: Vec<String> = (0..3).map(|_| made(&mut rig)).collect();
    assert_eq!(rig.post(&format!("{POLICIES}/{}/reorder", ids[2]), &json!({"priority": 1})).0, 204);
    let order: Vec<Value> =
        ids.iter().map(|id| rig.get(&format!("{POLICIES}/{id}")).1["priorityMetaData"]["priority"].clone()).collect();
    assert_eq!(order, [json!(2), json!(3), json!(1)]);
    for bad in [json!({"priority": 0}), json!({"priority": 501}), json!({}), json!({"priority": 1, "more": 1})] {
        let (status, body) = rig.post(&format!("{POLICIES}/{}/reorder", ids[0]), &bad);
        assert_eq!((status, inner(&body)), (400, "An error has occurred".into()), "{bad}");
    }
}

#[test]
fn values_of_another_type_are_told_by_the_model_also_in_the_actions_of_device_preparation() {
    let mut rig = Rig::new();
    let id = made(&mut rig);
    for (action, body, property) in [
        ("reorder", json!({"priority": "1"}), "'priority' to the expected type 'Edm.Int32'"),
        (
            "setEnrollmentTimeDeviceMembershipTarget",
            json!({"enrollmentTimeDeviceMembershipTargets": ["g"]}),
            "'enrollmentTimeDeviceMembershipTargets' to the expected type \
             'Collection(microsoft.graph.enrollmentTimeDeviceMembershipTarget)'",
        ),
    ] {
        let (status, body) = rig.post(&format!("{POLICIES}/{id}/{action}"), &body);
        assert_eq!((status, code(&body)), (400, "ModelValidationFailure"));
        assert_eq!(message(&body), format!("Cannot convert the value of {property}."));
    }
}

#[test]
fn policies_are_found_by_flags_and_by_template_family() {
    let mut rig = Rig::new();
    made(&mut rig);
    let other = json!({"name": "other", "platforms": "windows10", "technologies": "mdm"});
    assert_eq!(rig.post(POLICIES, &other).0, 201);
    for filter in [
        "(platforms eq 'windows10') and (technologies has 'enrollment')",
        "templateReference/templateFamily eq 'enrollmentConfiguration'",
    ] {
        assert_eq!(values(&rig.get(&format!("{POLICIES}?$filter={filter}")).1).len(), 1, "{filter}");
    }
    assert_eq!(rig.get(&format!("{POLICIES}?$filter=nothing eq 1")).0, 400);
}

#[test]
fn the_mdm_scope_is_for_people_only() {
    let mut rig = Rig::new();
    let policies = "/beta/policies/mobileDeviceManagementPolicies";
    let (status, body) = rig.get(policies);
    assert_eq!((status, code(&body)), (403, "Authorization_RequestDenied"));
    let (status, body) = rig.as_person(&["Policy.Read.All"], "GET", policies, &Value::Null);
    assert_eq!(status, 200, "{body}");
    let patch = json!({"appliesTo": "all"});
    let intune = format!("{policies}/0000000a-0000-0000-c000-000000000000");
    assert_eq!(rig.as_person(&["Policy.Read.All"], "PATCH", &intune, &patch).0, 403);
    assert_eq!(rig.as_person(&["Policy.ReadWrite.MobilityManagement"], "PATCH", &intune, &patch).0, 204);
}

#[test]
fn selected_comes_of_adding_a_group_and_all_drops_the_groups() {
    let mut rig = Rig::new();
    let group = rig.group("pilots", None);
    let scopes = ["Policy.ReadWrite.MobilityManagement"];
    let intune = "/beta/policies/mobileDeviceManagementPolicies/0000000a-0000-0000-c000-000000000000";
    let read = |rig: &mut Rig| {
        let (_, body) = rig.as_person(&scopes, "GET", &format!("{intune}?$expand=includedGroups"), &Value::Null);
        (text(&body, "appliesTo"), body["includedGroups"].as_array().unwrap().len())
    };
    assert_eq!(rig.as_person(&scopes, "PATCH", intune, &json!({"appliesTo": "selected"})).0, 400);
    let both = json!({"appliesTo": "all", "discoveryUrl": "https://x.example"});
    assert_eq!(rig.as_person(&scopes, "PATCH", intune, &both).0, 400);
    let reference = json!({"@odata.id": format!("https://graph.microsoft.com/odata/groups('{group}')")});
    let add = format!("{intune}/includedGroups/$ref");
    for scope in ["all", "none"] {
        assert_eq!(rig.as_person(&scopes, "POST", &add, &reference).0, 204);
        assert_eq!(rig.as_person(&scopes, "POST", &add, &reference).0, 400);
        assert_eq!(read(&mut rig), ("selected".to_owned(), 1));
        assert_eq!(rig.as_person(&scopes, "PATCH", intune, &json!({"appliesTo": scope})).0, 204);
        assert_eq!(read(&mut rig), (scope.to_owned(), 0));
    }
    rig.world.settings.mdm_scope_none_drops_groups = false;
    assert_eq!(rig.as_person(&scopes, "POST", &add, &reference).0, 204);
    assert_eq!(rig.as_person(&scopes, "PATCH", intune, &json!({"appliesTo": "none"})).0, 204);
    assert_eq!(read(&mut rig), ("none".to_owned(), 1));
    assert_eq!(rig.as_person(&scopes, "DELETE", intune, &Value::Null).0, 400);
}

#[test]
fn put_without_a_quota_resets_it_to_0() {
    let mut rig = Rig::new();
    let path = "/v1.0/policies/deviceRegistrationPolicy";
    let (_, mut policy) = rig.get(path);
    assert_eq!(policy["userDeviceQuota"], json!(50));
    policy.as_object_mut().unwrap().retain(|name, _| !name.starts_with('@'));
    policy.as_object_mut().unwrap().remove("userDeviceQuota");
    let (status, answer) = rig.call("PUT", path, &policy);
    assert_eq!((status, &answer["userDeviceQuota"]), (200, &json!(0)));
    let mut registration = policy.clone();
    registration["azureADRegistration"]["allowedToRegister"] =
        json!({"@odata.type": "#microsoft.graph.noDeviceRegistrationMembership"});
    assert_eq!(rig.call("PUT", path, &registration).0, 400);
    for part in ["azureADJoin", "azureADRegistration", "localAdminPassword", "multiFactorAuthConfiguration"] {
        let mut lacking = policy.clone();
        lacking.as_object_mut().unwrap().remove(part);
        assert_eq!(rig.call("PUT", path, &lacking).0, 400, "{part}");
    }
}

#[test]
fn membership_is_evaluated_for_people_only_and_shows_which_part_decides() {
    let mut rig = Rig::new();
    let user = values(&rig.get("/v1.0/users?$select=id,department").1)[0].clone();
    let rule = r#"(user.department -eq "Nothing") -or (user.accountEnabled -eq true)"#;
    let body = json!({"memberId": user["id"], "membershipRule": rule});
    let path = "/beta/groups/evaluateDynamicMembership";
    assert_eq!(rig.post(path, &body).0, 403);
    let (status, answer) = rig.as_person(&["User.Read.All"], "POST", path, &body);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["membershipRuleEvaluationResult"], json!(true));
    let parts = answer["membershipRuleEvaluationDetails"]["expressionEvaluationDetails"].as_array().unwrap();
    assert_eq!(parts.iter().map(|part| part["expressionResult"] == true).collect::<Vec<_>>(), [false, true]);
    assert_eq!(parts[0]["propertyToEvaluate"]["propertyName"], json!("department"));
    assert_eq!(rig.as_person(&["User.Read.All"], "POST", path, &json!({"memberId": user["id"]})).0, 400);
    let (status, _) =
        rig.as_person(&["User.Read.All"], "POST", path, &json!({"memberId": "x", "membershipRule": rule}));
    assert_eq!(status, 404);
}
