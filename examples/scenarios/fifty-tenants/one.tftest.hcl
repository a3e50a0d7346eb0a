# One customer, against a tenant on your own machine:
#   terraform get
#   terraform-provider-autopilot emulator --speed 100 -- terraform test

run "a_customer_gets_a_group_for_each_tag" {
  variables {
    group_tags = {
      Office = {}
      Kiosk  = { deployment_mode = "self_deploying" }
    }
  }

  assert {
    condition     = toset(keys(output.group_ids)) == toset(["Office", "Kiosk"])
    error_message = "There are groups for ${join(", ", keys(output.group_ids))}."
  }
}
