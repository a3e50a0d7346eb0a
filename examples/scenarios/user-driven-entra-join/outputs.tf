output "profile_status" {
  description = "What the admin center shows for each device, by serial number."
  value = {
    for serial_number, device in data.autopilot_devices.fleet.devices : serial_number => device.profile_status
  }
}

output "date_assigned" {
  description = "Since when each device has its profile."
  value = {
    for serial_number, device in data.autopilot_devices.fleet.devices : serial_number => device.date_assigned
  }
}
