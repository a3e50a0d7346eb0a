# What will this device get when somebody switches it on, and why?
data "autopilot_effective_configuration" "laptop" {
  serial_number = "5CG1234XYZ"
}

output "profile_and_page" {
  value = [
    data.autopilot_effective_configuration.laptop.deployment_profile,
    data.autopilot_effective_configuration.laptop.enrollment_status_page,
  ]
}

output "why" {
  value = [
    for it in data.autopilot_effective_configuration.laptop.candidates : "${it.display_name} ${it.outcome}: ${it.reason}"
  ]
}
