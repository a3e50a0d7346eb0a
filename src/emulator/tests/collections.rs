//! The collections that work alike: assignment filters, domain join, apps, scripts, scope tags, corporate identifiers,
//! events, managed devices; and what the directory tells of the tenant.

use super::*;

const FILTERS: &str = "/beta/deviceManagement/assignmentFilters";
const CONFIGURATIONS: &str = "/beta/deviceManagement/deviceConfigurations";
const APPS: &str = "/beta/deviceAppManagement/mobileApps";
const SCRIPTS: &str = "/beta/deviceManagement/deviceManagementScripts";
const TAGS: &str = "/beta/deviceManagement/roleScopeTags";
const IDENTIFIERS: &str = "/beta/deviceManagement/importedDeviceIdentities";

fn filter(platform: &str, rule: &str) -> Value {
    json!({"displayName": "f", "platform": platform, "rule": rule})
}

const RULE: &str = r#"(device.model -startsWith "Surface")"#;

fn made(rig: &mut Rig, collection: &str, body: &Value) -> String {
    let (status, answer) = rig.post(collection, body);
    assert_eq!(status, 201, "{answer}");
    text(&answer, "id")
}

fn app(rig: &mut Rig) -> String {
    made(
        rig,
        APPS,
        &json!({"@odata.type": "#microsoft.graph.winGetApp", "displayName": "a", "packageIdentifier": "X1", "installExperience": {"runAsAccount": "system"}}),
    )
}

fn script(name: &str) -> Value {
    json!({"displayName": name, "fileName": "a.ps1", "scriptContent": "ZXhpdCAw"})
}

