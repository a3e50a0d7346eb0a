# The device settings. As configuration with an import block:
# terraform query -generate-config-out=generated.tf
list "autopilot_device_join_settings" "this" {
  provider         = autopilot
  include_resource = true
}
