resource "autopilot_group" "kiosks" {
  display_name = "Kiosks"
}

# Another team manages the profile, and says nothing of assignments. By its id from elsewhere it is the same.
resource "autopilot_deployment_profile" "shared" {
  display_name = "All laptops"
}

resource "autopilot_assignment" "kiosks" {
  deployment_profile_id = autopilot_deployment_profile.shared.id
  group_id              = autopilot_group.kiosks.id
}
