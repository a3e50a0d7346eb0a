# The enrollment status page of this name. The default page is in no list.
list "autopilot_enrollment_status_page" "standard" {
  provider = autopilot

  config {
    display_name = "Standard devices"
  }
}
