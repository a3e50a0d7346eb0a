# The order of the pages. As configuration with an import block:
# terraform query -generate-config-out=generated.tf
list "autopilot_enrollment_status_page_order" "this" {
  provider         = autopilot
  include_resource = true
}
