resource "autopilot_group" "berlin" {
  display_name = "Devices in Berlin"
}

resource "autopilot_platform_script" "time_zone" {
  display_name = "Set the time zone"
  file_name    = "time-zone.ps1"
  content      = "Set-TimeZone -Id 'W. Europe Standard Time'\n"
  assignments  = [{ group_id = autopilot_group.berlin.id }]
}
