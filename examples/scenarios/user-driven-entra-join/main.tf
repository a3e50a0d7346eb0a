# Windows Autopilot, user-driven, Microsoft Entra join: the steps of Microsoft's tutorial.
# https://learn.microsoft.com/autopilot/tutorial/user-driven/azure-ad-join-workflow

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

# Step 1: devices that join Microsoft Entra enroll in Intune: everybody's, or first those of a pilot group.

resource "autopilot_group" "pilot" {
  count = var.pilot_rule == null ? 0 : 1

  display_name    = "Automatic enrollment pilot"
  description     = "Whose devices enroll in Intune when they join Microsoft Entra."
  membership_rule = var.pilot_rule
}

resource "autopilot_mdm_enrollment_scope" "this" {
  count    = var.manage_automatic_enrollment ? 1 : 0
  provider = autopilot.administrator

  scope     = var.pilot_rule == null ? "all" : "selected"
  group_ids = var.pilot_rule == null ? null : autopilot_group.pilot[*].id
}

# Step 2: users may join devices to Microsoft Entra. What is not set here stays as it is.

resource "autopilot_device_join_settings" "this" {
  users_may_join = "all"
}

# Step 3: register the devices that Get-WindowsAutopilotInfo collected.

locals {
  collected = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))
}

resource "autopilot_device_import" "fleet" {
  # Step 7: a device may belong to a user, who is then greeted by name.
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

# Step 4: the groups. Entra keeps their members up to date by the rule.

resource "autopilot_group" "all_devices" {
  display_name    = "Autopilot devices"
  description     = "Every device that is registered with Windows Autopilot."
  membership_rule = "(device.devicePhysicalIDs -any (_ -contains \"[ZTDID]\"))"
}

resource "autopilot_group" "departments" {
  for_each = toset(["Sales", "Engineering"])

  display_name    = "Autopilot devices of ${each.key}"
  description     = "By their group tag. Assign the apps and policies of the department here."
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:${each.key}\"))"
}

# Step 5: what the user sees while Windows sets itself up.

resource "autopilot_enrollment_status_page" "standard" {
  display_name         = "Standard devices"
  description          = "Nobody starts to work before apps and policies are there."
  show_progress        = true
  timeout_minutes      = 60
  custom_error_message = "Setup did not finish. Please call the help desk: ${var.help_desk}."
  allow_log_collection = true
  only_oobe_devices    = true
  first_user_only      = true
  block_device_use     = true
  allow_reset          = true
  allow_use_on_failure = false

  assignments = [
    { group_id = autopilot_group.all_devices.id },
  ]
}

# Step 6: how a device leaves its box. These are the settings that the tutorial recommends. The plan warns of
# convert_targeted_devices: here all devices of the group are registered already, so it does nothing.

resource "autopilot_deployment_profile" "user_driven" {
  display_name             = "User driven Entra join"
  description              = "For the laptop of one employee."
  deployment_mode          = "user_driven"
  join_type                = "entra"
  preprovisioning_allowed  = false
  convert_targeted_devices = true
  locale                   = "os-default"

  out_of_box_experience = {
    license_terms_hidden              = true
    privacy_settings_hidden           = true
    change_account_options_hidden     = true
    user_account_type                 = "standard"
    keyboard_configured_automatically = true
  }

  assignments = [
    { group_id = autopilot_group.all_devices.id },
  ]
}

# Before step 8, the tutorial's own question: is every device ready to be shipped?

data "autopilot_devices" "fleet" {
  serial_numbers = keys(autopilot_device_import.fleet.devices)
  wait_for       = "assigned"

  depends_on = [autopilot_deployment_profile.user_driven]
}

locals {
  ready = [
    for serial_number, device in data.autopilot_devices.fleet.devices : serial_number
    if device.profile_status == "Assigned" && device.date_assigned != null &&
    device.assigned_profile == autopilot_deployment_profile.user_driven.display_name
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
    devices                 = autopilot_device_import.fleet.devices
    groups                  = concat([autopilot_group.all_devices], values(autopilot_group.departments))
    profiles                = [autopilot_deployment_profile.user_driven]
    enrollment_status_pages = [autopilot_enrollment_status_page.standard]
  })
}

check "setup" {
  assert {
    condition     = length(local.problems) == 0
    error_message = join("\n", [for it in local.problems : "${it.subject}: ${it.problem} ${it.remedy}"])
  }
}

# Step 8, deploy the device, happens on the laptop: its user connects it to the network and signs in. The demo plays it.
