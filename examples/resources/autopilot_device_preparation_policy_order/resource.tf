resource "autopilot_group" "devices" {
  display_name              = "Prepared devices"
  provisioning_client_owner = true
}

resource "autopilot_device_preparation_policy" "developers" {
  display_name    = "Developers"
  device_group_id = autopilot_group.devices.id
  account_type    = "administrator"
}

resource "autopilot_device_preparation_policy" "everyone" {
  display_name    = "Everyone"
  device_group_id = autopilot_group.devices.id
}

# A user who gets both policies gets the one for developers.
resource "autopilot_device_preparation_policy_order" "this" {
  policy_ids = [
    autopilot_device_preparation_policy.developers.id,
    autopilot_device_preparation_policy.everyone.id,
  ]
}
