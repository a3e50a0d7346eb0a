# All assignment filters of the tenant, with their settings.
list "autopilot_assignment_filter" "all" {
  provider         = autopilot
  include_resource = true
}

# Only that of this name.
list "autopilot_assignment_filter" "named" {
  provider = autopilot

  config {
    display_name = "Surface devices"
  }
}
