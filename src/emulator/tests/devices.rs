use super::*;

const ALL: &str = r#"(device.devicePhysicalIDs -any (_ -contains "[ZTDID]"))"#;

fn device(rig: &mut Rig, id: &str) -> Value {
    let (status, device) = rig.get(&format!("{DEVICES}/{id}?$expand=deploymentProfile,intendedDeploymentProfile"));
    assert_eq!(status, 200, "{device}");
    device
}

fn status(rig: &mut Rig, id: &str) -> String {
    text(&device(rig, id), "deploymentProfileAssignmentStatus")
}

fn serials(told: &Told) -> Vec<String> {
    let mut serials: Vec<_> = values(&told.1).iter().map(|device| text(device, "serialNumber")).collect();
    serials.sort();
    serials
}

#[test]
fn eq_is_400_select_is_500_and_contains_works() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "5CD1"}, {"serialNumber": "5CD2"}, {"serialNumber": "XY"}]));
    assert_eq!(rig.get(&format!("{DEVICES}?$filter=serialNumber eq '5CD1'")).0, 400);
    assert_eq!(rig.get(&format!("{DEVICES}?$filter=contains(model,'x')")).0, 400);
    let (status, answer) = rig.get(&format!("{DEVICES}?$select=serialNumber"));
    assert_eq!((status, code(&answer)), (500, "InternalServerError"));
    assert_eq!(inner(&answer), "An internal server error has occurred");
    assert_eq!(serials(&rig.get(&format!("{DEVICES}?$filter=contains(serialNumber,'5cd')"))), ["5CD1", "5CD2"]);
}

#[test]
fn contains_fails_on_hyphens_and_spaces_unless_switched() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "1234-5678 90"}]));
    let target = |part: &str| format!("{DEVICES}?$filter=contains(serialNumber,'{part}')");
    assert_eq!(rig.get(&target("1234-5678")).0, 400);
    assert_eq!(rig.get(&target("5678%2090")).0, 400);
    assert_eq!(serials(&rig.get(&target("5678"))).len(), 1);
    rig.world.settings.strict_serial_filter = false;
    assert_eq!(serials(&rig.get(&target("1234-5678"))).len(), 1);
}

#[test]
fn pages_hold_a_thousand_devices() {
    let mut rig = Rig::new();
    let devices: Vec<Value> = (0..2500).map(|n| json!({"serialNumber": format!("S{n}")})).collect();
    rig.seed(&json!(devices));
    let mut sizes = Vec::new();
    let mut target = DEVICES.to_owned();
    loop {
        let (_, body) = rig.get(&target);
        sizes.push(values(&body).len());
        match body.get("@odata.nextLink") {
            Some(link) => target = link.as_str().unwrap().trim_start_matches("http://127.0.0.1:4711").to_owned(),
            None => break,
        }
    }
    assert_eq!(sizes, [1000, 1000, 500]);
}

#[test]
fn v1_lacks_what_beta_has() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let v1 = DEVICES.replace("beta", "v1.0");
    let (status, device) = rig.get(&format!("{v1}/{id}"));
    assert_eq!((status, &device["serialNumber"]), (200, &json!("A1")));
    assert!(device.get("deploymentProfileAssignmentStatus").is_none() && device.get("azureAdDeviceId").is_none());
    assert!(device.get("azureActiveDirectoryDeviceId").is_some());
    assert_eq!(rig.get(&format!("{v1}/{id}?$expand=deploymentProfile")).0, 400);
    assert_eq!(rig.get(&format!("{DEVICES}/5b5b5b5b-0000-4000-8000-000000000000")).0, 404);
}

