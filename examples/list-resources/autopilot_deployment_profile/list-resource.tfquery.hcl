# Every deployment profile of the tenant, with its settings and assignments.
list "autopilot_deployment_profile" "all" {
  provider         = autopilot
  include_resource = true
}
