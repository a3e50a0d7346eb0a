# All targets of all policies, with their settings.
list "autopilot_assignment" "all" {
  provider         = autopilot
  include_resource = true
}