#[test]
fn a_profile_follows_group_membership_from_not_assigned_over_pending_to_assigned_with_a_date() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let (group, profile) = (rig.group("all", Some(ALL)), rig.profile("Standard"));
    rig.assign(&profile, &group_target(&group));
    assert_eq!(status(&mut rig, &id), "notAssigned");
    rig.wait(20);
    assert_eq!(status(&mut rig, &id), "notAssigned");
    rig.wait(10);
    let pending = device(&mut rig, &id);
    assert_eq!(text(&pending, "deploymentProfileAssignmentStatus"), "pending");
    assert_eq!(pending["deploymentProfileAssignedDateTime"], json!("0001-01-01T00:00:00Z"));
    assert_eq!(
        (&pending["deploymentProfile"], &pending["intendedDeploymentProfile"]["id"]),
        (&Value::Null, &json!(profile))
    );
    rig.wait(60);
    let assigned = device(&mut rig, &id);
    assert_eq!(text(&assigned, "deploymentProfileAssignmentStatus"), "assignedUnkownSyncState");
    assert_ne!(assigned["deploymentProfileAssignedDateTime"], json!("0001-01-01T00:00:00Z"));
    assert_eq!(assigned["deploymentProfile"]["displayName"], json!("Standard"));
    assert_eq!(serials(&rig.get(&format!("{PROFILES}/{profile}/assignedDevices"))), ["A1"]);
    rig.delete(&format!("{PROFILES}/{profile}/assignments/{profile}_{group}_0"));
    rig.wait(10);
    assert_eq!(status(&mut rig, &id), "notAssigned");
    assert_eq!(device(&mut rig, &id)["deploymentProfile"], Value::Null);
}

#[test]
fn all_devices_jumps_straight_to_assigned_and_an_enrolled_device_is_in_sync() {
    let mut rig = Rig::new();
    let ids = rig.seed(&json!([{"serialNumber": "A1"}, {"serialNumber": "A2", "enrolled": true}]));
    let profile = rig.profile("p");
    rig.assign(&profile, &all_devices());
    rig.wait(10);
    assert_eq!(status(&mut rig, &ids[0]), "assignedUnkownSyncState");
    assert_eq!(status(&mut rig, &ids[1]), "assignedInSync");
    assert_eq!(device(&mut rig, &ids[1])["enrollmentState"], json!("enrolled"));
}

#[test]
fn of_profiles_that_reach_a_device_the_oldest_wins_and_all_devices_comes_last() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let group = rig.group("all", Some(ALL));
    let (everyone, older, younger) = (rig.profile("everyone"), rig.profile("older"), rig.profile("younger"));
    rig.assign(&everyone, &all_devices());
    rig.wait(200);
    assert_eq!(device(&mut rig, &id)["deploymentProfile"]["id"], json!(everyone));
    rig.assign(&younger, &group_target(&group));
    rig.wait(200);
    assert_eq!(device(&mut rig, &id)["deploymentProfile"]["id"], json!(younger));
    rig.assign(&older, &group_target(&group));
    rig.wait(200);
    assert_eq!(device(&mut rig, &id)["deploymentProfile"]["id"], json!(older));
    let excluded = rig.group("excluded", Some(ALL));
    rig.assign(&older, &exclusion(&excluded));
    rig.wait(200);
    assert_eq!(device(&mut rig, &id)["deploymentProfile"]["id"], json!(younger));
}

#[test]
fn a_profile_reaches_members_of_nested_groups() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let (outer, inner, profile) = (rig.group("outer", None), rig.group("inner", Some(ALL)), rig.profile("p"));
    rig.patch(
        &format!("/v1.0/groups/{outer}"),
        &json!({"members@odata.bind": [format!("https://graph.microsoft.com/v1.0/groups/{inner}")]}),
    );
    rig.assign(&profile, &group_target(&outer));
    rig.wait(200);
    assert_eq!(status(&mut rig, &id), "assignedUnkownSyncState");
}

