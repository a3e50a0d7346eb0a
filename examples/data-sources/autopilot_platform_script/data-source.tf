# A script that was uploaded by hand, word for word.
data "autopilot_platform_script" "time_zone" {
  display_name = "Set the time zone"
}

output "script" {
  value = data.autopilot_platform_script.time_zone.content
}
