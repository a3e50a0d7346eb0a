//! The templates of device preparation, and what they say of policies made after them.

use super::policies::{
    ASSOCIATION, AUTOMATIC, POLICIES, USER_DRIVEN, own, policy, provisioning_client, set_target, setting,
};
use super::*;

const TEMPLATES: &str = "/beta/deviceManagement/configurationPolicyTemplates";

/// The settings of a template by the name of their definition, without its prefix.
pub(super) fn settings(rig: &mut Rig, template: &str) -> Vec<(String, Value)> {
    let target = format!("{TEMPLATES}('{template}')/settingTemplates?$expand=settingDefinitions&top=1000");
    let (status, body) = rig.get(&target);
    assert_eq!(status, 200, "{body}");
    let name = |row: &Value| {
        let id = text(&row["settingInstanceTemplate"], "settingDefinitionId");
        id.strip_prefix("enrollment_autopilot_dpp_").unwrap().to_owned()
    };
    values(&body).iter().map(|row| (name(row), row.clone())).collect()
}

/// A setting that says which instance template it is of, as a client does that has read the template.
pub(super) fn of(templates: &[(String, Value)], name: &str, value: &Value) -> Value {
    let (_, template) = templates.iter().find(|(known, _)| known == name).unwrap();
    let id = &template["settingInstanceTemplate"]["settingInstanceTemplateId"];
    let mut setting = setting(name, value);
    setting["settingInstance"]["settingInstanceTemplateReference"] = json!({"settingInstanceTemplateId": id});
    setting
}

fn text_setting(templates: &[(String, Value)], name: &str, value: &str) -> Value {
    let mut setting = of(templates, name, &json!(1));
    setting["settingInstance"]["simpleSettingValue"] =
        json!({"@odata.type": "#microsoft.graph.deviceManagementConfigurationStringSettingValue", "value": value});
    setting
}

#[test]
fn the_templates_are_listed_by_family_and_read_by_id() {
    let mut rig = Rig::new();
    let (_, all) = rig.get(&format!("{TEMPLATES}?$filter=templateFamily%20eq%20'enrollmentConfiguration'"));
    let ids: Vec<String> = values(&all).iter().map(|row| text(row, "id")).collect();
    assert_eq!(ids, [USER_DRIVEN, AUTOMATIC, ASSOCIATION]);
    assert_eq!(values(&rig.get(&format!("{TEMPLATES}?$filter=templateFamily%20eq%20'baseline'")).1).len(), 0);
    let (status, one) = rig.get(&format!("{TEMPLATES}/{ASSOCIATION}?$select=id,settingTemplateCount"));
    assert_eq!((status, &one["settingTemplateCount"]), (200, &json!(18)));
    assert_eq!(rig.get(&format!("{TEMPLATES}/nothing_1")).0, 404);
    assert_eq!(rig.get(&format!("{TEMPLATES}?$filter=nothing%20eq%20'1'")).0, 400);
}

#[test]
fn a_template_tells_the_ids_that_its_settings_are_built_from() {
    let mut rig = Rig::new();
    let user_driven = settings(&mut rig, USER_DRIVEN);
    assert_eq!(user_driven.len(), 11);
    let (_, timeout) = user_driven.iter().find(|(name, _)| name == "timeout").unwrap();
    let instance = &timeout["settingInstanceTemplate"];
    assert_eq!(instance["settingInstanceTemplateId"], json!("6dec0657-dfb8-4906-a7ee-3ac6ee1edecb"));
    assert_eq!(
        instance["simpleSettingValueTemplate"]["settingValueTemplateId"],
        json!("0bbcce5b-a55a-4e05-821a-94bf576d6cc8")
    );
    let value = &timeout["settingDefinitions"][0]["valueDefinition"];
    assert_eq!((&value["minimumValue"], &value["maximumValue"]), (&json!(15), &json!(720)));
    let (_, account) = user_driven.iter().find(|(name, _)| name == "accountype").unwrap();
    let options = account["settingDefinitions"][0]["options"].as_array().unwrap();
    assert_eq!(text(&options[1], "itemId"), "enrollment_autopilot_dpp_accountype_1");
    let automatic: Vec<String> = settings(&mut rig, AUTOMATIC).into_iter().map(|(name, _)| name).collect();
    assert_eq!(automatic, ["allowedappids", "allowedscriptids"]);
}

