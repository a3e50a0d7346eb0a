# Against a tenant on your own machine:
#   terraform get
#   terraform-provider-autopilot emulator --speed 100 -- terraform test

run "the_policy_and_its_group_are_there" {
  assert {
    condition     = can(regex("^[0-9a-f-]{36}$", output.policy_id)) && output.device_group_id != output.policy_id
    error_message = "The policy is ${output.policy_id}."
  }
}
