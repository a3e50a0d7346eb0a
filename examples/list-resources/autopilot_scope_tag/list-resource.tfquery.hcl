# All scope tags of the tenant, with their settings.
list "autopilot_scope_tag" "all" {
  provider         = autopilot
  include_resource = true
}

# Only that of this name.
list "autopilot_scope_tag" "named" {
  provider = autopilot

  config {
    display_name = "Berlin"
  }
}