#[test]
fn a_group_tag_shows_late_moves_the_device_between_groups_and_an_empty_one_clears() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1", "groupTag": "Office"}])).remove(0);
    let kiosks = rig.group("kiosks", Some(r#"device.devicePhysicalIds -any (_ -eq "[OrderID]:Kiosk")"#));
    let path = format!("{DEVICES}/{id}/updateDeviceProperties");
    rig.wait(100);
    assert_eq!(rig.post(&path, &json!({"groupTag": "Kiosk", "displayName": "FRONT"})), (204, Value::Null));
    assert_eq!(text(&device(&mut rig, &id), "groupTag"), "Office");
    rig.wait(5);
    let changed = device(&mut rig, &id);
    assert_eq!((text(&changed, "groupTag"), text(&changed, "displayName")), ("Kiosk".into(), "FRONT".into()));
    rig.wait(20);
    assert_eq!(rig.members(&kiosks), ["A1"]);
    rig.post(&path.replace("update", "Update"), &json!({"groupTag": ""}));
    rig.wait(25);
    assert_eq!((text(&device(&mut rig, &id), "groupTag"), rig.members(&kiosks).len()), (String::new(), 0));
    assert_eq!(text(&device(&mut rig, &id), "displayName"), "FRONT");
}

#[test]
fn update_takes_other_parameters_in_v1_and_beta_and_no_password_comes_back() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let body = json!({"deviceFriendlyName": "Front desk", "deviceAccountPassword": "hidden"});
    assert_eq!(rig.post(&format!("{DEVICES}/{id}/updateDeviceProperties").replace("beta", "v1.0"), &body).0, 400);
    assert_eq!(rig.post(&format!("{DEVICES}/{id}/updateDeviceProperties"), &body).0, 204);
    rig.wait(5);
    let changed = device(&mut rig, &id);
    assert_eq!(
        (text(&changed, "deviceFriendlyName"), text(&changed, "deviceAccountPassword")),
        ("Front desk".into(), String::new())
    );
    assert_eq!(rig.post(&format!("{DEVICES}/{id}/updateDeviceProperties"), &json!({"serialNumber": "x"})).0, 400);
    assert_eq!(rig.post(&format!("{DEVICES}/{id}/updateDeviceProperties"), &json!({"groupTag": 7})).0, 400);
}

#[test]
fn a_user_is_assigned_and_unassigned_and_need_not_exist() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let assign = |rig: &mut Rig, upn: &str| {
        rig.post(
            &format!("{DEVICES}/{id}/assignUserToDevice"),
            &json!({"userPrincipalName": upn, "addressableUserName": "Adele"}),
        )
        .0
    };
    assert_eq!(assign(&mut rig, "adele@example.org"), 400);
    assert_eq!(assign(&mut rig, "nobody@contoso.com"), 204);
    rig.wait(5);
    assert_eq!(text(&device(&mut rig, &id), "userPrincipalName"), "nobody@contoso.com");
    assert_eq!(rig.post(&format!("{DEVICES}/{id}/unassignUserFromDevice"), &Value::Null).0, 204);
    rig.wait(5);
    assert_eq!(text(&device(&mut rig, &id), "addressableUserName"), "");
}

#[test]
fn a_deletion_is_204_at_once_and_done_later_and_takes_the_directory_object_along() {
    let mut rig = Rig::new();
    let ids = rig.seed(&json!([{"serialNumber": "A1"}, {"serialNumber": "A2", "enrolled": true}]));
    let group = rig.group("all", Some(ALL));
    rig.wait(100);
    assert_eq!(rig.members(&group).len(), 2);
    for id in &ids {
        assert_eq!(rig.delete(&format!("{DEVICES}/{id}")), (204, Value::Null));
        assert_eq!(rig.get(&format!("{DEVICES}/{id}")).0, 200);
        assert_eq!(rig.delete(&format!("{DEVICES}/{id}")).0, 204);
    }
    rig.wait(30);
    for id in &ids {
        assert_eq!(rig.get(&format!("{DEVICES}/{id}")).0, 404);
        assert_eq!(rig.delete(&format!("{DEVICES}/{id}")).0, 404);
    }
    rig.wait(20);
    assert_eq!(rig.members(&group).len(), 0);
    // The object of a device that has joined stays, without its Autopilot ids.
    let (_, left) = rig.get("/v1.0/devices");
    assert_eq!((values(&left).len(), &values(&left)[0]["physicalIds"]), (1, &json!([])));
}

#[test]
fn a_deregistered_device_can_be_registered_elsewhere() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1", "manufacturer": "HP", "model": "EliteBook 840"}])).remove(0);
    rig.delete(&format!("{DEVICES}/{id}"));
    rig.wait(30);
    let state = rig.as_other(|rig| {
        let (_, made) = rig.post(IMPORTS, &row("A1"));
        rig.wait(60);
        rig.get(&format!("{IMPORTS}/{}", text(&made, "id"))).1["state"].clone()
    });
    assert_eq!(state["deviceImportStatus"], json!("complete"));
}

