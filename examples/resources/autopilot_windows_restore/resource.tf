# Whoever gets a new device is offered their apps and settings of before.
resource "autopilot_windows_restore" "this" {
  show_restore_page = "on"
}
