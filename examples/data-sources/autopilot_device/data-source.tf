# One registered device. Many at once: the data source autopilot_devices.
data "autopilot_device" "reception" {
  serial_number = "5CG4391WXB"
}

output "group_tag" {
  value = data.autopilot_device.reception.group_tag
}
