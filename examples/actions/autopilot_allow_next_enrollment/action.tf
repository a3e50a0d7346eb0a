# By hand: terraform apply -invoke=action.autopilot_allow_next_enrollment.kiosks
action "autopilot_allow_next_enrollment" "kiosks" {
  config {
    serial_numbers = ["8QX4NZ3"]
  }
}

# Or when something else was done.
resource "autopilot_device" "this" {
  serial_number = "8QX4NZ3"
  hardware_hash = file("${path.module}/hardware_hash.txt")
  group_tag     = "Kiosk"

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.autopilot_allow_next_enrollment.kiosks]
    }
  }
}
