# Who may join devices to Microsoft Entra, and how many each.
data "autopilot_device_join_settings" "this" {}

output "who_may_join" {
  value = data.autopilot_device_join_settings.this.users_may_join
}

output "devices_each" {
  value = data.autopilot_device_join_settings.this.maximum_devices_per_user
}
