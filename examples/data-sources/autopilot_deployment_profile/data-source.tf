# A profile that was made by hand, and to whom it is assigned.
data "autopilot_deployment_profile" "user_driven" {
  display_name = "User driven Entra join"
}

output "assignments" {
  value = data.autopilot_deployment_profile.user_driven.assignments
}
