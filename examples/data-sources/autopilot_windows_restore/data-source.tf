# Whether users are offered their earlier apps and settings on a new device.
data "autopilot_windows_restore" "this" {}

output "settings" {
  value = data.autopilot_windows_restore.this
}
