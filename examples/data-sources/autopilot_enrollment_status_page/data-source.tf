# How long this page waits for apps and policies.
data "autopilot_enrollment_status_page" "standard" {
  display_name = "Standard devices"
}

output "minutes" {
  value = data.autopilot_enrollment_status_page.standard.timeout_minutes
}
