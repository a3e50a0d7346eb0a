# Which of the devices of a CSV a group's rule would match, before anything is applied.
locals {
  rule    = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\"))"
  devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))
}

output "kiosks" {
  value = [
    for serial_number, device in local.devices : serial_number
    if provider::autopilot::membership_rule_matches(local.rule, merge(device, { serial_number = serial_number }))
  ]
}
