//! The five configurations of enrolment that every tenant begins with.

use super::*;

fn default(suffix: &str) -> String {
    format!("{TENANT_ID}_{suffix}")
}

#[test]
fn a_tenant_begins_with_five_default_configurations() {
    let (_, all) = Rig::new().get(PAGES);
    let told: Vec<(String, &str)> =
        values(&all).iter().map(|each| (text(each, "id"), each["@odata.type"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            (default("DefaultLimit"), "#microsoft.graph.deviceEnrollmentLimitConfiguration"),
            (
                default("DefaultPlatformRestrictions"),
                "#microsoft.graph.deviceEnrollmentPlatformRestrictionsConfiguration"
            ),
            (
                default("DefaultWindows10EnrollmentCompletionPageConfiguration"),
                "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration"
            ),
            (
                default("DefaultWindowsHelloForBusiness"),
                "#microsoft.graph.deviceEnrollmentWindowsHelloForBusinessConfiguration"
            ),
            (default("WindowsRestore"), "#microsoft.graph.windowsRestoreDeviceEnrollmentConfiguration"),
        ]
    );
    for each in values(&all) {
        assert_eq!(each["displayName"], json!("All users and all devices"));
        assert_eq!((&each["priority"], &each["version"]), (&json!(0), &json!(0)));
        assert_eq!((&each["createdDateTime"], &each["roleScopeTagIds"]), (&json!("0001-01-01T00:00:00Z"), &json!([])));
        assert!(text(each, "description").starts_with("This is the default "));
    }
}

#[test]
fn on_v1_the_configuration_of_windows_restore_has_no_type() {
    let mut rig = Rig::new();
    let v1 = PAGES.replace("/beta", "/v1.0");
    let (_, all) = rig.get(&v1);
    let untyped: Vec<String> =
        values(&all).iter().filter(|each| each.get("@odata.type").is_none()).map(|each| text(each, "id")).collect();
    assert_eq!((values(&all).len(), untyped), (5, vec![default("WindowsRestore")]));
    let (_, one) = rig.get(&format!("{v1}/{}", default("WindowsRestore")));
    assert!(one.get("@odata.type").is_none() && one.get("state").is_none(), "{one}");
}

#[test]
fn the_default_page_waits_0_minutes_and_says_nothing() {
    let mut rig = Rig::new();
    let path = format!("{PAGES}/{}", default("DefaultWindows10EnrollmentCompletionPageConfiguration"));
    let (_, page) = rig.get(&path);
    assert_eq!(page["installProgressTimeoutInMinutes"], json!(0));
    assert_eq!((&page["customErrorMessage"], &page["showInstallationProgress"]), (&json!(""), &json!(false)));
    let kind = page["@odata.type"].clone();
    let change = |name: &str, value: Value| json!({"@odata.type": kind, name: value});
    assert_eq!(rig.patch(&path, &change("installProgressTimeoutInMinutes", json!(60))).0, 200);
    // 0 can be written back while no progress is shown.
    assert_eq!(rig.patch(&path, &change("installProgressTimeoutInMinutes", json!(0))).0, 200);
    assert_eq!(rig.patch(&path, &change("installProgressTimeoutInMinutes", json!(60))).0, 200);
    assert_eq!(rig.patch(&path, &change("showInstallationProgress", json!(true))).0, 200);
    assert_eq!(rig.patch(&path, &change("installProgressTimeoutInMinutes", json!(0))).0, 400);
}

#[test]
fn windows_restore_is_switched_for_the_whole_tenant_and_cannot_be_assigned() {
    let mut rig = Rig::new();
    let path = format!("{PAGES}/{}", default("WindowsRestore"));
    let (_, restore) = rig.get(&path);
    assert_eq!(restore["state"], json!("notConfigured"));
    let change =
        json!({"@odata.type": "#microsoft.graph.windowsRestoreDeviceEnrollmentConfiguration", "state": "enabled"});
    assert_eq!(rig.patch(&path, &change).1["state"], json!("enabled"));
    let everywhere = json!({"enrollmentConfigurationAssignments": [{"target": all_devices()}]});
    assert_eq!(rig.post(&format!("{path}/assign"), &everywhere).0, 400);
    assert_eq!(rig.delete(&path).0, 400);
}

#[test]
fn only_pages_are_made_here() {
    let mut rig = Rig::new();
    let limit = json!({"@odata.type": "#microsoft.graph.deviceEnrollmentLimitConfiguration", "displayName": "Three", "limit": 3});
    let (status, answer) = rig.post(PAGES, &limit);
    assert_eq!((status, inner(&answer).as_str()), (400, "An error has occurred"));
}

#[test]
fn the_event_of_a_deployment_names_the_default_page() {
    let mut rig = Rig::new();
    rig.seed(&json!([{"serialNumber": "S1"}]));
    rig.wait(600);
    assert_eq!(rig.post("/_emulator/enroll", &json!({"serial_number": "S1"})).0, 204);
    let (_, events) = rig.get("/beta/deviceManagement/autopilotEvents");
    let event = &values(&events)[0];
    assert_eq!(
        event["windows10EnrollmentCompletionPageConfigurationId"],
        json!(default("DefaultWindows10EnrollmentCompletionPageConfiguration"))
    );
    assert_eq!(event["windows10EnrollmentCompletionPageConfigurationDisplayName"], json!("All users and all devices"));
}
