# What devices show that no other page is assigned to.
data "autopilot_default_enrollment_status_page" "this" {}

output "minutes" {
  value = data.autopilot_default_enrollment_status_page.this.timeout_minutes
}
