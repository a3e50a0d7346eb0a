# Windows Autopilot, user-driven, Microsoft Entra hybrid join: the steps of Microsoft's tutorial.
# https://learn.microsoft.com/autopilot/tutorial/user-driven/hybrid-azure-ad-join-workflow
#
# Microsoft recommends Entra join for new devices. This is for those that still need the domain.

terraform {
  required_version = ">= 1.11"

  required_providers {
    autopilot = {
      source = "zero-touch/autopilot"
    }
  }
}

# The tenant and the credential come from ARM_TENANT_ID, ARM_CLIENT_ID and ARM_CLIENT_SECRET.
provider "autopilot" {}

# What Graph allows to no application: an administrator has signed in by `terraform-provider-autopilot login`.
provider "autopilot" {
  alias     = "administrator"
  use_login = true
}

# Step 1: devices enroll in Intune by themselves. The module sets too that users may join them.

module "tenant" {
  source = "../../modules/tenant-basics"
  providers = {
    autopilot               = autopilot
    autopilot.administrator = autopilot.administrator
  }

  automatic_enrollment = var.automatic_enrollment
}

# Step 2: the Intune Connector for Active Directory is installed on a server of the domain, by its own installer. Here is
# seen whether one works: without it, devices stop during setup.

data "autopilot_domain_join_connectors" "all" {}

check "a_connector_joins_devices" {
  assert {
    condition     = data.autopilot_domain_join_connectors.all.ready
    error_message = "No Intune Connector for Active Directory is active and of a supported version."
  }
}

# Step 3: the account of the connector may create only ten computers in the OU, unless the limit is raised. That is on
# premises, and in no API of Microsoft's cloud: see the README.

# Step 4: register the devices that Get-WindowsAutopilotInfo collected. All have the group tag Hybrid.

locals {
  collected = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))
}

resource "autopilot_device_import" "hybrid" {
  # Step 9: a device may belong to a user.
  devices = {
    for serial_number, device in local.collected : serial_number => merge(device, {
      assigned_user = lookup(var.assigned_users, serial_number, device.assigned_user)
    })
  }

  # Somebody works on a laptop that is enrolled: deregistering it has to be asked for, and applied before a destroy.
  deregister_enrolled = var.deregister_enrolled

  lifecycle {
    # Without it, a device that could not be registered is a warning.
    postcondition {
      condition     = alltrue([for device in self.devices : device.id != null])
      error_message = "Not registered: ${join(", ", [for name, device in self.devices : name if device.id == null])}."
    }
  }
}

# Step 5: the group of the devices that join the domain.

resource "autopilot_group" "hybrid" {
  display_name    = "Autopilot devices of the domain"
  description     = "By their group tag."
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Hybrid\"))"
}

# Step 6: what the user sees while Windows sets itself up.

resource "autopilot_enrollment_status_page" "hybrid" {
  display_name         = "Devices of the domain"
  description          = "Joining the domain takes longer."
  show_progress        = true
  timeout_minutes      = 120
  custom_error_message = "Setup did not finish. Please call the help desk: ${var.help_desk}."
  allow_log_collection = true
  only_oobe_devices    = true
  first_user_only      = true
  block_device_use     = true
  allow_reset          = true
  allow_use_on_failure = false

  assignments = [
    { group_id = autopilot_group.hybrid.id },
  ]
}

# Step 7: how a device leaves its box. It has no name template: a hybrid device is named by the domain join profile.

resource "autopilot_deployment_profile" "hybrid" {
  display_name            = "User driven hybrid join"
  description             = "For the laptop of one employee, in the domain."
  deployment_mode         = "user_driven"
  join_type               = "hybrid"
  preprovisioning_allowed = false
  locale                  = "os-default"

  # Whether a device may be set up away from the domain's network, by VPN.
  skip_ad_connectivity_check = var.set_up_away_from_the_domain

  out_of_box_experience = {
    license_terms_hidden              = true
    privacy_settings_hidden           = true
    change_account_options_hidden     = true
    user_account_type                 = "standard"
    keyboard_configured_automatically = true
  }

  assignments = [
    { group_id = autopilot_group.hybrid.id },
  ]
}

# Step 8: which domain, which OU, which name. It goes to the same devices as the profile.

resource "autopilot_domain_join_profile" "hybrid" {
  display_name         = "Join of ${var.domain.name}"
  domain_name          = var.domain.name
  organizational_unit  = var.domain.organizational_unit
  computer_name_prefix = "HYB-"

  assignments = [
    { group_id = autopilot_group.hybrid.id },
  ]
}

# Before step 10: is every device ready to be shipped?

data "autopilot_devices" "hybrid" {
  serial_numbers = keys(autopilot_device_import.hybrid.devices)
  wait_for       = "assigned"

  depends_on = [autopilot_deployment_profile.hybrid]
}

locals {
  ready = [
    for serial_number, device in data.autopilot_devices.hybrid.devices : serial_number
    if device.profile_status == "Assigned" && device.date_assigned != null &&
    device.assigned_profile == autopilot_deployment_profile.hybrid.display_name
  ]
  not_ready = setsubtract(keys(local.collected), local.ready)
}

check "ready_to_ship" {
  assert {
    condition     = length(local.not_ready) == 0
    error_message = "Do not ship these yet, they have no profile: ${join(", ", local.not_ready)}."
  }
}

# And does all of it fit together? What is not known yet is passed over.

locals {
  problems = provider::autopilot::setup_problems({
    devices                 = autopilot_device_import.hybrid.devices
    groups                  = [autopilot_group.hybrid]
    profiles                = [autopilot_deployment_profile.hybrid]
    enrollment_status_pages = [autopilot_enrollment_status_page.hybrid]
    domain_join_profiles    = [autopilot_domain_join_profile.hybrid]
  })
}

check "setup" {
  assert {
    condition     = length(local.problems) == 0
    error_message = join("\n", [for it in local.problems : "${it.subject}: ${it.problem} ${it.remedy}"])
  }
}

# Step 10, deploy the device, happens on the laptop. The demo plays it.