#[test]
fn an_enrolled_device_is_kept_when_switched() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1", "enrolled": true}])).remove(0);
    rig.world.settings.enrolled_may_be_deleted = false;
    assert_eq!(rig.delete(&format!("{DEVICES}/{id}")).0, 400);
}

#[test]
fn delete_devices_answers_for_each_serial_number() {
    let mut rig = Rig::new();
    let ids = rig.seed(&json!([{"serialNumber": "A1"}, {"serialNumber": "A2"}]));
    let path = format!("{DEVICES}/deleteDevices");
    let (status, answer) = rig.post(&path.replace("beta", "v1.0"), &json!({"serialNumbers": ["a1", "B1"]}));
    assert_eq!(status, 200);
    let states: Vec<_> = values(&answer).iter().map(|each| text(each, "deletionState")).collect();
    assert_eq!(states, ["accepted", "failed"]);
    assert_eq!(text(&values(&answer)[0], "deviceRegistrationId"), ids[0]);
    rig.wait(30);
    assert_eq!(serials(&rig.get(DEVICES)), ["A2"]);
    assert_eq!(rig.post(&path.replace("beta", "v1.0"), &json!({"ids": []})).0, 400);
}

#[test]
fn post_and_patch_are_of_no_use() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    assert_eq!(rig.post(DEVICES, &json!({"serialNumber": "A2"})).0, 400);
    assert_eq!(rig.patch(&format!("{DEVICES}/{id}"), &json!({"groupTag": "x"})).0, 400);
}

#[test]
fn a_device_that_is_switched_on_enrols_with_its_profile() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let profile = rig.profile("Executive");
    let group = rig.group(
        "g",
        Some(r#"(device.enrollmentProfileName -eq "executive") and (device.deviceOwnership -eq "Company")"#),
    );
    rig.assign(&profile, &all_devices());
    rig.wait(60);
    assert_eq!(rig.post("/_emulator/enroll", &json!({"serial_number": "a1"})), (204, Value::Null));
    assert_eq!(rig.post("/_emulator/enroll", &json!({"serialNumber": "B1"})).0, 400);
    rig.wait(20);
    let device = device(&mut rig, &id);
    assert_eq!((text(&device, "enrollmentState"), status(&mut rig, &id)), ("enrolled".into(), "assignedInSync".into()));
    assert_ne!(device["lastContactedDateTime"], json!("0001-01-01T00:00:00Z"));
    assert_eq!(rig.members(&group), ["A1"]);
}

fn change_hardware(rig: &mut Rig, serial: &str, repairable: bool) -> u16 {
    rig.post("/_emulator/hardware_change", &json!({"serial_number": serial, "repairable": repairable})).0
}

#[test]
fn a_hardware_change_is_remediated_automatically_at_the_next_check_in() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let never = device(&mut rig, &id);
    assert_eq!(never["remediationState"], json!("noRemediationRequired"));
    assert_eq!(never["remediationStateLastModifiedDateTime"], json!("0001-01-01T00:00:00Z"));
    assert_eq!(change_hardware(&mut rig, "a1", true), 204);
    let changed = device(&mut rig, &id);
    assert_eq!(changed["remediationState"], json!("automaticRemediationRequired"));
    rig.wait(200);
    // A second change begins the wait anew.
    assert_eq!(change_hardware(&mut rig, "A1", true), 204);
    rig.wait(299);
    assert_eq!(device(&mut rig, &id)["remediationState"], json!("automaticRemediationRequired"));
    rig.wait(1);
    let fixed = device(&mut rig, &id);
    assert_eq!(fixed["remediationState"], json!("noRemediationRequired"));
    let dates = [never, changed, fixed.clone()].map(|each| text(&each, "remediationStateLastModifiedDateTime"));
    assert!(dates[0] < dates[1] && dates[1] < dates[2], "{dates:?}");
    assert_eq!(text(&fixed, "lastContactedDateTime"), dates[2]);
    assert_eq!(change_hardware(&mut rig, "B1", true), 400);
    let v1 = rig.get(&format!("{DEVICES}/{id}").replace("beta", "v1.0")).1;
    assert!(v1.get("remediationState").is_none());
}

