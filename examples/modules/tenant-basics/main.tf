# What a tenant has once, and every tutorial begins with. Destroying puts back what was there before.

# Step 1 of each tutorial. Graph allows it to no application: an administrator signs in.
resource "autopilot_mdm_enrollment_scope" "this" {
  count    = var.automatic_enrollment == null ? 0 : 1
  provider = autopilot.administrator

  scope     = var.automatic_enrollment.scope
  group_ids = var.automatic_enrollment.group_ids
}

# Step 2.
resource "autopilot_device_join_settings" "this" {
  users_may_join                             = var.device_join.users_may_join
  join_group_ids                             = var.device_join.join_group_ids
  multifactor_authentication                 = var.device_join.multifactor_authentication
  maximum_devices_per_user                   = var.device_join.maximum_devices_per_user
  registering_users_are_local_administrators = var.device_join.registering_users_are_local_administrators
  laps_enabled                               = var.device_join.laps_enabled
}

resource "autopilot_windows_restore" "this" {
  count = var.show_restore_page == null ? 0 : 1

  show_restore_page = var.show_restore_page
}
