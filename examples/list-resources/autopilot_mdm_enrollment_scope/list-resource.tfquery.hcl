# Microsoft Graph allows this to no application: an administrator signs in by
# `terraform-provider-autopilot login`.
provider "autopilot" {
  alias     = "administrator"
  use_login = true
}

list "autopilot_mdm_enrollment_scope" "all" {
  provider         = autopilot.administrator
  include_resource = true
}
