resource "autopilot_winget_app" "company_portal" {
  display_name       = "Company Portal"
  publisher          = "Microsoft Corporation"
  package_identifier = "9WZDNCRFJ3PZ"
}

# An app of any type, here one that is there after the first apply.
data "autopilot_app" "company_portal" {
  display_name = autopilot_winget_app.company_portal.display_name
  depends_on   = [autopilot_winget_app.company_portal]
}

# While a device is set up, only this app is waited for.
resource "autopilot_enrollment_status_page" "standard" {
  display_name     = "Standard devices"
  blocking_app_ids = [data.autopilot_app.company_portal.id]
}
