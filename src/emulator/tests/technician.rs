//! Pre-provisioning: a technician switches a laptop on first, then its user does.

use super::*;

const EVENTS: &str = "/beta/deviceManagement/autopilotEvents";

/// A laptop with a profile that allows pre-provisioning, and with an Enrollment Status Page for all devices.
fn prepared() -> Rig {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "A1", "userPrincipalName": "adele.vance@contoso.com"}]));
    let profile = profile(&mut rig, "azureADWindowsAutopilotDeploymentProfile", true);
    rig.assign(&profile, &all_devices());
    rig.wait(60);
    status_page(&mut rig, &all_devices());
    rig
}

fn profile(rig: &mut Rig, kind: &str, allowed: bool) -> String {
    let body = json!({"@odata.type": format!("#microsoft.graph.{kind}"), "displayName": "White glove", "preprovisioningAllowed": allowed});
    let (status, body) = rig.post(PROFILES, &body);
    assert_eq!(status, 201, "{body}");
    text(&body, "id")
}

fn status_page(rig: &mut Rig, target: &Value) {
    let body = json!({"@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": "Page", "showInstallationProgress": true});
    let (status, body) = rig.post(PAGES, &body);
    assert_eq!(status, 201, "{body}");
    let assign = json!({"enrollmentConfigurationAssignments": [{"target": target}]});
    let (status, body) = rig.post(&format!("{PAGES}/{}/assign", text(&body, "id")), &assign);
    assert!(status < 300, "{body}");
}

fn technician(rig: &mut Rig) -> Told {
    rig.post("/_emulator/enroll", &json!({"serial_number": "A1", "technician": true}))
}

fn refusal(rig: &mut Rig) -> String {
    let (status, body) = technician(rig);
    assert_eq!(status, 400);
    text(&body, "error")
}

fn user(rig: &mut Rig) -> u16 {
    rig.post("/_emulator/enroll", &json!({"serial_number": "A1"})).0
}

fn events(rig: &mut Rig) -> Vec<Value> {
    values(&rig.get(EVENTS).1).to_vec()
}

#[test]
fn a_technician_runs_the_device_phase_and_the_user_the_rest_each_with_an_event() {
    let mut rig = prepared();
    assert_eq!(technician(&mut rig), (204, Value::Null));
    assert_eq!(values(&rig.get(DEVICES).1)[0]["enrollmentState"], json!("enrolled"));
    assert_eq!(user(&mut rig), 204);
    let events = events(&mut rig);
    let told = |name: &str| events.iter().map(|event| text(event, name)).collect::<Vec<_>>();
    assert_eq!(told("deploymentState"), ["success", "success"]);
    assert_eq!(told("deviceSetupStatus"), ["success", "success"]);
    assert_eq!(told("accountSetupStatus"), ["notAttempted", "success"]);
    assert_eq!(told("deviceSetupDuration"), ["PT8M", "PT0S"]);
    assert_eq!(told("accountSetupDuration"), ["PT0S", "PT3M"]);
    assert_eq!(told("deploymentDuration"), ["PT9M", "PT4M"]);
    assert_eq!(told("enrollmentType"), ["azureADJoinedWithWhiteGlove", "azureADJoinedWithWhiteGlove"]);
    // No user is there while the technician works.
    assert_eq!(told("userPrincipalName"), ["", "adele.vance@contoso.com"]);
    let next = |rig: &mut Rig| {
        rig.post("/_emulator/enroll", &json!({"serial_number": "A1"}));
        text(self::events(rig).last().unwrap(), "enrollmentType")
    };
    assert_eq!(next(&mut rig), "azureADJoinedWithAutopilotProfile");
}

#[test]
fn a_hybrid_joined_device_has_its_own_word_for_white_glove() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "A1"}]));
    let profile = profile(&mut rig, "activeDirectoryWindowsAutopilotDeploymentProfile", true);
    rig.assign(&profile, &all_devices());
    rig.wait(60);
    status_page(&mut rig, &all_devices());
    assert_eq!(technician(&mut rig).0, 204);
    assert_eq!(text(&events(&mut rig)[0], "enrollmentType"), "offlineDomainJoinedWithWhiteGlove");
}

#[test]
fn pre_provisioning_needs_a_profile_that_allows_it() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "A1"}]));
    status_page(&mut rig, &all_devices());
    assert_eq!(refusal(&mut rig), "device 'A1' has no profile yet");
    let profile = profile(&mut rig, "azureADWindowsAutopilotDeploymentProfile", false);
    rig.assign(&profile, &all_devices());
    rig.wait(60);
    assert_eq!(refusal(&mut rig), "the profile 'White glove' of device 'A1' does not allow pre-provisioning");
    assert_eq!(events(&mut rig), Vec::<Value>::new());
}

