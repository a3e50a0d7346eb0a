# The order of the policies. As configuration with an import block:
# terraform query -generate-config-out=generated.tf
list "autopilot_device_preparation_policy_order" "this" {
  provider         = autopilot
  include_resource = true
}
