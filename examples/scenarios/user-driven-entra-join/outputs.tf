output "devices_of_sales" {
  description = "The devices of the CSV that the rule of the group of Sales matches: told in the plan, before there is a group."
  value = [
    for serial_number, device in local.collected : serial_number
    if provider::autopilot::membership_rule_matches(autopilot_group.departments["Sales"].membership_rule, device)
  ]
}

output "profile_status" {
  description = "What the admin center shows for each device, by serial number."
  value = {
    for serial_number, device in data.autopilot_devices.fleet.devices : serial_number => device.profile_status
  }
}

output "not_ready" {
  description = "The devices that are not to be shipped yet."
  value       = local.not_ready
}
