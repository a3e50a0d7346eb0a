# The settings of Windows Restore. As configuration with an import block:
# terraform query -generate-config-out=generated.tf
list "autopilot_windows_restore" "this" {
  provider         = autopilot
  include_resource = true
}
