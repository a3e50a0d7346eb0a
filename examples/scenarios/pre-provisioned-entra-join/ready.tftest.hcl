# Run against a tenant on your own machine, from any folder:
#   terraform-provider-autopilot emulator --speed 100 -- terraform -chdir=examples/scenarios/pre-provisioned-entra-join test

run "every_device_is_ready_for_the_technician" {
  assert {
    condition     = length(output.not_ready) == 0
    error_message = "These have no profile: ${join(", ", output.not_ready)}."
  }

  assert {
    condition     = length(output.profile_status) == 5
    error_message = "Of 5 devices ${length(output.profile_status)} are there."
  }
}
