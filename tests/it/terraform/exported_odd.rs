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
    for named in [told, "| corporate identifiers | none | ", "| apps of other kinds | none | "] {
        assert!(readme(&lab).contains(named), "{}", readme(&lab));
    }
    holds_only_imports(&lab.plan(), 1);
    export(&lab, &["--check"]).succeeds();
}

/// A profile that is assigned to a group which was deleted. Gives the group's id.
fn assigned_to_a_group_that_is_gone(lab: &Lab) -> String {
    let group = lab.tenant.post(
        "/v1.0/groups",
        &json!({"displayName": "Gone", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true}),
    );
    let id = group["id"].as_str().expect("an id");
    let profiles = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
    let profile = lab.tenant.post(
        profiles,
        &json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "Kiosk"}),
    );
    lab.tenant.post(
        &format!("{profiles}/{}/assignments", profile["id"].as_str().expect("an id")),
        &json!({"target": {"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": id}}),
    );
    lab.tenant.delete(&format!("/v1.0/groups/{id}"));
    id.to_owned()
}

#[test]
fn a_group_that_is_gone_is_named_where_its_id_stays() {
    let lab = Lab::new();
    let id = assigned_to_a_group_that_is_gone(&lab);
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
    assert!(checked.stdout.contains("says what could be read of the tenant"), "{checked}");
}

#[test]
fn an_export_that_goes_on_says_so() {
    let lab = Lab::new();
    let begun = "This goes on with an export of the last hour that did not end";
    let fault = json!({"method": "GET", "path": "/v1.0/groups", "status": 403, "times": 1});
    lab.emulator.fail(vec![serde_json::from_value(fault).expect("a fault")]);
    let first = export(&lab, &[]).fails();
    assert!(!first.stdout.contains(begun), "{first}");
    let second = export(&lab, &[]).succeeds();
    assert!(second.stdout.contains(begun), "{second}");
    let third = export(&lab, &[]).succeeds();
    assert!(!third.stdout.contains(begun) && third.stdout.contains("Nothing has changed"), "{third}");
}

#[test]
fn a_tenant_without_intune_is_told_once_and_what_there_is_none_of_in_one_line() {
    let lab = Lab::new();
    lab.tenant.patch("/_emulator/settings", &json!({ "intune_is_provisioned": false }));
    let exported = export(&lab, &[]).succeeds();
    let told = "Intune: Nothing of it is there, and it is not set up in this tenant. The MDM authority is unknown.";
    assert!(exported.stdout.contains(told), "{exported}");
    assert_eq!(exported.stdout.matches("None of these is there: ").count(), 1, "{exported}");
    assert!(!exported.stdout.contains("✓ 0 "), "{exported}");
    assert!(readme(&lab).contains("Nothing was exported.") && readme(&lab).contains(told), "{}", readme(&lab));
}

#[test]
fn what_is_deleted_is_not_counted_as_new() {
    let lab = Lab::new();
    let tag = lab.tenant.post("/beta/deviceManagement/roleScopeTags", &json!({"displayName": "Berlin"}));
    export(&lab, &[]).succeeds();
    let id = tag["id"].as_str().expect("an id");
    lab.tenant.delete(&format!("/beta/deviceManagement/roleScopeTags/{id}"));
    let exported = export(&lab, &[]).succeeds();
    // The README; the imports and the tags go.
    assert!(exported.stdout.contains("1 is new or changed, and 2 were"), "{exported}");
}

#[test]
fn a_tenant_that_is_named_on_the_command_line_is_not_called_one_of_a_configuration() {
    let lab = Lab::new();
    let refused = export(&lab, &["--tenant", "not a tenant"]).fails();
    assert!(refused.stderr.contains("Attribute tenant_id (from --tenant) must be"), "{refused}");
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

#[test]
fn no_text_of_a_tenant_is_an_expression_of_a_configuration() {
    let lab = Lab::new();
    let texts = [
        "${a} 50%${path.cwd}",
        "${a} 50%${file(\"main.tf\")}\nb\n",
        "A $${x} B $${y}",
        "${a} $%{ x }",
        "$${already} %%{escaped} $$ 100%",
    ];
    for (number, text) in texts.iter().enumerate() {
        let name = format!("{number} {}", text.lines().next().unwrap_or_default());
        lab.tenant.post(
            "/v1.0/groups",
            &json!({
                "displayName": name, "description": text,
                "mailEnabled": false, "mailNickname": format!("g{number}"), "securityEnabled": true,
            }),
        );
    }
    export(&lab, &[]).succeeds();
    holds_only_imports(&lab.plan(), texts.len());
    lab.apply();
    export(&lab, &["--check"]).succeeds();
    let there = lab.tenant.groups();
    for text in texts {
        assert!(there.iter().any(|group| group["description"] == text), "{text}");
    }
}

#[test]
fn what_is_looked_up_by_its_id_has_the_id_as_graph_writes_it() {
    let lab = Lab::new();
    for name in ["First", "Second"] {
        lab.tenant.post(
            "/beta/deviceManagement/deviceEnrollmentConfigurations",
            &json!({
                "@odata.type": "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration", "displayName": name,
            }),
        );
    }
    export(&lab, &["--only", "enrollment_status_page_order"]).succeeds();
    holds_only_imports(&lab.plan(), 1);
}

#[test]
fn what_a_second_tenant_cannot_have_is_a_variable_of_the_module() {
    let lab = Lab::new();
    let id = assigned_to_a_group_that_is_gone(&lab);
    let exported = export(&lab, &["--module"]).succeeds();
    assert!(exported.stdout.contains("another tenant has to set that"), "{exported}");
    let written = |path: &str| std::fs::read_to_string(lab.folder().join(path)).expect("a file");
    let said = written("modules/tenant/deployment_profiles.tf");
    let variable = format!("group_{}_id", &id[..8]);
    assert!(said.contains(&format!("var.{variable}")) && !said.contains(&id), "{said}");
    let root = written("variables.tf");
    assert!(root.contains(&variable) && root.contains(&id), "{root}");
    lab.run(&["get"]).succeeds();
    holds_only_imports(&lab.plan(), 1);
}
