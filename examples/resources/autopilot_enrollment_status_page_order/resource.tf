resource "autopilot_enrollment_status_page" "kiosks" {
  display_name = "Kiosks"
}

resource "autopilot_enrollment_status_page" "sales" {
  display_name = "Sales laptops"
}

# A device that gets both pages shows the one for kiosks.
resource "autopilot_enrollment_status_page_order" "this" {
  page_ids = [
    autopilot_enrollment_status_page.kiosks.id,
    autopilot_enrollment_status_page.sales.id,
  ]
}
