# All PowerShell scripts of the tenant, with their settings.
list "autopilot_platform_script" "all" {
  provider         = autopilot
  include_resource = true
}

# Only that of this name.
list "autopilot_platform_script" "named" {
  provider = autopilot

  config {
    display_name = "Set the time zone"
  }
}
