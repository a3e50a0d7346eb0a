# Every device that is registered with Windows Autopilot.
resource "autopilot_group" "all_devices" {
  display_name    = "Autopilot devices"
  description     = "Every device that is registered with Windows Autopilot."
  membership_rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))"
}

# The devices with one group tag.
resource "autopilot_group" "kiosks" {
  display_name    = "Autopilot kiosks"
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))"
}

# A group whose members somebody else keeps.
resource "autopilot_group" "pilot" {
  display_name = "Autopilot pilot"
  description  = "Members are added by hand."
}

# The group that a device preparation policy puts devices into: nobody else adds members.
resource "autopilot_group" "prepared" {
  display_name              = "Prepared laptops"
  provisioning_client_owner = true
}

data "autopilot_user" "owner" {
  user_principal_name = "adele.vance@contoso.com"
}

# A group whose members the configuration keeps.
resource "autopilot_group" "first_wave" {
  display_name = "First wave"
  owner_ids    = [data.autopilot_user.owner.id]
  member_ids   = [data.autopilot_user.owner.id]
}
