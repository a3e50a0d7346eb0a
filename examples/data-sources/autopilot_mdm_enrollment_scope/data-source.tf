provider "autopilot" {}

# Microsoft Graph allows this to no application: an administrator signs in by
# `terraform-provider-autopilot login`.
provider "autopilot" {
  alias     = "administrator"
  use_login = true
}

data "autopilot_mdm_enrollment_scope" "this" {
  provider = autopilot.administrator
}

output "whose_devices_are_enrolled" {
  value = data.autopilot_mdm_enrollment_scope.this.scope
}
