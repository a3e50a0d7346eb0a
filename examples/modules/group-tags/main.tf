# For each group tag one group of devices, one enrollment status page and one deployment profile. A device has one tag, so
# it is in one of the groups: which page and which profile it gets does not depend on any order.

locals {
  # Intune takes no profile whose name has one of these characters; a tag such as Sales-EMEA may.
  names = {
    for tag, it in var.group_tags : tag => "${var.name_prefix} ${coalesce(it.name, replace(tag, "/[!#%^*()+;'<>-]+/", " "))}"
  }
}

resource "autopilot_group" "by_tag" {
  for_each = var.group_tags

  display_name    = local.names[each.key]
  description     = coalesce(each.value.description, "Devices with the group tag ${each.key}.")
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:${each.key}\"))"
}

resource "autopilot_enrollment_status_page" "by_tag" {
  for_each = var.group_tags

  display_name         = local.names[each.key]
  show_progress        = true
  timeout_minutes      = each.value.timeout_minutes
  custom_error_message = var.help_desk == null ? null : "Setup did not finish. Please call the help desk: ${var.help_desk}."
  block_device_use     = true
  allow_reset          = true
  blocking_app_ids     = each.value.blocking_app_ids

  assignments = [
    { group_id = autopilot_group.by_tag[each.key].id },
  ]
}

resource "autopilot_deployment_profile" "by_tag" {
  for_each = var.group_tags

  display_name            = local.names[each.key]
  deployment_mode         = each.value.deployment_mode
  join_type               = each.value.join_type
  preprovisioning_allowed = each.value.preprovisioning_allowed
  device_name_template    = each.value.device_name_template
  locale                  = each.value.locale

  out_of_box_experience = {
    license_terms_hidden              = true
    privacy_settings_hidden           = true
    change_account_options_hidden     = true
    user_account_type                 = each.value.user_account_type
    keyboard_configured_automatically = true
  }

  assignments = [
    { group_id = autopilot_group.by_tag[each.key].id },
  ]
}
