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

run "a_pilot_begins_with_one_department" {
  variables {
    pilot_rule = "(user.department -eq \"Retail\")"
  }

  assert {
    condition     = autopilot_mdm_enrollment_scope.this[0].scope == "selected"
    error_message = "Enrolled are the devices of ${autopilot_mdm_enrollment_scope.this[0].scope}."
  }
}

run "without_an_administrator_enrollment_stays_as_it_is" {
  variables {
    manage_automatic_enrollment = false
  }

  assert {
    condition     = length(autopilot_mdm_enrollment_scope.this) == 0
    error_message = "The scope of automatic enrollment is managed all the same."
  }
}
