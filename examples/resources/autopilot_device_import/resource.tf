# All devices that Get-WindowsAutopilotInfo collected.
resource "autopilot_device_import" "collected" {
  devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))
}
