# The Company Portal on all devices.
resource "autopilot_winget_app" "company_portal" {
  display_name       = "Company Portal"
  publisher          = "Microsoft Corporation"
  package_identifier = "9WZDNCRFJ3PZ"
  assignments        = [{ all_devices = true, intent = "required" }]
}
