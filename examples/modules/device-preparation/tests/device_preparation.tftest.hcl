variables {
  name      = "Sales laptops"
  user_rule = "(user.department -eq \"Sales\")"

  store_apps = {
    "Company Portal" = { package_identifier = "9WZDNCRFJ3PZ" }
  }
  scripts = {
    "Set the time zone" = "Set-TimeZone -Id 'W. Europe Standard Time'\n"
  }
}

run "apps_and_scripts_go_to_the_group_of_the_devices" {
  assert {
    condition = alltrue([
      for app in autopilot_winget_app.app :
      [for each in app.assignments : each.group_id] == [output.device_group_id] && app.run_as_account == "system"
    ])
    error_message = "An app that is not assigned to the group of the devices is skipped."
  }

  assert {
    condition = alltrue([
      for script in autopilot_platform_script.script :
      [for each in script.assignments : each.group_id] == [output.device_group_id]
    ])
    error_message = "A script that is not assigned to the group of the devices is skipped."
  }

  assert {
    condition     = toset([for app in autopilot_device_preparation_policy.policy.apps : app.id]) == toset(values(output.app_ids))
    error_message = "The policy has the apps that were made."
  }

  assert {
    condition     = [for each in autopilot_device_preparation_policy.policy.assignments : each.group_id] == [output.user_group_id]
    error_message = "The policy reaches users."
  }

  assert {
    condition     = length(autopilot_corporate_identifiers.devices) == 0
    error_message = "The first identifier makes all other devices personal: there is none unless one is asked for."
  }
}

run "identifiers_are_imported_where_there_are_some" {
  variables {
    corporate_identifiers = { "Microsoft Corporation,Surface Laptop 5,012345678901" = "Reception" }
  }

  assert {
    condition     = alltrue([for it in autopilot_corporate_identifiers.devices[0].identifiers : it.id != null])
    error_message = "An identifier was refused."
  }
}

run "an_identifier_without_a_model_is_refused" {
  command = plan

  variables {
    corporate_identifiers = { "Microsoft Corporation,012345678901" = null }
  }

  expect_failures = [var.corporate_identifiers]
}

run "more_than_25_apps_are_refused" {
  command = plan

  variables {
    existing_apps = { for n in range(25) : "App ${n}" => { id = "00000000-0000-0000-0000-000000000001", type = "#microsoft.graph.win32LobApp" } }
  }

  expect_failures = [var.existing_apps]
}
