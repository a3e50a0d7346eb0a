//! What only the newest Terraform asks: import by identity, `terraform query`, actions. It runs in every `cargo test`.

use std::fs;

use super::lab::{Lab, examples};

const CONFIGURATION: &str = r#"
resource "autopilot_group" "group" {
  display_name    = "Autopilot devices"
  description     = "All of them."
  membership_rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))"
}

resource "autopilot_enrollment_status_page" "page" {
  display_name    = "Standard devices"
  timeout_minutes = 90
  assignments     = [{ group_id = autopilot_group.group.id }]
}

resource "autopilot_deployment_profile" "profile" {
  display_name         = "User driven"
  device_name_template = "CON-%SERIAL%"
  assignments          = [{ group_id = autopilot_group.group.id }]
}
"#;

const ADDRESSES: [&str; 3] =
    ["autopilot_group.group", "autopilot_enrollment_status_page.page", "autopilot_deployment_profile.profile"];

#[test]
fn what_exists_is_brought_in_by_its_identity() {
    let lab = Lab::on_newest();
    lab.configure(CONFIGURATION);
    // The plan of a create is shown to a person: core cannot show an identity that is not known.
    let shown = lab.run(&["plan", "-no-color", "-input=false"]).succeeds();
    assert!(shown.stdout.contains("Plan: 3 to add") && !shown.stderr.contains("Failed to marshal"), "{shown}");
    lab.apply();
    let tenant = lab.setting("ARM_TENANT_ID");
    let with_tenant = format!("tenant_id = {tenant:?}");
    let mut imports = String::new();
    for (address, tenant) in ADDRESSES.into_iter().zip([&with_tenant, "", &with_tenant]) {
        let id = lab.state_of(address)["id"].clone();
        imports += &format!("import {{\n to = {address}\n identity = {{\n id = {id}\n {tenant}\n }}\n}}\n");
    }
    lab.forget_state();
    lab.write("imports.tf", imports);
    let planned = lab.run(&["plan", "-no-color", "-input=false"]).succeeds();
    assert!(planned.stdout.contains("Plan: 3 to import, 0 to add, 0 to change, 0 to destroy."), "{planned}");
    lab.apply();
    let state = lab.state_text();
    assert_eq!(state.matches("\"identity_schema_version\": 1").count(), 3, "{state}");
    assert_eq!(state.matches(&format!("\"tenant_id\": {tenant:?}")).count(), 3, "each has its tenant");
    lab.plan().is_empty();

    lab.write("imports.tf", "import {\n to = autopilot_group.other\n identity = { id = \"0f8fad5b-d9cb-469f-a165-70867728950e\" }\n}\nresource \"autopilot_group\" \"other\" {\n display_name = \"Other\"\n}\n");
    lab.plan_run().fails().error().says(&["Object Not Found"]);
}

#[test]
fn a_change_and_a_replacement_keep_to_the_identity() {
    let lab = Lab::on_newest();
    lab.configure(CONFIGURATION);
    lab.apply();
    lab.configure(
        &CONFIGURATION
            .replace("All of them.", "All.")
            .replace("\"User-driven\"", "\"Hybrid\"\n join_type = \"hybrid\"")
            .replace("device_name_template = \"CON-%SERIAL%\"", ""),
    );
    lab.apply();
    let (group, profile) =
        (lab.state_of("autopilot_group.group"), lab.state_of("autopilot_deployment_profile.profile"));
    let state = lab.state_text();
    for id in [&group["id"], &profile["id"]] {
        assert_eq!(state.matches(&format!("\"id\": {id}")).count(), 2, "in the attributes and in the identity");
    }
    lab.plan().is_empty();
    lab.destroy();
    lab.tenant.is_empty();
}

/// By a name in part, all, and one at most.
const QUERY: &str = r#"
list "autopilot_group" "groups" {
  provider = autopilot
  config {
    name_contains = "AUTOPILOT"
  }
}

list "autopilot_deployment_profile" "profiles" {
  provider = autopilot
}

list "autopilot_enrollment_status_page" "pages" {
  provider         = autopilot
  include_resource = true
  limit            = 1
}
"#;

#[test]
fn what_a_query_generates_plans_empty() {
    let lab = Lab::on_newest();
    lab.configure(CONFIGURATION);
    lab.apply();
    lab.forget_state();
    lab.configure("");
    lab.write("all.tfquery.hcl", QUERY);
    let listed = lab.run(&["query", "-no-color", "-generate-config-out=generated.tf"]).succeeds();
    for name in ["Autopilot devices", "Standard devices", "User driven"] {
        assert!(listed.stdout.contains(name), "{listed}");
    }
    let generated = fs::read_to_string(lab.folder().join("generated.tf")).expect("it was generated");
    assert!(generated.contains("\"CON-%SERIAL%\"") && !generated.contains("created_date_time"), "{generated}");
    let planned = lab.run(&["plan", "-no-color", "-input=false"]).succeeds();
    assert!(planned.stdout.contains("Plan: 3 to import, 0 to add, 0 to change, 0 to destroy."), "{planned}");
    lab.apply();
    lab.plan().is_empty();
    lab.destroy();
    lab.tenant.is_empty();
}

#[test]
fn a_query_that_cannot_be_says_why() {
    let lab = Lab::on_newest();
    lab.configure("");
    let wrong =
        "list \"autopilot_group\" \"wrong\" {\n provider = autopilot\n config {\n membership_rule = \"x\"\n }\n}\n";
    lab.write("wrong.tfquery.hcl", wrong);
    let refused = lab.run(&["query", "-no-color"]).fails();
    assert!(refused.stderr.contains("membership_rule"), "{refused}");
}

const ACTION: &str = r#"
action "autopilot_sync_devices" "now" {
  config {
    wait = true
  }
}

resource "autopilot_group" "group" {
  display_name = "Synced after it was made"

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.autopilot_sync_devices.now]
    }
  }
}
"#;

#[test]
fn an_action_is_invoked_by_a_lifecycle_and_by_hand() {
    let lab = Lab::on_newest();
    lab.configure(ACTION);
    let applied = lab.run(&["apply", "-auto-approve", "-no-color", "-input=false"]).succeeds();
    let told = |text: &str| {
        let of_action = applied.stdout.lines().filter(|line| line.contains("action.autopilot_sync_devices.now"));
        of_action.filter(|line| line.ends_with(text)).count()
    };
    for message in ["The sync was asked for.", "The sync is completed."] {
        assert_eq!(told(message), 1, "{message} in {applied}");
    }
    assert!(applied.stdout.contains("1 added") && applied.stdout.contains("Actions: 1 invoked."), "{applied}");

    let by_hand = ["apply", "-auto-approve", "-no-color", "-input=false", "-invoke=action.autopilot_sync_devices.now"];
    let invoked = lab.run(&by_hand).succeeds();
    assert!(invoked.stdout.contains("Somebody asked for a sync within the last ten minutes"), "{invoked}");
    assert!(invoked.stdout.contains("Actions: 1 invoked."), "{invoked}");
    let syncs = lab.writes();
    assert_eq!(syncs.get("POST /beta/deviceManagement/windowsAutopilotSettings/sync 204"), Some(&1), "{syncs:?}");
    lab.plan().is_empty();
}

/// The oldest Terraform that we take formats no query files.
#[test]
fn every_example_is_formatted_as_the_newest_does() {
    let folder = examples();
    let run = Lab::on_newest().run(&["fmt", "-check", "-recursive", "-diff", &folder.to_string_lossy()]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{run}");
}