fn domain_join(change: &Value) -> Value {
    let mut body = json!({"@odata.type": "#microsoft.graph.windowsDomainJoinConfiguration", "displayName": "d", "activeDirectoryDomainName": "corp.example", "computerNameStaticPrefix": "PC-", "computerNameSuffixRandomCharCount": 8});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

#[test]
fn a_filter_s_scope_tags_are_called_role_scope_tags() {
    let mut rig = Rig::new();
    let (status, body) = rig.post(FILTERS, &filter("windows10AndLater", RULE));
    assert_eq!((status, &body["roleScopeTags"]), (201, &json!(["0"])));
    assert_eq!(body["assignmentFilterManagementType"], json!("devices"));
    let mut wrong = filter("windows10AndLater", RULE);
    wrong["roleScopeTagIds"] = json!(["0"]);
    assert_eq!(rig.post(FILTERS, &wrong).0, 400);
}

#[test]
fn two_platforms_are_answered_500() {
    let mut rig = Rig::new();
    for platform in ["androidWorkProfile", "unknown"] {
        assert_eq!(rig.post(FILTERS, &filter(platform, RULE)).0, 500);
    }
}

#[test]
fn a_filter_s_platform_stays_and_its_rule_has_to_be_one() {
    let mut rig = Rig::new();
    let id = made(&mut rig, FILTERS, &filter("windows10AndLater", RULE));
    assert_eq!(rig.patch(&format!("{FILTERS}/{id}"), &json!({"platform": "macOS"})).0, 400);
    assert_eq!(rig.patch(&format!("{FILTERS}/{id}"), &json!({"displayName": "g"})).0, 200);
    assert_eq!(rig.post(FILTERS, &filter("windows10AndLater", "nonsense")).0, 400);
    for (rule, valid) in [(RULE, true), ("nonsense", false)] {
        let body = json!({"deviceAndAppManagementAssignmentFilter": filter("windows10AndLater", rule)});
        let (status, answer) = rig.post(&format!("{FILTERS}/validateFilter"), &body);
        assert_eq!((status, &answer["isValidRule"]), (200, &json!(valid)));
    }
}

#[test]
fn a_filter_in_use_cannot_be_deleted() {
    let mut rig = Rig::new();
    let id = made(&mut rig, FILTERS, &filter("windows10AndLater", RULE));
    let configuration = made(&mut rig, CONFIGURATIONS, &domain_join(&json!({})));
    let mut target = all_devices();
    target["deviceAndAppManagementAssignmentFilterId"] = json!(id);
    target["deviceAndAppManagementAssignmentFilterType"] = json!("include");
    let assign = format!("{CONFIGURATIONS}/{configuration}/assign");
    assert_eq!(rig.post(&assign, &json!({"assignments": [{"target": target}]})).0, 200);
    assert_eq!(rig.delete(&format!("{FILTERS}/{id}")).0, 400);
    assert_eq!(rig.post(&assign, &json!({"assignments": []})).0, 200);
    assert_eq!(rig.delete(&format!("{FILTERS}/{id}")).0, 204);
    assert_eq!(rig.post(&assign, &json!({"assignments": [{"target": target}]})).0, 400);
}

#[test]
fn a_tenant_has_200_filters() {
    let mut rig = Rig::new();
    for _ in 0..200 {
        made(&mut rig, FILTERS, &filter("windows10AndLater", RULE));
    }
    assert_eq!(rig.post(FILTERS, &filter("windows10AndLater", RULE)).0, 400);
}

#[test]
fn a_domain_join_name_has_15_characters_and_the_type_may_be_left_out_of_a_change() {
    let mut rig = Rig::new();
    for bad in [
        json!({"computerNameStaticPrefix": "LONGPREFIX-"}),
        json!({"computerNameSuffixRandomCharCount": 2}),
        json!({"computerNameSuffixRandomCharCount": 15}),
        json!({"computerNameStaticPrefix": "A_B"}),
        json!({"organizationalUnit": "Devices"}),
        json!({"activeDirectoryDomainName": null}),
        json!({"activeDirectoryDomainName": ""}),
    ] {
        assert_eq!(rig.post(CONFIGURATIONS, &domain_join(&bad)).0, 400, "{bad}");
    }
    let id = made(&mut rig, CONFIGURATIONS, &domain_join(&json!({"organizationalUnit": "OU=A,DC=corp,DC=example"})));
    let (status, body) = rig.patch(&format!("{CONFIGURATIONS}/{id}"), &json!({"displayName": "e"}));
    assert_eq!((status, &body["version"], &body["displayName"]), (200, &json!(2), &json!("e")));
    let untyped = json!({"displayName": "d", "activeDirectoryDomainName": "corp.example"});
    assert_eq!(rig.post(CONFIGURATIONS, &untyped).0, 400);
}

#[test]
fn domain_join_is_found_by_isof_and_v1_does_not_know_the_type() {
    let mut rig = Rig::new();
    made(&mut rig, CONFIGURATIONS, &domain_join(&json!({})));
    let isof = format!("{CONFIGURATIONS}?$filter=isof('microsoft.graph.windowsDomainJoinConfiguration')");
    assert_eq!(values(&rig.get(&isof).1).len(), 1);
    assert_eq!(values(&rig.get("/v1.0/deviceManagement/deviceConfigurations").1).len(), 0);
}

#[test]
fn a_domain_join_waits_for_two_network_profiles_at_most() {
    let mut rig = Rig::new();
    let ids: Vec<String> = (0..4).map(|_| made(&mut rig, CONFIGURATIONS, &domain_join(&json!({})))).collect();
    let path = format!(
        "{CONFIGURATIONS}/{}/microsoft.graph.windowsDomainJoinConfiguration/networkAccessConfigurations/$ref",
        ids[0]
    );
    let statuses: Vec<u16> = ids
        .iter()
        .map(|id| {
            rig.post(&path, &json!({"@odata.id": format!("http://x/beta/deviceManagement/deviceConfigurations/{id}")}))
                .0
        })
        .collect();
    assert_eq!(statuses, [400, 204, 204, 400]);
}

#[test]
fn assign_replaces_the_set_and_single_assignments_have_no_route() {
    let mut rig = Rig::new();
    let (one, two) = (rig.group("one", None), rig.group("two", None));
    let id = made(&mut rig, CONFIGURATIONS, &domain_join(&json!({})));
    let assign = format!("{CONFIGURATIONS}/{id}/assign");
    for group in [&one, &two] {
        let (status, body) = rig.post(&assign, &json!({"assignments": [{"target": group_target(group)}]}));
        assert_eq!((status, values(&body).len()), (200, 1));
        assert_eq!(values(&body)[0]["target"]["groupId"], json!(group));
    }
    let assignments = format!("{CONFIGURATIONS}/{id}/assignments");
    assert_eq!(values(&rig.get(&assignments).1).len(), 1);
    let (status, body) = rig.post(&assignments, &json!({"target": group_target(&one)}));
    assert_eq!((status, code(&body)), (400, "No method match route template"));
    let twice = json!({"assignments": [{"target": group_target(&one)}, {"target": exclusion(&one)}]});
    assert_eq!(rig.post(&assign, &twice).0, 400);
    let untyped = json!({"assignments": [{"target": {"groupId": one}}]});
    assert_eq!(rig.post(&assign, &untyped).0, 400);
    assert_eq!(rig.post(&assign, &json!({"enrollmentConfigurationAssignments": []})).0, 400);
}

#[test]
fn an_app_cannot_be_assigned_before_it_is_published() {
    let mut rig = Rig::new();
    let id = app(&mut rig);
    let group = rig.group("g", None);
    let assign = format!("{APPS}/{id}/assign");
    let body = json!({"mobileAppAssignments": [{"intent": "required", "target": group_target(&group), "settings": {"@odata.type": "#microsoft.graph.winGetAppAssignmentSettings"}}]});
    assert_eq!(rig.get(&format!("{APPS}/{id}")).1["publishingState"], json!("processing"));
    assert_eq!(rig.post(&assign, &body).0, 400);
    rig.wait(31);
    assert_eq!(rig.get(&format!("{APPS}/{id}")).1["publishingState"], json!("published"));
    assert_eq!(rig.post(&assign, &body), (204, Value::Null));
    let (_, assignments) = rig.get(&format!("{APPS}/{id}/assignments"));
    assert_eq!(values(&assignments)[0]["id"], json!(format!("{group}_1_0")));
    assert_eq!(values(&assignments)[0]["sourceId"], json!(id));
    let mut foreign = body;
    foreign["mobileAppAssignments"][0]["settings"] =
        json!({"@odata.type": "#microsoft.graph.win32LobAppAssignmentSettings"});
    assert_eq!(rig.post(&assign, &foreign).0, 400);
}

#[test]
fn a_win32_app_is_not_published_before_its_content_is_committed() {
    let mut rig = Rig::new();
    let kind = "#microsoft.graph.win32LobApp";
    let id = made(&mut rig, APPS, &json!({"@odata.type": kind, "displayName": "w"}));
    rig.wait(3600);
    let state = |rig: &mut Rig| text(&rig.get(&format!("{APPS}/{id}")).1, "publishingState");
    assert_eq!(state(&mut rig), "notPublished");
    let committed = json!({"@odata.type": kind, "committedContentVersion": "1"});
    assert_eq!(rig.patch(&format!("{APPS}/{id}"), &committed).0, 200);
    assert_eq!(state(&mut rig), "processing");
    rig.wait(31);
    assert_eq!(state(&mut rig), "published");
}

#[test]
fn a_winget_app_keeps_its_package_and_v1_does_not_know_it() {
    let mut rig = Rig::new();
    let id = app(&mut rig);
    let kind = "#microsoft.graph.winGetApp";
    let change = |change: Value| {
        let mut body = json!({"@odata.type": kind});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        body
    };
    let target = format!("{APPS}/{id}");
    assert_eq!(rig.patch(&target, &change(json!({"packageIdentifier": "X2"}))).0, 400);
    assert_eq!(rig.patch(&target, &change(json!({"installExperience": {"runAsAccount": "user"}}))).0, 400);
    assert_eq!(rig.patch(&target, &change(json!({"description": "x"}))).0, 200);
    assert_eq!(rig.patch(&target, &json!({"description": "x"})).0, 400);
    let unnamed = json!({"@odata.type": kind, "displayName": "a"});
    assert_eq!(rig.post(APPS, &unnamed).0, 400);
    assert_eq!(values(&rig.get("/v1.0/deviceAppManagement/mobileApps").1).len(), 0);
}

#[test]
fn a_suite_that_names_no_file_format_has_none_configured() {
    let mut rig = Rig::new();
    let suite = json!({"@odata.type": "#microsoft.graph.officeSuiteApp", "displayName": "a"});
    let (_, made) = rig.post(APPS, &suite);
    assert_eq!(made["officeSuiteAppDefaultFileFormat"], json!("notConfigured"));
}

#[test]
fn apps_are_listed_by_type_in_the_order_of_their_names() {
    let mut rig = Rig::new();
    for name in ["b", "c", "a"] {
        made(&mut rig, APPS, &json!({"@odata.type": "#microsoft.graph.officeSuiteApp", "displayName": name}));
    }
    app(&mut rig);
    let query = "$filter=isof('microsoft.graph.officeSuiteApp') or isof('microsoft.graph.win32LobApp')&$orderby=displayName&$top=2&$select=id,displayName";
    let (_, page) = rig.get(&format!("{APPS}?{query}"));
    let names = |page: &Value| values(page).iter().map(|app| text(app, "displayName")).collect::<Vec<_>>();
    assert_eq!(names(&page), ["a", "b"]);
    assert_eq!(values(&page)[0]["@odata.type"], json!("#microsoft.graph.officeSuiteApp"));
    let next = text(&page, "@odata.nextLink");
    let (_, page) = rig.get(next.strip_prefix("http://127.0.0.1:4711").unwrap());
    assert_eq!(names(&page), ["c"]);
    assert!(page.get("@odata.nextLink").is_none());
}

#[test]
fn a_list_of_scripts_has_no_content_unless_switched() {
    let mut rig = Rig::new();
    let id = made(&mut rig, SCRIPTS, &script("s"));
    let listed = |rig: &mut Rig| values(&rig.get(SCRIPTS).1)[0]["scriptContent"].clone();
    assert_eq!(listed(&mut rig), Value::Null);
    assert_eq!(rig.get(&format!("{SCRIPTS}/{id}")).1["scriptContent"], json!("ZXhpdCAw"));
    rig.world.settings.script_lists_have_content = true;
    assert_eq!(listed(&mut rig), json!("ZXhpdCAw"));
}

#[test]
fn a_script_is_base64_of_up_to_200_kb_and_runs_as_the_system_by_default() {
    let mut rig = Rig::new();
    let (_, body) = rig.post(SCRIPTS, &script("s"));
    assert_eq!(body["runAsAccount"], json!("system"));
    for content in [json!("no base64!"), json!(""), json!("QUFB".repeat(70_000))] {
        let mut body = script("s");
        body["scriptContent"] = content;
        assert_eq!(rig.post(SCRIPTS, &body).0, 400);
    }
}

#[test]
fn a_script_s_assign_has_its_own_parameter_and_answers_204() {
    let mut rig = Rig::new();
    let group = rig.group("g", None);
    let id = made(&mut rig, SCRIPTS, &script("s"));
    let assign = format!("{SCRIPTS}/{id}/assign");
    let body = json!({"deviceManagementScriptAssignments": [{"target": group_target(&group)}]});
    assert_eq!(rig.post(&assign, &body), (204, Value::Null));
    assert_eq!(rig.post(&assign, &json!({"assignments": []})).0, 400);
    let (_, expanded) = rig.get(&format!("{SCRIPTS}/{id}?$expand=assignments"));
    assert_eq!(expanded["assignments"].as_array().unwrap().len(), 1);
}

#[test]
fn scope_tags_are_numbered_and_the_built_in_one_is_0() {
    let mut rig = Rig::new();
    let (_, default) = rig.get(&format!("{TAGS}/0"));
    assert_eq!((&default["displayName"], &default["isBuiltIn"]), (&json!("Default"), &json!(true)));
    assert_eq!(made(&mut rig, TAGS, &json!({"displayName": "Berlin"})), "1");
    assert_eq!(made(&mut rig, TAGS, &json!({"displayName": "Paris"})), "2");
    assert_eq!(rig.post(TAGS, &json!({"displayName": "berlin"})).0, 400);
    assert_eq!(rig.delete(&format!("{TAGS}/0")).0, 400);
    assert_eq!(rig.delete(&format!("{TAGS}/1")).0, 204);
}

#[test]
fn a_malformed_identifier_is_refused_in_the_service_s_words() {
    let mut rig = Rig::new();
    let rows = |rows: &[(&str, &str)]| {
        let rows: Vec<Value> = rows
            .iter()
            .map(|(kind, id)| json!({"importedDeviceIdentityType": kind, "importedDeviceIdentifier": id}))
            .collect();
        json!({"importedDeviceIdentities": rows, "overwriteImportedDeviceIdentities": false})
    };
    let import = format!("{IDENTIFIERS}/importDeviceIdentityList");
    let two = rows(&[("manufacturerModelSerial", "HP,Book"), ("imei", "abc"), ("serialNumber", "S1")]);
    let (status, body) = rig.post(&import, &two);
    assert_eq!(status, 400);
    assert_eq!(inner(&body), "Invalid Device Identifier parameter found for 2 import records!");
    let (status, body) = rig.post(&import, &rows(&[("manufacturerModelSerial", "HP,Book,S1")]));
    assert_eq!((status, &values(&body)[0]["status"]), (200, &json!(true)));
    assert_eq!(values(&body)[0]["enrollmentState"], json!("notContacted"));
    assert_eq!(values(&body)[0]["lastContactedDateTime"], json!("0001-01-01T00:00:00Z"));
}

#[test]
fn without_overwriting_an_identifier_keeps_its_description() {
    let mut rig = Rig::new();
    let import = |rig: &mut Rig, description: &str, overwrite: bool| {
        let row = json!({"importedDeviceIdentityType": "serialNumber", "importedDeviceIdentifier": "S1", "description": description});
        let body = json!({"importedDeviceIdentities": [row], "overwriteImportedDeviceIdentities": overwrite});
        let (_, answer) = rig.post(&format!("{IDENTIFIERS}/importDeviceIdentityList"), &body);
        values(&answer)[0]["status"] == true
    };
    assert!(import(&mut rig, "one", false));
    assert!(import(&mut rig, "one", false));
    assert!(!import(&mut rig, "two", false));
    assert!(import(&mut rig, "two", true));
    let (_, list) = rig.get(IDENTIFIERS);
    assert_eq!(values(&list).len(), 1);
    assert_eq!(values(&list)[0]["description"], json!("two"));
    let known = json!({"importedDeviceIdentities": [
        {"importedDeviceIdentityType": "serialNumber", "importedDeviceIdentifier": "s1"},
        {"importedDeviceIdentityType": "serialNumber", "importedDeviceIdentifier": "S2"},
    ]});
    let (_, found) = rig.post(&format!("{IDENTIFIERS}/searchExistingIdentities"), &known);
    assert_eq!(values(&found).len(), 1);
}

#[test]
fn a_deployment_leaves_an_event_for_thirty_days_and_a_managed_device() {
    let mut rig = Rig::new();
    let profile = rig.profile("p");
    rig.assign(&profile, &all_devices());
    rig.seed(&json!([{"serialNumber": "S1"}, {"serialNumber": "S2"}]));
    rig.wait(600);
    assert_eq!(rig.post("/_emulator/enroll", &json!({"serial_number": "S1"})).0, 204);
    let events = "/beta/deviceManagement/autopilotEvents";
    let (_, list) = rig.get(events);
    let event = values(&list)[0].clone();
    assert_eq!(event["enrollmentType"], json!("azureADJoinedWithAutopilotProfile"));
    assert_eq!(event["windowsAutopilotDeploymentProfileDisplayName"], json!("p"));
    assert_eq!(event["deploymentDuration"], json!("PT12M"));
    let id = text(&event, "id");
    assert_eq!(values(&rig.get(&format!("{events}/{id}/policyStatusDetails")).1).len(), 2);
    let managed = "/v1.0/deviceManagement/managedDevices";
    let (_, found) = rig.get(&format!("{managed}?$filter=serialNumber eq 'S1'"));
    assert_eq!(values(&found).len(), 1);
    assert!(values(&found)[0].get("autopilotEnrolled").is_none());
    assert_eq!(values(&rig.get(&format!("{managed}?$filter=serialNumber eq 'S2'")).1).len(), 0);
    rig.wait(31 * 24 * 3600);
    assert_eq!(values(&rig.get(events).1).len(), 0);
    assert_eq!(rig.get(&format!("{events}/{id}")).0, 404);
}

#[test]
fn a_self_deploying_device_is_blocked_until_it_is_allowed_again() {
    let mut rig = Rig::new();
    let body = json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "kiosk", "outOfBoxExperienceSetting": {"deviceUsageType": "shared"}});
    let profile = text(&rig.post(PROFILES, &body).1, "id");
    rig.assign(&profile, &all_devices());
    let device = rig.seed(&json!([{"serialNumber": "S1"}]))[0].clone();
    rig.wait(600);
    let status = |rig: &mut Rig| text(&rig.get(&format!("{DEVICES}/{device}")).1, "userlessEnrollmentStatus");
    assert_eq!(status(&mut rig), "allowed");
    assert_eq!(rig.post("/_emulator/enroll", &json!({"serial_number": "S1"})).0, 204);
    assert_eq!(status(&mut rig), "blocked");
    assert_eq!(rig.post(&format!("{DEVICES}/{device}/allowNextEnrollment"), &Value::Null).0, 204);
    rig.wait(60);
    assert_eq!(status(&mut rig), "allowed");
}

