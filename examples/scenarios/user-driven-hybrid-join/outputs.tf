output "connectors_to_update" {
  description = "Connectors whose version joins no device any more: the version by server."
  value       = { for it in data.autopilot_domain_join_connectors.all.connectors : it.display_name => it.version if !it.supported }
}

output "profile_status" {
  description = "What the admin center shows for each device, by serial number."
  value = {
    for serial_number, device in data.autopilot_devices.hybrid.devices : serial_number => device.profile_status
  }
}

output "not_ready" {
  description = "The devices that are not to be shipped yet."
  value       = local.not_ready
}
