# The ids of the policies, the one that wins first.
data "autopilot_device_preparation_policy_order" "this" {}

output "order" {
  value = data.autopilot_device_preparation_policy_order.this.policy_ids
}
