# All targets of all apps, with their settings.
list "autopilot_app_assignment" "all" {
  provider         = autopilot
  include_resource = true
}
