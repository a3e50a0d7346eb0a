# Devices by the DeviceLinks that their manufacturer exported.
resource "autopilot_device_association" "laptops" {
  devices = provider::autopilot::parse_device_link_csv(file("${path.module}/device_link.csv"))
}
