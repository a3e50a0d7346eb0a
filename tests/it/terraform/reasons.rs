//! Intune's 400 that says nothing: what the user is told instead.

use autopilot::emulator::Fault;
use serde_json::{Value, json};

use super::{lab::Lab, run::Diagnostic};

const TAG: &str = "resource \"autopilot_scope_tag\" \"x\" {\n  display_name = \"Sales\"\n}\n";
const TAGS: &str = "/beta/deviceManagement/roleScopeTags";
const NOBODY: &str = "7a3b1c9e-0f52-4f0e-9a52-3df6a1f6ce01";

/// What is told of the likely reasons.
fn likely(told: &Diagnostic) -> Vec<&str> {
    let (_, reasons) =
        told.detail.split_once("Intune does not say why. This is likely").unwrap_or_else(|| panic!("{told:#?}"));
    reasons.lines().filter_map(|line| line.trim().strip_prefix("- ")).collect()
}

fn refuse(lab: &Lab, method: &str, path: &str) {
    let fault = json!({
        "method": method, "path": path, "times": 0,
        "status": 400, "code": "BadRequest", "message": "An error has occurred",
    });
    lab.emulator.fail(vec![serde_json::from_value::<Fault>(fault).expect("a fault")]);
}

#[test]
fn a_tenant_without_intune_is_named_before_all_else() {
    let lab = Lab::with(TAG);
    lab.tenant.post(TAGS, &json!({ "displayName": "Sales" }));
    lab.tenant.patch("/_emulator/settings", &json!({ "intune_is_provisioned": false }));
    let told = lab.apply_run().fails().error();
    assert_eq!(
        likely(&told)[0],
        "The tenant does not manage devices by Intune: its MDM authority is another one, or none. It needs an Intune licence, \
         and an administrator who has opened the Intune admin center once."
    );
}

#[test]
fn a_name_that_is_taken_is_said_with_who_has_it() {
    let lab = Lab::with(TAG);
    lab.tenant.post(TAGS, &json!({ "displayName": "sales" }));
    let told = lab.apply_run().fails().error();
    let taken = "The name \"Sales\" is taken: by the scope tag 1. Choose another one, or import that one.";
    assert_eq!(likely(&told), [taken]);
}

#[test]
fn each_id_that_does_not_exist_is_named_with_its_attribute() {
    let lab = Lab::with(&format!(
        r#"resource "autopilot_platform_script" "x" {{
             display_name       = "Fonts"
             file_name          = "fonts.ps1"
             content            = "Write-Output 1"
             role_scope_tag_ids = ["0", "77"]
             assignments        = [{{ group_id = "{NOBODY}" }}]
           }}"#
    ));
    let told = lab.apply_run().fails().error();
    let group = format!("There is no group {NOBODY}, which `assignments.group_id` names.");
    assert_eq!(likely(&told), [&*group, "There is no scope tag 77, which `role_scope_tag_ids` names."]);
}

#[test]
fn an_app_and_a_filter_that_do_not_exist_are_named() {
    let lab = Lab::with(&format!(
        r#"resource "autopilot_enrollment_status_page" "x" {{
             display_name     = "Kiosks"
             blocking_app_ids = ["{NOBODY}"]
             assignments      = [{{ all_devices = true, filter_id = "{NOBODY}", filter_mode = "include" }}]
           }}"#
    ));
    let run = lab.apply_run().fails();
    let told = run.errors().swap_remove(0);
    let app = format!("There is no app {NOBODY}, which `blocking_app_ids` names.");
    let filter = format!("There is no assignment filter {NOBODY}, which `assignments.filter_id` names.");
    assert_eq!(likely(&told), [app, filter]);
}

#[test]
fn a_page_too_many_is_counted() {
    let lab = Lab::with("resource \"autopilot_enrollment_status_page\" \"x\" {\n  display_name = \"One more\"\n}\n");
    for number in 1..=50 {
        let page = json!({
            "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration",
            "displayName": format!("Page {number}"),
        });
        lab.tenant.post("/beta/deviceManagement/deviceEnrollmentConfigurations", &page);
    }
    let told = lab.apply_run().fails().error();
    assert_eq!(likely(&told), ["The tenant has 50 enrollment status pages, and Intune takes 50."]);
}

