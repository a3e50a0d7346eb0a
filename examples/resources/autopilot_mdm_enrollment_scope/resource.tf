provider "autopilot" {}

# Microsoft Graph allows this to no application: an administrator signs in by
# `terraform-provider-autopilot login`.
provider "autopilot" {
  alias     = "administrator"
  use_login = true
}

resource "autopilot_group" "pilot" {
  display_name    = "Automatic enrollment"
  membership_rule = "(user.department -eq \"IT\")"
}

# The devices of these users are enrolled in Intune when they join Microsoft Entra.
resource "autopilot_mdm_enrollment_scope" "this" {
  provider  = autopilot.administrator
  scope     = "selected"
  group_ids = [autopilot_group.pilot.id]
}
