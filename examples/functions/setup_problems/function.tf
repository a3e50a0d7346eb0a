# What is wrong with a setup as a whole, before anybody switches a laptop on.
resource "autopilot_group" "kiosks" {
  display_name    = "Kiosks"
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))"
}

resource "autopilot_deployment_profile" "kiosk" {
  display_name    = "Kiosk"
  deployment_mode = "self_deploying"
  assignments     = [{ group_id = autopilot_group.kiosks.id }]
}

data "autopilot_devices" "all" {}

locals {
  problems = provider::autopilot::setup_problems({
    devices  = data.autopilot_devices.all.devices
    groups   = [autopilot_group.kiosks]
    profiles = [autopilot_deployment_profile.kiosk]
  })
}

check "setup" {
  assert {
    condition     = length(local.problems) == 0
    error_message = join("\n", [for it in local.problems : "${it.subject}: ${it.problem} ${it.remedy}"])
  }
}

output "problems" {
  value = local.problems
}
