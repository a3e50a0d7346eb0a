variables {
  group_tags = {
    "Sales-EMEA" = {}
    "R&D"        = {}
    "Kiosk" = {
      name            = "kiosks"
      deployment_mode = "self_deploying"
      timeout_minutes = 30
    }
  }
}

run "each_tag_gets_a_group_a_page_and_a_profile" {
  assert {
    condition     = toset(keys(output.group_tags)) == toset(["Sales-EMEA", "R&D", "Kiosk"])
    error_message = "There is something of each tag, and of no other."
  }

  assert {
    condition     = output.group_tags["Sales-EMEA"].membership_rule == "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Sales-EMEA\"))"
    error_message = "The rule is ${output.group_tags["Sales-EMEA"].membership_rule}."
  }

  assert {
    condition     = output.group_tags["R&D"].membership_rule == "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:R&D\"))"
    error_message = "The rule is ${output.group_tags["R&D"].membership_rule}."
  }

  assert {
    condition     = output.names == { "Sales-EMEA" = "Autopilot Sales EMEA", "R&D" = "Autopilot R&D", "Kiosk" = "Autopilot kiosks" }
    error_message = "The names are ${jsonencode(output.names)}."
  }

  assert {
    condition = alltrue([
      for tag, page in autopilot_enrollment_status_page.by_tag :
      [for each in page.assignments : each.group_id] == [output.group_tags[tag].group_id]
    ])
    error_message = "Each page is assigned to the group of its tag."
  }
}

run "a_tag_that_is_gone_takes_its_things_with_it" {
  variables {
    group_tags = { "Kiosk" = {} }
  }

  assert {
    condition     = keys(output.group_tags) == ["Kiosk"]
    error_message = "What is there: ${jsonencode(keys(output.group_tags))}."
  }
}

run "tags_that_differ_by_case_are_refused" {
  command = plan

  variables {
    group_tags = { "Sales" = {}, "SALES" = {} }
  }

  expect_failures = [var.group_tags]
}

run "a_prefix_that_intune_refuses_is_refused" {
  command = plan

  variables {
    name_prefix = "Auto-pilot"
  }

  expect_failures = [var.name_prefix]
}
