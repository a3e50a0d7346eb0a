output "group_ids" {
  description = "By group tag, the group to assign apps and policies to."
  value       = { for tag, it in module.group_tags.group_tags : tag => it.group_id }
}

output "registered" {
  description = "How many devices are registered."
  value       = length([for device in autopilot_device_import.fleet.devices : true if device.id != null])
}
