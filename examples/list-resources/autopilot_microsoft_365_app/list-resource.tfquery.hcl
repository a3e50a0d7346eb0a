# All Microsoft 365 apps of the tenant, with their settings.
list "autopilot_microsoft_365_app" "all" {
  provider         = autopilot
  include_resource = true
}

# Only that of this name.
list "autopilot_microsoft_365_app" "named" {
  provider = autopilot

  config {
    display_name = "Microsoft 365 apps"
  }
}