#[test]
fn definitions_come_only_where_they_are_expanded_and_settings_by_pages() {
    let mut rig = Rig::new();
    let (_, first) = rig.get(&format!("{TEMPLATES}/{USER_DRIVEN}/settingTemplates?$top=10"));
    assert_eq!(values(&first).len(), 10);
    assert!(values(&first)[0].get("settingDefinitions").is_none());
    let (_, last) = rig.get(text(&first, "@odata.nextLink").trim_start_matches("http://127.0.0.1:4711"));
    assert_eq!(values(&last).len(), 1);
    assert_eq!(rig.get(&format!("{TEMPLATES}/{USER_DRIVEN}/settingTemplates?$expand=other")).0, 400);
}

#[test]
fn the_template_for_associated_devices_has_18_settings_with_the_same_ids_in_every_tenant() {
    let mut rig = Rig::new();
    let mine = settings(&mut rig, ASSOCIATION);
    assert_eq!(mine.len(), 18);
    let ids: std::collections::BTreeSet<String> =
        mine.iter().map(|(_, row)| text(&row["settingInstanceTemplate"], "settingInstanceTemplateId")).collect();
    assert_eq!(ids.len(), 18);
    for name in ["language", "skipeula", "skipexpress", "skipkeyboard", "forcedenrollment", "enablequ", "enablecue"] {
        assert!(mine.iter().any(|(known, _)| known == name), "{name}");
    }
    assert_eq!(rig.as_other(|rig| settings(rig, ASSOCIATION)), mine);
}

#[test]
fn a_policy_for_associated_devices_holds_its_own_settings_under_the_ids_of_its_template() {
    let mut rig = Rig::new();
    let templates = settings(&mut rig, ASSOCIATION);
    let yes = |name: &str| json!(format!("enrollment_autopilot_dpp_{name}_1"));
    let mut all: Vec<Value> =
        ["skipeula", "skipexpress", "skipkeyboard", "forcedenrollment", "enablequ", "enablecue", "accountype"]
            .iter()
            .map(|name| of(&templates, name, &yes(name)))
            .collect();
    all.push(text_setting(&templates, "language", "de-DE"));
    all.push(text_setting(&templates, "applydevicerenametemplate", "KIOSK-%RAND:5%"));
    all.push(of(&templates, "allowedpolicyids", &json!(["a"])));
    all.push(of(&templates, "timeout", &json!(60)));
    let (status, body) = rig.post(POLICIES, &policy(ASSOCIATION, &all));
    assert_eq!(status, 201, "{body}");
    assert_eq!((&body["settingCount"], &body["priorityMetaData"]), (&json!(11), &json!({"priority": 1})));
    let mut foreign = of(&templates, "timeout", &json!(60));
    foreign["settingInstance"]["settingInstanceTemplateReference"]["settingInstanceTemplateId"] =
        json!("6dec0657-dfb8-4906-a7ee-3ac6ee1edecb");
    for bad in [
        setting("timeout", &json!(60)),
        foreign,
        of(&templates, "timeout", &json!(5)),
        of(&templates, "skipeula", &json!("enrollment_autopilot_dpp_skipeula_2")),
        text_setting(&templates, "applydevicerenametemplate", "KIOSK-%RAND:15%"),
        text_setting(&templates, "applydevicerenametemplate", "K_1"),
        text_setting(&templates, "applydevicerenametemplate", ""),
        text_setting(&templates, "language", ""),
    ] {
        assert_eq!(rig.post(POLICIES, &policy(ASSOCIATION, std::slice::from_ref(&bad))).0, 400, "{bad}");
    }
    // What only associated devices know is in no other template.
    let skip = setting("skipeula", &yes("skipeula"));
    assert_eq!(rig.post(POLICIES, &policy(USER_DRIVEN, &[skip])).0, 400);
}

