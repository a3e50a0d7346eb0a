# Run against a tenant on your own machine, from any folder:
#   terraform-provider-autopilot emulator --speed 100 -- terraform -chdir=examples/scenarios/user-driven-entra-join test

run "every_device_can_be_shipped" {
  assert {
    condition     = length(output.not_ready) == 0
    error_message = "These have no profile: ${join(", ", output.not_ready)}."
  }

  assert {
    condition     = length(output.profile_status) == 25
    error_message = "Of 25 devices ${length(output.profile_status)} are there."
  }
}

run "nobody_has_to_have_a_device" {
  variables {
    assigned_users = {}
  }

  assert {
    condition     = length(output.not_ready) == 0
    error_message = "Without a user they have no profile: ${join(", ", output.not_ready)}."
  }
}
