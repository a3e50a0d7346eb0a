//! What an export cannot say, and what it refers to without managing it, is named; what it writes plans no change.

use serde_json::json;

use super::{
    exported::{export, holds_only_imports},
    lab::Lab,
};

fn readme(lab: &Lab) -> String {
    std::fs::read_to_string(lab.folder().join("README.md")).expect("a file")
}

#[test]
fn what_no_configuration_can_say_is_left_out_and_named_and_the_rest_plans_no_change() {
    let lab = Lab::new();
    for (name, platform) in [("Old phones", "windowsPhone81"), ("Androids", "androidForWork")] {
        lab.tenant.post(
            "/beta/deviceManagement/assignmentFilters",
            &json!({"displayName": name, "platform": platform, "rule": "(device.model -eq \"x\")"}),
        );
    }
    let exported = export(&lab, &[]).succeeds();
    let told =
        "assignment filter \"Old phones\": No configuration can say it as it is: Attribute platform must be one of";
    assert!(exported.stdout.contains(told), "{exported}");
    assert!(readme(&lab).contains(told), "{}", readme(&lab));
    holds_only_imports(&lab.plan(), 1);
    export(&lab, &["--check"]).succeeds();
}

#[test]
fn a_group_that_is_gone_is_named_where_its_id_stays() {
    let lab = Lab::new();
    let group = lab.tenant.post(
        "/v1.0/groups",
        &json!({"displayName": "Gone", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true}),
    );
    let id = group["id"].as_str().expect("an id");
    let profile = lab.tenant.post(
        "/beta/deviceManagement/windowsAutopilotDeploymentProfiles",
        &json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "Kiosk"}),
    );
    lab.tenant.post(
        &format!(
            "/beta/deviceManagement/windowsAutopilotDeploymentProfiles/{}/assignments",
            profile["id"].as_str().expect("an id")
        ),
        &json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": id}}),
    );
    lab.tenant.delete(&format!("/v1.0/groups/{id}"));
    let exported = export(&lab, &[]).succeeds();
    let told = format!("group {id}: Its id stands in the configuration of deployment profile \"Kiosk\".");
    assert!(exported.stdout.contains(&told), "{exported}");
    assert!(readme(&lab).contains(&told), "{}", readme(&lab));
    export(&lab, &["--check"]).succeeds();
}

#[test]
fn a_kind_that_cannot_be_read_makes_no_difference_at_the_next_check() {
    let lab = Lab::new();
    let fault = json!({"method": "GET", "path": "/v1.0/groups", "status": 403, "times": 0});
    lab.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    export(&lab, &[]).fails();
    assert!(
        readme(&lab).contains("permission Group.Read.All") && !readme(&lab).contains("request id"),
        "{}",
        readme(&lab)
    );
    let checked = export(&lab, &["--check"]).fails();
    assert!(checked.stdout.contains("says what is in the tenant"), "{checked}");
}

#[test]
fn devices_are_not_narrowed_by_names_and_the_screen_says_so() {
    let lab = Lab::new();
    let exported = export(&lab, &["--only", "devices", "--name-contains", "Sales"]).succeeds();
    assert!(
        exported.stdout.contains("--name-contains does not narrow devices: all of them are exported."),
        "{exported}"
    );
}
