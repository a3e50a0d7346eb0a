//! A fleet that exists is brought in, and then nothing is to change.

use super::lab::Lab;

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
