output "policy_id" {
  description = "The device preparation policy."
  value       = autopilot_device_preparation_policy.policy.id
}

output "device_group_id" {
  description = "The group that devices join. Assign what comes later to it."
  value       = autopilot_group.devices.id
}

output "user_group_id" {
  description = "The group of the users."
  value       = autopilot_group.users.id
}

output "app_ids" {
  description = "The apps, by name."
  value       = { for name, app in autopilot_winget_app.app : name => app.id }
}

output "setup" {
  description = "All of it, as `provider::autopilot::setup_problems` takes it."
  value = {
    groups                = [autopilot_group.devices, autopilot_group.users]
    preparation_policies  = [autopilot_device_preparation_policy.policy]
    apps                  = values(autopilot_winget_app.app)
    scripts               = values(autopilot_platform_script.script)
    corporate_identifiers = autopilot_corporate_identifiers.devices
  }
}
