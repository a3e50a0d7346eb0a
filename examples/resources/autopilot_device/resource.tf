# A laptop by its hardware hash, and who is to get it.
resource "autopilot_device" "reception" {
  serial_number      = "5CG4391WXB"
  hardware_hash      = file("${path.module}/hardware_hash.txt")
  group_tag          = "Reception"
  assigned_user      = "adele.vance@contoso.com"
  user_friendly_name = "Adele"

  lifecycle {
    # Without it, a device that could not be registered is a warning.
    postcondition {
      condition     = self.id != null
      error_message = "${self.serial_number} is not registered: ${self.status}."
    }
  }
}
