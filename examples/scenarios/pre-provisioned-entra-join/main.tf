# Windows Autopilot for pre-provisioned deployment, Microsoft Entra join: the steps of Microsoft's tutorial.
# https://learn.microsoft.com/autopilot/tutorial/pre-provisioning/azure-ad-join-workflow

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

# Steps 1 and 2: devices that join Microsoft Entra enroll in Intune, and users may join them.

module "tenant" {
  source = "../../modules/tenant-basics"
  providers = {
    autopilot               = autopilot
    autopilot.administrator = autopilot.administrator
  }

  automatic_enrollment = var.automatic_enrollment
}

# Step 3: register the devices that Get-WindowsAutopilotInfo collected. All have the group tag Technician.

locals {
  collected = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))
}

resource "autopilot_device_import" "bench" {
  # Step 7: the user that a device greets after the technician is done with it.
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

# Step 4: the group of the devices that technicians prepare. Entra keeps its members up to date by the rule.

resource "autopilot_group" "technicians" {
  display_name    = "Autopilot devices for technicians"
  description     = "By their group tag. Assign here what is installed in the technician flow."
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Technician\"))"
}

# Step 5: what the technician, and then the user, sees while Windows sets itself up. The technician flow needs a page
# that is assigned to devices: one for users does not count there.

resource "autopilot_enrollment_status_page" "technicians" {
  display_name                             = "Devices for technicians"
  description                              = "The device is whole before it leaves the bench."
  show_progress                            = true
  timeout_minutes                          = 120
  custom_error_message                     = "Setup did not finish. Please call the help desk: ${var.help_desk}."
  allow_log_collection                     = true
  only_oobe_devices                        = true
  first_user_only                          = true
  block_device_use                         = true
  allow_reset                              = true
  allow_use_on_failure                     = false
  only_blocking_apps_fail_technician_phase = true

  assignments = [
    { group_id = autopilot_group.technicians.id },
  ]
}

# Step 6: how a device leaves its box. These are the settings that the tutorial recommends; what makes it
# pre-provisioned is one of them.

resource "autopilot_deployment_profile" "pre_provisioned" {
  display_name            = "Pre provisioned Entra join"
  description             = "A technician prepares the laptop of one employee."
  deployment_mode         = "user_driven"
  join_type               = "entra"
  preprovisioning_allowed = true
  locale                  = "os-default"
  device_name_template    = "PP-%SERIAL%"

  out_of_box_experience = {
    license_terms_hidden              = true
    privacy_settings_hidden           = true
    change_account_options_hidden     = true
    user_account_type                 = "standard"
    keyboard_configured_automatically = true
  }

  assignments = [
    { group_id = autopilot_group.technicians.id },
  ]
}

# Before step 8: may the technician begin?

data "autopilot_devices" "bench" {
  serial_numbers = keys(autopilot_device_import.bench.devices)
  wait_for       = "assigned"

  depends_on = [autopilot_deployment_profile.pre_provisioned]
}

locals {
  ready = [
    for serial_number, device in data.autopilot_devices.bench.devices : serial_number
    if device.profile_status == "Assigned" && device.date_assigned != null &&
    device.assigned_profile == autopilot_deployment_profile.pre_provisioned.display_name
  ]
  not_ready = setsubtract(keys(local.collected), local.ready)
}

check "ready_for_the_technician" {
  assert {
    condition     = length(local.not_ready) == 0
    error_message = "Do not switch these on yet, they have no profile: ${join(", ", local.not_ready)}."
  }
}

# And does all of it fit together? What is not known yet is passed over.

locals {
  problems = provider::autopilot::setup_problems({
    devices                 = autopilot_device_import.bench.devices
    groups                  = [autopilot_group.technicians]
    profiles                = [autopilot_deployment_profile.pre_provisioned]
    enrollment_status_pages = [autopilot_enrollment_status_page.technicians]
  })
}

check "setup" {
  assert {
    condition     = length(local.problems) == 0
    error_message = join("\n", [for it in local.problems : "${it.subject}: ${it.problem} ${it.remedy}"])
  }
}

# Steps 8 and 9, the technician flow and the user flow, happen on the laptops: the Windows key five times, and "Windows
# Autopilot provisioning"; later the user's sign-in. The demo plays both.
