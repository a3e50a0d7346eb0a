# The file that Get-WindowsAutopilotInfo writes, as the map that autopilot_device_import takes.
locals {
  devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))

  # file() refuses what is not UTF-8: the UTF-16 of Windows PowerShell, the Windows-1252 of Excel.
  # devices = provider::autopilot::parse_device_csv(filebase64("${path.module}/devices.csv"))

  # An empty cell keeps the group tag or the user that a device has. To clear them:
  # devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"), { clear_empty = true })
}

output "group_tags" {
  value = { for serial_number, device in local.devices : serial_number => device.group_tag }
}
