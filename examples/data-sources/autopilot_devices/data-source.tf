# What the admin center shows for each device of Sales, once all of them have their profile.
data "autopilot_devices" "sales" {
  group_tag = "Sales"
  wait_for  = "assigned"

  timeouts = {
    read = "1h"
  }
}

output "not_assigned" {
  value = [
    for serial_number, device in data.autopilot_devices.sales.devices : serial_number
    if device.profile_status != "Assigned"
  ]
}