#[test]
fn pre_provisioning_needs_a_status_page_that_targets_the_device_not_its_user() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "A1"}]));
    let profile = profile(&mut rig, "azureADWindowsAutopilotDeploymentProfile", true);
    rig.assign(&profile, &all_devices());
    rig.wait(60);
    let users = json!({"@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget"});
    status_page(&mut rig, &users);
    assert_eq!(refusal(&mut rig), "no enrollment status page targets device 'A1'; one for users does not count");
    let group = rig.group("laptops", Some(r#"(device.devicePhysicalIds -any (_ -startsWith "[ZTDId]"))"#));
    rig.wait(60);
    status_page(&mut rig, &group_target(&group));
    assert_eq!(technician(&mut rig).0, 204);
}

#[test]
fn pre_provisioning_needs_a_tpm() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "A1", "tpm": false}]));
    assert_eq!(refusal(&mut rig), "device 'A1' has no TPM 2.0 to attest itself with");
}

#[test]
fn a_pre_provisioned_device_waits_for_its_user_and_is_then_blocked_until_its_next_enrollment_is_allowed() {
    let mut rig = prepared();
    assert_eq!(technician(&mut rig).0, 204);
    assert_eq!(refusal(&mut rig), "device 'A1' is pre-provisioned and waits for its user");
    assert_eq!(user(&mut rig), 204);
    assert_eq!(refusal(&mut rig), "device 'A1' is blocked until its next enrollment is allowed");
    let device = values(&rig.get(DEVICES).1)[0].clone();
    assert_eq!(device["userlessEnrollmentStatus"], json!("blocked"));
    assert_eq!(rig.post(&format!("{DEVICES}/{}/allowNextEnrollment", text(&device, "id")), &Value::Null).0, 204);
    rig.wait(60);
    assert_eq!(technician(&mut rig).0, 204);
}

#[test]
fn a_technician_s_deployment_fails_in_its_phase_and_may_be_tried_again() {
    let mut rig = prepared();
    let failing = |rig: &mut Rig, phase: &str| {
        let order =
            json!({"serial_number": "A1", "technician": true, "failure": {"phase": phase, "details": "It broke."}});
        rig.post("/_emulator/enroll", &order).0
    };
    assert_eq!(failing(&mut rig, "account_setup"), 400);
    assert_eq!(failing(&mut rig, "enrollment"), 204);
    let failed = events(&mut rig)[0].clone();
    assert_eq!(
        (text(&failed, "deploymentState"), text(&failed, "enrollmentState")),
        ("failure".into(), "failed".into())
    );
    assert_eq!(technician(&mut rig).0, 204);
}

#[test]
fn a_device_that_deployed_itself_is_blocked_until_its_next_enrollment_is_allowed() {
    let mut rig = Rig::new();
    let ids = rig.seed(&json!([{"serialNumber": "A1"}, {"serialNumber": "B1", "tpm": false}]));
    let body = json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "Kiosk",
        "outOfBoxExperienceSetting": {"deviceUsageType": "shared"}});
    let (_, profile) = rig.post(PROFILES, &body);
    rig.assign(&text(&profile, "id"), &all_devices());
    rig.wait(60);
    assert_eq!((user(&mut rig), user(&mut rig)), (204, 400));
    assert_eq!(rig.post("/_emulator/enroll", &json!({"serial_number": "B1"})).0, 400);
    rig.post(&format!("{DEVICES}/{}/allowNextEnrollment", ids[0]), &Value::Null);
    rig.wait(60);
    assert_eq!(user(&mut rig), 204);
}

#[test]
fn a_self_deploying_profile_fails_for_a_device_whose_hardware_does_not_meet_its_requirements() {
    let mut rig = Rig::new();
    let ids = rig.seed(&json!([{"serialNumber": "A1"}, {"serialNumber": "B1", "tpm": false}]));
    let told = |rig: &mut Rig, id: &str| {
        let device = rig.get(&format!("{DEVICES}/{id}")).1;
        let word = |name: &str| text(&device, &format!("deploymentProfileAssignment{name}"));
        (word("Status"), word("DetailedStatus"))
    };
    let body = json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "Kiosk",
        "outOfBoxExperienceSetting": {"deviceUsageType": "shared"}});
    let (_, profile) = rig.post(PROFILES, &body);
    rig.assign(&text(&profile, "id"), &all_devices());
    assert_eq!(told(&mut rig, &ids[1]), ("notAssigned".into(), "none".into()));
    rig.wait(60);
    assert_eq!(told(&mut rig, &ids[0]), ("assignedUnkownSyncState".into(), "none".into()));
    assert_eq!(told(&mut rig, &ids[1]), ("failed".into(), "hardwareRequirementsNotMet".into()));
    let failed = rig.get("/_emulator/browse?status=Failed").1;
    assert_eq!(failed["rows"][0]["serial_number"], json!("B1"), "{failed}");
    let counted = |rig: &mut Rig| {
        let overview = rig.get("/_emulator/overview").1;
        overview["statuses"].as_array().unwrap().iter().any(|each| each["status"] == json!("Failed"))
    };
    assert!(counted(&mut rig));
    let user_driven = json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile",
        "outOfBoxExperienceSetting": {"deviceUsageType": "singleUser"}});
    assert_eq!(rig.patch(&format!("{PROFILES}/{}", text(&profile, "id")), &user_driven).0, 200);
    assert_eq!(told(&mut rig, &ids[1]).1, "none");
    assert!(!counted(&mut rig), "a status that few tenants have is told only where a device has it");
}
