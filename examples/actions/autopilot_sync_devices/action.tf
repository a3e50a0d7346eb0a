# By hand: terraform apply -invoke=action.autopilot_sync_devices.now
action "autopilot_sync_devices" "now" {
  config {
    wait = true
  }
}

# Or whenever devices were registered.
resource "autopilot_device_import" "sales" {
  devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.autopilot_sync_devices.now]
    }
  }
}
