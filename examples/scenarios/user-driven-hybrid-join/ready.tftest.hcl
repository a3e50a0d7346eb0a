# Run against a tenant on your own machine, from any folder:
#   terraform-provider-autopilot emulator --speed 100 -- terraform -chdir=examples/scenarios/user-driven-hybrid-join test

run "every_device_can_be_shipped" {
  assert {
    condition     = length(output.not_ready) == 0 && length(output.profile_status) == 4
    error_message = "These have no profile: ${join(", ", output.not_ready)}."
  }

  assert {
    condition     = length(output.connectors_to_update) == 0
    error_message = "These connectors are too old: ${jsonencode(output.connectors_to_update)}."
  }
}
