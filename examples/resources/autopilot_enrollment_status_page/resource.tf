resource "autopilot_group" "all_devices" {
  display_name    = "Autopilot devices"
  membership_rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))"
}

# Nobody starts to work before apps and policies are there.
resource "autopilot_enrollment_status_page" "standard" {
  display_name         = "Standard devices"
  show_progress        = true
  timeout_minutes      = 90
  custom_error_message = "Setup did not finish. Please call the help desk."
  block_device_use     = true
  allow_reset          = true

  assignments = [
    { group_id = autopilot_group.all_devices.id },
  ]
}
