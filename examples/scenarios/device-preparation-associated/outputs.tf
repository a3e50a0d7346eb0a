output "associated" {
  description = "The laptops that are tied to the tenant: what each is, by serial number."
  value = {
    for serial_number, device in autopilot_device_association.laptops.devices :
    serial_number => "${device.manufacturer} ${device.model}"
  }
}

output "device_group_id" {
  description = "The group that prepared devices are in. Assign what may come later to it."
  value       = autopilot_group.laptops.id
}

output "policy_id" {
  description = "The device preparation policy."
  value       = autopilot_device_preparation_policy.associated.id
}
