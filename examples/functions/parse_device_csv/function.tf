# The file that Get-WindowsAutopilotInfo writes, as the map that autopilot_device_import takes.
locals {
  devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))

  # file() refuses what PowerShell's Export-Csv and Out-File write: UTF-16.
  # devices = provider::autopilot::parse_device_csv(filebase64("${path.module}/devices.csv"))
}

output "group_tags" {
  value = { for serial_number, device in local.devices : serial_number => device.group_tag }
}