#[test]
fn all_devices_that_another_profile_has_is_said_though_intune_says_nothing() {
    let lab = Lab::with(
        "resource \"autopilot_deployment_profile\" \"x\" {\n  display_name = \"Mine\"\n  assignments = [{ all_devices = true }]\n}\n",
    );
    let profiles = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
    let kind = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
    let theirs = lab.tenant.post(profiles, &json!({ "@odata.type": kind, "displayName": "Theirs" }));
    let id = theirs["id"].as_str().expect("an id");
    let everyone = json!({ "target": { "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" } });
    lab.tenant.post(&format!("{profiles}/{id}/assignments"), &everyone);
    refuse(&lab, "POST", &format!("{profiles}/{{id}}/assignments"));
    let told = lab.apply_run().fails().error();
    let held = format!("All Devices is taken: by the profile \"Theirs\" ({id}).");
    assert!(likely(&told)[0].starts_with(&held), "{told:#?}");
}

#[test]
fn where_nothing_is_wrong_what_was_looked_up_is_said() {
    let lab = Lab::with(TAG);
    refuse(&lab, "POST", TAGS);
    let told = lab.apply_run().fails().error();
    told.says(&[
        "Intune does not say why. What a read can tell is no reason for it:",
        "- The tenant has Intune.",
        "- No other scope tag is called \"Sales\".",
    ]);
}

#[test]
fn a_user_whom_a_device_cannot_have_is_named_where_intune_says_nothing() {
    let lab = Lab::new();
    let intune = json!({"service": "SCO", "capabilityStatus": "Enabled"});
    let users = [
        json!({"userPrincipalName": "gone@contoso.com", "accountEnabled": false}),
        json!({"userPrincipalName": "adele.vance@contoso.com", "assignedPlans": [intune]}),
    ];
    let seed = json!({"devices": [{"serialNumber": "S1"}, {"serialNumber": "S2"}], "users": users});
    lab.emulator.plant(seed.to_string().as_bytes()).expect("a seed");
    let assign = "/beta/deviceManagement/windowsAutopilotDeviceIdentities/{id}/assignUserToDevice";
    refuse(&lab, "POST", assign);
    for resource in [
        r#"resource "autopilot_device" "x" {
             serial_number = "S1"
             assigned_user = "gone@contoso.com"
           }"#,
        r#"resource "autopilot_device_import" "x" {
             devices = { S2 = { assigned_user = "gone@contoso.com" } }
           }"#,
    ] {
        lab.configure(resource);
        let told = lab.apply_run().fails().error();
        assert_eq!(told.summary, "Device Not Changed");
        assert_eq!(likely(&told), ["The user gone@contoso.com is disabled."], "{told:#?}");
    }
    lab.configure(
        r#"resource "autopilot_device" "x" {
             serial_number = "S1"
             assigned_user = "adele.vance@contoso.com"
           }"#,
    );
    let exists = "- The user adele.vance@contoso.com exists, is enabled and has an Intune licence.";
    lab.apply_run().fails().error().says(&[
        "What a read can tell is no reason for it",
        "- The tenant has Intune.",
        exists,
    ]);
}

#[test]
fn nothing_is_looked_up_while_nothing_fails_or_intune_says_why() {
    let lab = Lab::with(TAG);
    lab.apply();
    let asked = |lab: &Lab| lab.emulator.requests().iter().any(|request| request.path.contains("organization"));
    assert!(!asked(&lab));
    lab.destroy();
    let fault =
        json!({ "method": "POST", "path": TAGS, "status": 400, "code": "BadRequest", "message": "The name is odd." });
    lab.emulator.fail(vec![serde_json::from_value::<Fault>(fault).expect("a fault")]);
    lab.apply_run().fails().error().says(&["The name is odd"]);
    assert!(!asked(&lab));
    let reads: Vec<Value> = lab.tenant.list(TAGS);
    assert_eq!(reads.len(), 1, "the one that every tenant has");
}
