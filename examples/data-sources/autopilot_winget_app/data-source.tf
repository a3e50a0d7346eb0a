# An app of the Microsoft Store that was added by hand.
data "autopilot_winget_app" "company_portal" {
  display_name = "Company Portal"
}

# For a page that waits for it: blocking_app_ids = [data.autopilot_winget_app.company_portal.id]
output "id" {
  value = data.autopilot_winget_app.company_portal.id
}