#[test]
fn mode_type_and_join_know_only_0_in_the_user_driven_template() {
    let mut rig = Rig::new();
    for name in ["deploymentmode", "deploymenttype", "jointype"] {
        let value = |number: u8| json!(format!("enrollment_autopilot_dpp_{name}_{number}"));
        let made = |rig: &mut Rig, number| rig.post(POLICIES, &policy(USER_DRIVEN, &[setting(name, &value(number))])).0;
        assert_eq!((made(&mut rig, 0), made(&mut rig, 1)), (201, 400), "{name}");
    }
}

#[test]
fn a_list_without_select_gives_no_priority() {
    let mut rig = Rig::new();
    rig.post(POLICIES, &policy(USER_DRIVEN, &[]));
    let priority = |rig: &mut Rig, query: &str| {
        let (status, body) = rig.get(&format!("{POLICIES}{query}"));
        assert_eq!(status, 200, "{body}");
        values(&body)[0]["priorityMetaData"].clone()
    };
    assert_eq!(priority(&mut rig, ""), Value::Null);
    assert_eq!(priority(&mut rig, "?$select=id,priorityMetaData"), json!({"priority": 1}));
}

#[test]
fn automatic_policies_may_carry_a_group_and_take_no_assignment() {
    let mut rig = Rig::new();
    let (_, body) = rig.post(POLICIES, &policy(AUTOMATIC, &[]));
    let id = text(&body, "id");
    let group = rig.group("devices", None);
    let client = provisioning_client(&mut rig);
    own(&mut rig, &group, &client);
    assert_eq!(set_target(&mut rig, &id, &group), (true, "unknown".into()));
    let assign = json!({"assignments": [{"target": group_target(&group)}]});
    assert_eq!(rig.post(&format!("{POLICIES}/{id}/assign"), &assign).0, 400);
    assert_eq!(rig.post(&format!("{POLICIES}/{id}/assign"), &json!({"assignments": []})).0, 400);
}

#[test]
fn a_template_is_the_same_in_any_letter_case() {
    let mut rig = Rig::new();
    let automatic = made(&mut rig, &AUTOMATIC.to_uppercase());
    let group = rig.group("users", None);
    let assign = json!({"assignments": [{"target": group_target(&group)}]});
    assert_eq!(rig.post(&format!("{POLICIES}/{automatic}/assign"), &assign).0, 400, "it takes no users");
    let associated = made(&mut rig, &ASSOCIATION.to_uppercase());
    let mut import = super::associations::link("A1", "4c4c4544-0043-4410-8054-b9c04f313233", 1);
    import["devicePreparationPolicyId"] = json!(associated);
    assert_eq!(rig.post(super::associations::IMPORT, &import).0, 200);
    for template in [AUTOMATIC.to_owned(), AUTOMATIC.to_uppercase()] {
        let (_, found) = rig.get(&format!("{POLICIES}?$filter=templateReference/templateId eq '{template}'"));
        assert_eq!(values(&found).iter().map(|each| text(each, "id")).collect::<Vec<_>>(), [automatic.as_str()]);
    }
}

#[test]
fn a_filter_by_what_a_template_reference_does_not_have_is_refused() {
    let mut rig = Rig::new();
    for name in ["nope", "TemplateId"] {
        let (status, body) = rig.get(&format!("{POLICIES}?$filter=templateReference/{name} eq 'x'"));
        assert_eq!(status, 400);
        assert!(message(&body).contains(&format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.deviceManagementConfigurationPolicyTemplateReference'"
        )));
    }
}

fn made(rig: &mut Rig, template: &str) -> String {
    let (status, body) = rig.post(POLICIES, &policy(template, &[]));
    assert_eq!(status, 201, "{body}");
    text(&body, "id")
}
