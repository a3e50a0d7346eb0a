# The group that this policy puts its devices into.
data "autopilot_device_preparation_policy" "sales" {
  display_name = "Sales laptops"
}

output "device_group" {
  value = data.autopilot_device_preparation_policy.sales.device_group_id
}
