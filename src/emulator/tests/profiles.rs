use super::*;

const ENTRA: &str = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
const HYBRID: &str = "#microsoft.graph.activeDirectoryWindowsAutopilotDeploymentProfile";

fn body(kind: &str, change: &Value) -> Value {
    let mut body = json!({"@odata.type": kind, "displayName": "Standard"});
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn refused(kind: &str, change: &Value) -> (u16, String) {
    let (status, answer) = Rig::new().post(PROFILES, &body(kind, change));
    (status, code(&answer).to_owned())
}

#[test]
fn both_spellings_come_back_and_the_deprecated_one_is_ignored_on_input() {
    let mut rig = Rig::new();
    let (status, profile) = rig.post(PROFILES, &body(ENTRA, &json!({
        "preprovisioningAllowed": true,
        "hardwareHashExtractionEnabled": true,
        "locale": "en-US",
        "enableWhiteGlove": false,
        "language": "de-DE",
        "id": "mine",
        "outOfBoxExperienceSetting": {"privacySettingsHidden": true, "eulaHidden": true, "userType": "standard", "deviceUsageType": "shared", "keyboardSelectionPageSkipped": true, "escapeLinkHidden": true},
        "outOfBoxExperienceSettings": {"hideEULA": false},
    })));
    assert_eq!(status, 201, "{profile}");
    assert_ne!(profile["id"], json!("mine"));
    assert_eq!(
        (&profile["enableWhiteGlove"], &profile["extractHardwareHash"], &profile["language"]),
        (&json!(true), &json!(true), &json!("en-US"))
    );
    assert_eq!(
        profile["outOfBoxExperienceSettings"],
        json!({"hidePrivacySettings": true, "hideEULA": true, "userType": "standard", "deviceUsageType": "shared", "skipKeyboardSelectionPage": true, "hideEscapeLink": true})
    );
    assert_eq!(
        (&profile["@odata.type"], &profile["deviceType"], &profile["roleScopeTagIds"]),
        (&json!(ENTRA), &json!("windowsPc"), &json!(["0"]))
    );
    assert!(profile.get("hybridAzureADJoinSkipConnectivityCheck").is_none());
    assert_eq!(text(&profile, "createdDateTime").len(), "2026-03-02T13:57:54.5031392Z".len());
}

#[test]
fn the_abstract_base_and_what_does_not_fit_the_model_are_400() {
    let mut rig = Rig::new();
    let (status, answer) = rig.post(PROFILES, &json!({"displayName": "x"}));
    assert_eq!((status, code(&answer)), (400, "ModelValidationFailure"));
    assert_eq!(message(&answer), "Cannot create an abstract class.");
    for change in [
        json!({"nope": 1}),
        json!({"preprovisioningAllowed": "true"}),
        json!({"deviceType": "toaster"}),
        json!({"deviceType": null}),
        json!({"outOfBoxExperienceSetting": {"userType": "root"}}),
        json!({"roleScopeTagIds": [0]}),
        json!({"hybridAzureADJoinSkipConnectivityCheck": true}),
    ] {
        assert_eq!(refused(ENTRA, &change), (400, "ModelValidationFailure".into()), "{change}");
    }
}

#[test]
fn what_the_service_refuses_of_a_profile_is_a_bare_400() {
    for (kind, change) in [
        (ENTRA, json!({"displayName": ""})),
        (ENTRA, json!({"deviceNameTemplate": "%RAND:16%"})),
        (ENTRA, json!({"deviceNameTemplate": "12345"})),
        (ENTRA, json!({"managementServiceAppId": "x"})),
        (ENTRA, json!({"deviceType": "holoLens", "preprovisioningAllowed": true})),
        (HYBRID, json!({"deviceNameTemplate": "%SERIAL%"})),
    ] {
        let (status, answer) = Rig::new().post(PROFILES, &body(kind, &change));
        assert_eq!((status, code(&answer)), (400, "BadRequest"), "{change}");
        assert_eq!(inner(&answer), "An error has occurred");
    }
}

#[test]
fn a_hybrid_profile_has_the_connectivity_switch() {
    let (status, profile) =
        Rig::new().post(PROFILES, &body(HYBRID, &json!({"hybridAzureADJoinSkipConnectivityCheck": true})));
    assert_eq!((status, &profile["hybridAzureADJoinSkipConnectivityCheck"]), (201, &json!(true)));
}

#[test]
fn an_empty_locale_becomes_os_default_on_post_and_stays_on_patch() {
    let mut rig = Rig::new();
    let (_, profile) = rig.post(PROFILES, &body(ENTRA, &json!({"locale": ""})));
    assert_eq!(profile["locale"], json!("os-default"));
    let path = format!("{PROFILES}/{}", text(&profile, "id"));
    let (status, profile) = rig.patch(&path, &json!({"@odata.type": ENTRA, "locale": ""}));
    assert_eq!((status, &profile["locale"], &profile["language"]), (200, &json!(""), &json!("")));
    assert_eq!(rig.get(&path).1["locale"], json!(""));
}

#[test]
fn patch_needs_the_type_keeps_the_rest_and_answers_the_profile() {
    let mut rig = Rig::new();
    let profile = rig.profile("old");
    let path = format!("{PROFILES}/{profile}");
    assert_eq!(rig.patch(&path, &json!({"displayName": "new"})).0, 400);
    assert_eq!(rig.patch(&path, &json!({"@odata.type": HYBRID, "displayName": "new"})).0, 400);
    assert_eq!(rig.patch(&path, &json!({"@odata.type": ENTRA, "deviceType": "holoLens"})).0, 400);
    let (status, answer) = rig.patch(&path, &json!({"@odata.type": ENTRA, "displayName": "new"}));
    assert_eq!((status, &answer["displayName"], &answer["locale"]), (200, &json!("new"), &json!("os-default")));
    assert_eq!(
        rig.patch(&format!("{PROFILES}/5b5b5b5b-0000-4000-8000-000000000000"), &json!({"@odata.type": ENTRA})).0,
        404
    );
}

#[test]
fn v1_does_not_know_profiles() {
    let (status, answer) = Rig::new().get("/v1.0/deviceManagement/windowsAutopilotDeploymentProfiles");
    assert_eq!((status, code(&answer)), (400, "BadRequest"));
    assert_eq!(message(&answer), "Resource not found for the segment 'windowsAutopilotDeploymentProfiles'.");
}

#[test]
fn assignments_are_made_one_by_one_with_ids_of_profile_group_and_flag() {
    let mut rig = Rig::new();
    let profile = rig.profile("p");
    let (kiosks, others) = (rig.group("kiosks", None), rig.group("others", None));
    let (status, made) = rig.assign(&profile, &group_target(&kiosks.to_uppercase()));
    assert_eq!((status, text(&made, "id")), (201, format!("{profile}_{kiosks}_0")));
    let (status, made) = rig.assign(&profile, &exclusion(&others));
    assert_eq!((status, text(&made, "id")), (201, format!("{profile}_{others}_1")));
    let (_, listed) = rig.get(&format!("{PROFILES}/{profile}/assignments"));
    let targets: Vec<_> = values(&listed).iter().map(|each| text(&each["target"], "groupId")).collect();
    assert_eq!(targets, [kiosks.clone(), others]);
    assert_eq!(values(&listed)[0]["target"]["deviceAndAppManagementAssignmentFilterType"], json!("none"));
    let (_, expanded) = rig.get(&format!("{PROFILES}/{profile}?$expand=assignments"));
    assert_eq!(expanded["assignments"].as_array().unwrap().len(), 2);
    assert!(rig.get(&format!("{PROFILES}/{profile}")).1.get("assignments").is_none());
    let (_, all) = rig.get(&format!("{PROFILES}?$expand=assignments"));
    assert_eq!(values(&all)[0]["assignments"].as_array().unwrap().len(), 2);
    let path = format!("{PROFILES}/{profile}/assignments/{profile}_{kiosks}_0");
    assert_eq!(rig.delete(&path).0, 204);
    assert_eq!(rig.delete(&path).0, 404);
}

#[test]
fn an_unknown_group_a_second_time_and_other_targets_are_refused() {
    let mut rig = Rig::new();
    let profile = rig.profile("p");
    let group = rig.group("g", None);
    assert_eq!(rig.assign(&profile, &group_target("5b5b5b5b-0000-4000-8000-000000000000")).0, 400);
    assert_eq!(rig.assign(&profile, &group_target(&group)).0, 201);
    assert_eq!(rig.assign(&profile, &group_target(&group)).0, 400);
    assert_eq!(rig.assign(&profile, &exclusion(&group)).0, 400);
    assert_eq!(
        rig.assign(&profile, &json!({"@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget"})).0,
        400
    );
    assert_eq!(rig.assign(&profile, &json!({"groupId": group})).0, 400);
    assert_eq!(rig.post(&format!("{PROFILES}/{profile}/assignments"), &json!({})).0, 400);
}

#[test]
fn a_second_profile_for_all_devices_is_refused_in_the_service_s_words() {
    let mut rig = Rig::new();
    let (first, second) = (rig.profile("first"), rig.profile("second"));
    let (status, made) = rig.assign(&first, &all_devices());
    assert_eq!((status, text(&made, "id")), (201, format!("{first}_adadadad-808e-44e2-905a-0b7873a8a531_0")));
    let (status, answer) = rig.assign(&second, &all_devices());
    assert_eq!((status, code(&answer)), (400, "BadRequest"));
    assert_eq!(inner(&answer), format!("Another Profile {first} is already assigned to All Devices."));
}

#[test]
fn an_exclusion_beside_all_devices_is_refused_unless_switched() {
    let mut rig = Rig::new();
    let (profile, group) = (rig.profile("p"), rig.group("g", None));
    rig.assign(&profile, &all_devices());
    assert_eq!(rig.assign(&profile, &exclusion(&group)).0, 400);
    rig.world.settings.exclusion_beside_all_devices_refused = false;
    assert_eq!(rig.assign(&profile, &exclusion(&group)).0, 201);
}

#[test]
fn an_assignment_filter_of_a_profile_is_ignored_or_when_switched_refused() {
    let mut rig = Rig::new();
    let profile = rig.profile("p");
    let mut target = all_devices();
    target["deviceAndAppManagementAssignmentFilterId"] = json!(rig.filter());
    target["deviceAndAppManagementAssignmentFilterType"] = json!("include");
    rig.world.settings.profile_filters_refused = true;
    assert_eq!(rig.assign(&profile, &target).0, 400);
    rig.world.settings.profile_filters_refused = false;
    let (status, made) = rig.assign(&profile, &target);
    assert_eq!((status, &made["target"]["deviceAndAppManagementAssignmentFilterId"]), (201, &Value::Null));
    assert_eq!(made["target"]["deviceAndAppManagementAssignmentFilterType"], json!("none"));
}

#[test]
fn a_profile_that_is_assigned_cannot_be_deleted() {
    let mut rig = Rig::new();
    let profile = rig.profile("p");
    let path = format!("{PROFILES}/{profile}");
    let (_, made) = rig.assign(&profile, &all_devices());
    let (status, answer) = rig.delete(&path);
    assert_eq!((status, code(&answer)), (400, "BadRequest"));
    assert_eq!(inner(&answer), "An error has occurred");
    rig.delete(&format!("{path}/assignments/{}", text(&made, "id")));
    assert_eq!(rig.delete(&path), (204, Value::Null));
    assert_eq!(rig.get(&path).0, 404);
}

#[test]
fn assign_takes_devices_not_groups() {
    let mut rig = Rig::new();
    let profile = rig.profile("p");
    let device = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let path = format!("{PROFILES}/{profile}/assign");
    assert_eq!(rig.post(&path, &json!({"assignments": []})).0, 400);
    assert_eq!(rig.post(&path, &json!({"deviceIds": ["5b5b5b5b-0000-4000-8000-000000000000"]})).0, 400);
    assert_eq!(rig.post(&path, &json!({"deviceIds": [device]})).0, 204);
    rig.wait(70);
    let (_, assigned) = rig.get(&format!("{PROFILES}/{profile}/assignedDevices"));
    assert_eq!(text(&values(&assigned)[0], "id"), device);
}

#[test]
fn profiles_are_not_filtered() {
    let mut rig = Rig::new();
    assert_eq!(rig.get(&format!("{PROFILES}?$filter=displayName eq 'x'")).0, 400);
    assert_eq!(rig.get(&format!("{PROFILES}?$select=displayName&$top=5")).0, 200);
}

#[test]
fn no_tenant_holds_more_than_350_profiles() {
    let mut rig = Rig::new();
    for n in 0..350 {
        rig.profile(&format!("p{n}"));
    }
    assert_eq!(rig.post(PROFILES, &body(ENTRA, &json!({}))).0, 400);
}
