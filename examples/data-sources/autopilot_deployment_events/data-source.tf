# Deployments of Windows Autopilot since October, with what failed.
data "autopilot_deployment_events" "classic" {
  since = "2026-10-01T00:00:00Z"
}

output "failed" {
  value = {
    for event in data.autopilot_deployment_events.classic.events : event.serial_number => event.failure
    if event.state == "Failure"
  }
}

# The report of device preparation.
data "autopilot_deployment_events" "prepared" {
  kind = "device_preparation"
}

output "minutes" {
  value = [for event in data.autopilot_deployment_events.prepared.events : event.duration_minutes]
}
