# What everybody sees who is assigned no other page.
resource "autopilot_default_enrollment_status_page" "this" {
  timeout_minutes      = 90
  custom_error_message = "Call the help desk: +49 30 5550100."
}
