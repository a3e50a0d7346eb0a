//! What exists is brought in, and then nothing is to change.

use super::lab::Lab;

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
  display_name         = "User-driven"
  device_name_template = "CON-%SERIAL%"
  assignments          = [{ group_id = autopilot_group.group.id }]
}

resource "autopilot_deployment_profile" "hybrid" {
  display_name               = "Hybrid"
  join_type                  = "hybrid"
  skip_ad_connectivity_check = true
}
"#;

const RESOURCES: [(&str, &str); 4] = [
    ("autopilot_group.group", "Autopilot devices"),
    ("autopilot_enrollment_status_page.page", "Standard devices"),
    ("autopilot_deployment_profile.profile", "User-driven"),
    ("autopilot_deployment_profile.hybrid", "Hybrid"),
];

/// Forgets what was applied and brings it in again by these ids.
fn brought_in(id_of: impl Fn(&Lab, &str, &str) -> String) {
    let lab = Lab::with(CONFIGURATION);
    lab.apply();
    let ids = RESOURCES.map(|(address, name)| (address, id_of(&lab, address, name)));
    lab.forget_state();
    for (address, id) in ids {
        lab.import(address, &id);
    }
    lab.plan().is_empty();
}

#[test]
fn each_resource_is_brought_in_by_its_id() {
    brought_in(|lab, address, _| lab.state_of(address)["id"].as_str().expect("an id is text").to_owned());
}

#[test]
fn each_resource_is_brought_in_by_its_name() {
    brought_in(|_, _, name| format!("display_name={name}"));
}

const FLEET: &str = r#"
resource "autopilot_device_import" "fleet" {
  devices = {
    for serial_number, device in provider::autopilot::parse_device_csv(file("${path.module}/devices.csv")) :
    serial_number => device if device.group_tag == "Sales"
  }
}
"#;

/// Imports the ten devices of Sales, forgets them, and brings them in again.
fn fleet_brought_in(id_of: impl Fn(&Lab) -> String) {
    let lab = Lab::new();
    lab.copy_devices();
    lab.configure(FLEET);
    lab.apply();
    assert_eq!(lab.tenant.devices().len(), 10);
    lab.forget_state();
    lab.import("autopilot_device_import.fleet", &id_of(&lab));
    lab.plan().is_empty();
}

#[test]
fn a_fleet_is_brought_in_by_its_serial_numbers() {
    fleet_brought_in(|lab| {
        let serials = lab.tenant.devices();
        let serials: Vec<_> = serials.iter().filter_map(|device| device["serialNumber"].as_str()).collect();
        format!("serial_numbers={}", serials.join(","))
    });
}

#[test]
fn a_fleet_is_brought_in_by_its_group_tag() {
    fleet_brought_in(|_| "group_tag=Sales".into());
}
