//! Configuration that Terraform writes for an import block. The oldest one that we take does it by itself, from the
//! schema; newer ones ask the provider.

use std::fs;

use super::lab::Lab;

const CONFIGURATION: &str = r#"
resource "autopilot_group" "group" {
  display_name    = "Autopilot devices"
  membership_rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))"
}

resource "autopilot_group" "assigned" {
  display_name = "Pilots"
}

resource "autopilot_enrollment_status_page" "page" {
  display_name    = "Standard devices"
  timeout_minutes = 90
  assignments     = [{ group_id = autopilot_group.group.id }]
}

resource "autopilot_deployment_profile" "profile" {
  display_name         = "User driven"
  device_name_template = "CON-%SERIAL%"
  locale               = "user-select"
  assignments          = [{ group_id = autopilot_group.group.id }]
}

resource "autopilot_deployment_profile" "hybrid" {
  display_name               = "Hybrid"
  join_type                  = "hybrid"
  skip_ad_connectivity_check = true
}
"#;

const ADDRESSES: [&str; 5] = [
    "autopilot_group.group",
    "autopilot_group.assigned",
    "autopilot_enrollment_status_page.page",
    "autopilot_deployment_profile.profile",
    "autopilot_deployment_profile.hybrid",
];

fn is_generated(lab: &Lab) {
    lab.configure(CONFIGURATION);
    lab.apply();
    let import = |address: &str| format!("import {{\n to = {address}\n id = {}\n}}\n", lab.state_of(address)["id"]);
    let imports: String = ADDRESSES.into_iter().map(import).collect();
    lab.forget_state();
    lab.configure(&imports);
    let out = "-generate-config-out=generated.tf";
    let planned = lab.run(&["plan", "-no-color", "-input=false", out]).succeeds();
    assert!(planned.stdout.contains("Plan: 5 to import, 0 to add, 0 to change, 0 to destroy."), "{planned}");
    let generated = fs::read_to_string(lab.folder().join("generated.tf")).expect("it was generated");
    assert!(!generated.contains("created_date_time"), "{generated}");
    lab.apply();
    lab.plan().is_empty();
}

#[test]
fn a_generated_configuration_plans_empty() {
    is_generated(&Lab::new());
}

#[test]
fn a_configuration_generated_by_the_provider_plans_empty() {
    is_generated(&Lab::on_newest());
}
