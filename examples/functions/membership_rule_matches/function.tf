# Which of the devices of a CSV a group's rule would match, before anything is applied.
locals {
  rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))"

  group_tags = {
    "PF3A1B2C" = "Kiosk"
    "PF3A1B2D" = "Office"
  }
}

output "kiosks" {
  value = [
    for serial_number, group_tag in local.group_tags : serial_number
    if provider::autopilot::membership_rule_matches(local.rule, {
      devicePhysicalIds = ["[ZTDId]:${serial_number}", "[OrderID]:${group_tag}"]
    })
  ]
}
