data "autopilot_deployment_profile" "shared" {
  display_name = "All laptops"
}

data "autopilot_group" "kiosks" {
  display_name = "Kiosks"
}

# How the profile is assigned to the group.
data "autopilot_assignment" "kiosks" {
  id = "deployment_profile/${data.autopilot_deployment_profile.shared.id}/${data.autopilot_group.kiosks.id}"
}

output "left_out" {
  value = data.autopilot_assignment.kiosks.excluded
}
