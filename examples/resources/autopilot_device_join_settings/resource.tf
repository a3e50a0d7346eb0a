resource "autopilot_group" "staff" {
  display_name    = "Staff"
  membership_rule = "(user.accountEnabled -eq true)"
}

# What is not set stays as it is.
resource "autopilot_device_join_settings" "this" {
  users_may_join                                 = "selected"
  join_group_ids                                 = [autopilot_group.staff.id]
  maximum_devices_per_user                       = 20
  global_administrators_are_local_administrators = false
  laps_enabled                                   = true
}
