# In a tenant on this machine:
#   terraform get
#   terraform-provider-autopilot emulator --speed 100 -- terraform test

variables {
  tenant    = "contoso"
  tenant_id = "contoso.onmicrosoft.com"

  group_tags = {
    Sales = {}
    Kiosk = { deployment_mode = "self_deploying" }
  }
}

run "the_devices_of_the_folder_are_registered" {
  assert {
    condition     = output.registered == 4
    error_message = "${output.registered} devices are registered."
  }

  assert {
    condition     = toset(keys(output.group_ids)) == toset(["Sales", "Kiosk"])
    error_message = "There are groups for ${join(", ", keys(output.group_ids))}."
  }
}