#[test]
fn licences_are_listed_and_branding_that_is_not_there_is_404() {
    let mut rig = Rig::new();
    let (_, skus) = rig.get("/v1.0/subscribedSkus");
    let plans = values(&skus)[0]["servicePlans"].as_array().unwrap();
    let names: Vec<&Value> = plans.iter().map(|plan| &plan["servicePlanName"]).collect();
    assert_eq!(names, [&json!("INTUNE_A"), &json!("AAD_PREMIUM")]);
    assert_eq!(rig.get(&format!("/v1.0/organization/{TENANT_ID}/branding")).0, 404);
}

#[test]
fn a_group_is_found_by_its_unique_name() {
    let mut rig = Rig::new();
    let body = json!({"displayName": "u", "mailEnabled": false, "mailNickname": "u", "securityEnabled": true, "uniqueName": "the-one"});
    let id = text(&rig.post("/v1.0/groups", &body).1, "id");
    assert_eq!(text(&rig.get("/v1.0/groups(uniqueName='the-one')").1, "id"), id);
    assert_eq!(rig.get("/v1.0/groups(uniqueName='another')").0, 404);
}

#[test]
fn an_application_that_owns_what_it_makes_may_not_name_itself_as_owner() {
    let mut rig = Rig::new();
    rig.as_application(&["Group.Create", "Application.Read.All", "Group.Read.All"], |rig| {
        let seeded = rig.get("/v1.0/servicePrincipals?$filter=displayName eq 'Seeded application'").1;
        let own = text(&values(&seeded)[0], "id");
        let mut body = json!({"displayName": "g", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true});
        let (status, group) = rig.post("/v1.0/groups", &body);
        assert_eq!(status, 201, "{group}");
        let (_, owners) = rig.get(&format!("/beta/groups/{}/owners", text(&group, "id")));
        assert_eq!(text(&values(&owners)[0], "id"), own);
        body["owners@odata.bind"] = json!([format!("https://graph.microsoft.com/v1.0/servicePrincipals/{own}")]);
        let (status, refused) = rig.post("/v1.0/groups", &body);
        assert_eq!((status, message(&refused)), (400, "Request contains a property with duplicate values."));
    });
}

