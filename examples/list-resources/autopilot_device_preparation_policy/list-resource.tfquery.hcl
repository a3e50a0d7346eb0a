# The device preparation policies with "Sales" in their names, with their settings and assignments.
list "autopilot_device_preparation_policy" "sales" {
  provider         = autopilot
  include_resource = true

  config {
    name_contains = "sales"
  }
}