#[test]
fn a_hardware_change_that_needs_manual_remediation_lasts_until_the_device_is_registered_anew() {
    let mut rig = Rig::new();
    let id = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let profile = rig.profile("p");
    rig.assign(&profile, &all_devices());
    rig.wait(60);
    assert_eq!(change_hardware(&mut rig, "A1", true), 204);
    assert_eq!(change_hardware(&mut rig, "A1", false), 204);
    assert_eq!(change_hardware(&mut rig, "A1", true), 400);
    rig.wait(100_000);
    assert_eq!(device(&mut rig, &id)["remediationState"], json!("manualRemediationRequired"));
    // Until then the device gets no profile.
    assert_eq!(rig.post("/_emulator/enroll", &json!({"serial_number": "A1"})).0, 204);
    let (_, events) = rig.get("/beta/deviceManagement/autopilotEvents");
    assert_eq!(values(&events)[0]["windowsAutopilotDeploymentProfileDisplayName"], Value::Null);
    assert_eq!(rig.delete(&format!("{DEVICES}/{id}")).0, 204);
    rig.wait(60);
    rig.post(IMPORTS, &row("A1"));
    rig.wait(1000);
    let anew = values(&rig.get(DEVICES).1)[0].clone();
    assert_ne!(text(&anew, "id"), id);
    assert_eq!(anew["remediationState"], json!("noRemediationRequired"));
}

#[test]
fn whoever_switches_a_device_on_is_the_user_of_its_deployment() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "A1", "userPrincipalName": "adele.vance@contoso.com"}]));
    let enroll =
        |rig: &mut Rig, user: Value| rig.post("/_emulator/enroll", &json!({"serial_number": "A1", "user": user})).0;
    assert_eq!(enroll(&mut rig, json!("nobody@contoso.com")), 400);
    assert_eq!(enroll(&mut rig, json!("Alex.Wilber@contoso.com")), 204);
    assert_eq!(enroll(&mut rig, Value::Null), 204);
    let (_, events) = rig.get("/beta/deviceManagement/autopilotEvents");
    let users: Vec<_> = values(&events).iter().map(|event| text(event, "userPrincipalName")).collect();
    assert_eq!(users, ["alex.wilber@contoso.com", "adele.vance@contoso.com"]);
    // The assignment is the administrator's, and stays.
    assert_eq!(text(&values(&rig.get(DEVICES).1)[0], "userPrincipalName"), "adele.vance@contoso.com");
}

#[test]
fn a_deployment_fails_in_the_phase_that_is_ordered_and_the_event_says_why() {
    let mut rig = Rig::new();
    for (phase, device_setup, account_setup, enrollment) in [
        ("enrollment", "notAttempted", "notAttempted", "failed"),
        ("device_setup", "failure", "notAttempted", "enrolled"),
        ("account_setup", "success", "failure", "enrolled"),
    ] {
        let id = rig.seed(&json!([{"serialNumber": phase}])).remove(0);
        let order = json!({"serial_number": phase, "failure": {"phase": phase, "details": "It broke."}});
        assert_eq!(rig.post("/_emulator/enroll", &order), (204, Value::Null));
        let (_, events) = rig.get("/beta/deviceManagement/autopilotEvents");
        let event = values(&events).iter().find(|event| event["deviceSerialNumber"] == json!(phase)).unwrap();
        assert_eq!(
            (text(event, "deploymentState"), text(event, "enrollmentFailureDetails")),
            ("failure".into(), "It broke.".into())
        );
        assert_eq!(
            (text(event, "deviceSetupStatus"), text(event, "accountSetupStatus")),
            (device_setup.into(), account_setup.into())
        );
        assert_eq!(text(event, "enrollmentState"), enrollment);
        assert_eq!(text(&device(&mut rig, &id), "enrollmentState"), enrollment);
        // What fails can be tried again.
        assert_eq!(rig.post("/_emulator/enroll", &json!({"serial_number": phase})).0, 204);
        assert_eq!(text(&device(&mut rig, &id), "enrollmentState"), "enrolled");
    }
    let unknown = json!({"serial_number": "enrollment", "failure": {"phase": "lunch", "details": ""}});
    assert_eq!(rig.post("/_emulator/enroll", &unknown).0, 400);
}
