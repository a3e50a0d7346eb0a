# By hand: terraform apply -invoke=action.autopilot_assign_user.reception
action "autopilot_assign_user" "reception" {
  config {
    group_tag          = "Reception"
    assigned_user      = "adele.vance@contoso.com"
    user_friendly_name = "Adele"
  }
}

# Or when something else was done.
resource "autopilot_device" "this" {
  serial_number = "8QX4NZ3"
  hardware_hash = file("${path.module}/hardware_hash.txt")
  group_tag     = "Reception"

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.autopilot_assign_user.reception]
    }
  }
}
