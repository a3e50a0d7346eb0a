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
