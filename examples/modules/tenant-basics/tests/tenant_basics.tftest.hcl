provider "autopilot" {}

provider "autopilot" {
  alias     = "administrator"
  use_login = true
}

run "everybody_s_devices_are_enrolled" {
  providers = {
    autopilot               = autopilot
    autopilot.administrator = autopilot.administrator
  }

  assert {
    condition     = output.automatic_enrollment == "all" && output.users_may_join == "all"
    error_message = "Enrolled are the devices of ${output.automatic_enrollment}, and ${output.users_may_join} may join some."
  }
}

run "without_an_administrator_the_scope_stays_as_it_is" {
  providers = {
    autopilot               = autopilot
    autopilot.administrator = autopilot.administrator
  }

  variables {
    automatic_enrollment = null
    device_join          = { users_may_join = "all", laps_enabled = true }
  }

  assert {
    condition     = output.automatic_enrollment == null && autopilot_device_join_settings.this.laps_enabled
    error_message = "The scope is managed all the same."
  }
}

run "a_scope_that_is_none_is_refused" {
  command = plan

  providers = {
    autopilot               = autopilot
    autopilot.administrator = autopilot.administrator
  }

  variables {
    automatic_enrollment = { scope = "some" }
  }

  expect_failures = [var.automatic_enrollment]
}
