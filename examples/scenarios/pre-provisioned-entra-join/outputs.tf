output "profile_status" {
  description = "What the admin center shows for each device, by serial number."
  value = {
    for serial_number, device in data.autopilot_devices.bench.devices : serial_number => device.profile_status
  }
}

output "not_ready" {
  description = "The devices that no technician is to switch on yet."
  value       = local.not_ready
}