#[test]
fn a_deleted_security_group_vanishes_at_once_when_switched() {
    let mut rig = Rig::new();
    for (kept, status) in [(true, 200), (false, 404)] {
        rig.world.settings.security_groups_are_kept = kept;
        let group = rig.group("g", None);
        assert_eq!(rig.delete(&format!("/v1.0/groups/{group}")).0, 204);
        assert_eq!(rig.get(&format!("/v1.0/directory/deletedItems/{group}")).0, status);
    }
}

#[test]
fn a_device_cannot_be_created_directly_unless_switched() {
    let mut rig = Rig::new();
    let body = json!({"serialNumber": "S1", "manufacturer": "M", "model": "X", "groupTag": "t"});
    assert_eq!(rig.post(DEVICES, &body).0, 400);
    rig.world.settings.devices_can_be_created = true;
    let id = made(&mut rig, DEVICES, &body);
    assert_eq!(text(&rig.get(&format!("{DEVICES}/{id}")).1, "groupTag"), "t");
    assert_eq!(rig.post(DEVICES, &body).0, 400);
}

#[test]
fn a_tenant_without_intune_refuses_every_post_without_a_reason() {
    let mut rig = Rig::new();
    rig.world.settings.intune_is_provisioned = false;
    let (status, body) = rig.post(SCRIPTS, &script("s"));
    assert_eq!((status, inner(&body).as_str()), (400, "An error has occurred"));
    assert_eq!(rig.get(SCRIPTS).0, 200);
    let authority =
        |rig: &mut Rig| rig.get("/v1.0/organization").1["value"][0]["mobileDeviceManagementAuthority"].clone();
    assert_eq!(authority(&mut rig), "unknown");
    let licences = rig.get("/v1.0/subscribedSkus").1.to_string();
    assert!(licences.contains("AAD_PREMIUM") && !licences.contains("INTUNE"), "{licences}");
    rig.world.settings.intune_is_provisioned = true;
    assert_eq!(authority(&mut rig), "intune");
}

#[test]
fn what_was_written_is_there_after_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.redb");
    let id = {
        let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
        made(&mut rig, SCRIPTS, &script("s"))
    };
    let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
    assert_eq!(text(&rig.get(&format!("{SCRIPTS}/{id}")).1, "displayName"), "s");
    assert_eq!(values(&rig.get(TAGS).1).len(), 1);
}
