# All domain join profiles of the tenant, with their settings.
list "autopilot_domain_join_profile" "all" {
  provider         = autopilot
  include_resource = true
}

# Only that of this name.
list "autopilot_domain_join_profile" "named" {
  provider = autopilot

  config {
    display_name = "Hybrid laptops"
  }
}
