resource "autopilot_group" "all_devices" {
  display_name    = "Autopilot devices"
  membership_rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))"
}

resource "autopilot_group" "kiosks" {
  display_name    = "Autopilot kiosks"
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))"
}

# The laptop of one employee. A technician may prepare it beforehand.
resource "autopilot_deployment_profile" "user_driven" {
  display_name            = "User driven Entra join"
  deployment_mode         = "user_driven"
  join_type               = "entra"
  preprovisioning_allowed = true
  device_name_template    = "CON-%SERIAL%"

  out_of_box_experience = {
    license_terms_hidden              = true
    privacy_settings_hidden           = true
    user_account_type                 = "standard"
    keyboard_configured_automatically = true
  }

  assignments = [
    { group_id = autopilot_group.all_devices.id },
    { group_id = autopilot_group.kiosks.id, excluded = true },
  ]
}

# A device that is nobody's: it joins by itself.
resource "autopilot_deployment_profile" "kiosk" {
  display_name         = "Self deploying kiosk"
  deployment_mode      = "self_deploying"
  device_name_template = "KIOSK-%RAND:5%"
  locale               = "en-US"

  assignments = [
    { group_id = autopilot_group.kiosks.id },
  ]
}
