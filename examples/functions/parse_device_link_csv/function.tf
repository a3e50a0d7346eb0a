# The file that holds the DeviceLink of a device, as the map that autopilot_device_association takes.
locals {
  devices = provider::autopilot::parse_device_link_csv(file("${path.module}/device_link.csv"))

  # file() refuses UTF-16:
  # devices = provider::autopilot::parse_device_link_csv(filebase64("${path.module}/device_link.csv"))
}

output "serial_numbers" {
  value = keys(local.devices)
}
