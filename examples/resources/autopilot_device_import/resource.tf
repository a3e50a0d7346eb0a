# All devices that Get-WindowsAutopilotInfo collected.
resource "autopilot_device_import" "collected" {
  devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))

  lifecycle {
    # Without it, a device that could not be registered is a warning.
    postcondition {
      condition     = alltrue([for device in self.devices : device.id != null])
      error_message = "Not registered: ${join(", ", [for name, device in self.devices : name if device.id == null])}."
    }
  }
}
