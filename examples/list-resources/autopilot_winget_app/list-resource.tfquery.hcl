# All apps of the Microsoft Store, with their settings.
list "autopilot_winget_app" "all" {
  provider         = autopilot
  include_resource = true
}

# Only that of this name.
list "autopilot_winget_app" "named" {
  provider = autopilot

  config {
    display_name = "Company Portal"
  }
}
