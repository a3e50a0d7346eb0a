resource "autopilot_assignment_filter" "surface" {
  display_name = "Surface devices"
  rule         = "(device.manufacturer -eq \"Microsoft Corporation\") and (device.model -startsWith \"Surface\")"
}

# Only the Surface devices of all devices see this page.
resource "autopilot_enrollment_status_page" "surface" {
  display_name = "Surface devices"
  assignments  = [{ all_devices = true, filter_id = autopilot_assignment_filter.surface.id, filter_mode = "include" }]
}
