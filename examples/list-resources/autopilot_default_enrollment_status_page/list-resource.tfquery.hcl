# The default page. As configuration with an import block:
# terraform query -generate-config-out=generated.tf
list "autopilot_default_enrollment_status_page" "this" {
  provider         = autopilot
  include_resource = true
}
