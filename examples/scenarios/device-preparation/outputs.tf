output "device_group_id" {
  description = "The group that prepared devices are in. Assign what may come later to it."
  value       = module.staff.device_group_id
}

output "policy_id" {
  description = "The device preparation policy."
  value       = module.staff.policy_id
}
