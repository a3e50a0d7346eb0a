# Windows Autopilot device preparation for devices that are associated with the tenant before they are first switched on:
# what Microsoft's pages on device association say, in order. The first steps are those of device preparation for users.
# https://learn.microsoft.com/autopilot/device-preparation/overview

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

# Step 3: the group that devices join while they enrol. Only an assigned group will do, and the Intune Provisioning Client
# has to own it, since it puts them there. No group of users is needed: what a laptop gets depends on the laptop.

resource "autopilot_group" "laptops" {
  display_name              = "Associated laptops"
  description               = "Laptops that were the company's before they were unpacked. Assign apps, scripts and policies here."
  provisioning_client_owner = true
}

# Step 4: what is installed and run before the user sees the desktop, assigned to the device group. Device preparation
# skips what is not, and what runs as the user.

resource "autopilot_winget_app" "company_portal" {
  display_name       = "Company Portal"
  publisher          = "Microsoft Corporation"
  package_identifier = "9WZDNCRFJ3PZ"
  run_as_account     = "system"

  assignments = [
    { group_id = autopilot_group.laptops.id, intent = "required" },
  ]
}

resource "autopilot_platform_script" "time_zone" {
  display_name   = "Set the time zone"
  file_name      = "time-zone.ps1"
  content        = file("${path.module}/time-zone.ps1")
  run_as_account = "system"

  assignments = [
    { group_id = autopilot_group.laptops.id },
  ]
}

# Step 5: the policy. One for associated devices also says what Windows is to be like before anybody signs in.

resource "autopilot_device_preparation_policy" "associated" {
  display_name         = "Associated laptops"
  description          = "What a laptop gets whose DeviceLink was uploaded."
  deployment           = "associated"
  device_group_id      = autopilot_group.laptops.id
  account_type         = "standard"
  timeout_minutes      = 90
  custom_error_message = "Setup did not finish. Please call the help desk: ${var.help_desk}."

  locale                            = "en-US"
  device_name_template              = "DP-%SERIAL%"
  license_terms_hidden              = true
  privacy_settings_hidden           = true
  keyboard_configured_automatically = true
  force_enrollment                  = true

  apps       = [{ id = autopilot_winget_app.company_portal.id, type = "#microsoft.graph.winGetApp" }]
  script_ids = [autopilot_platform_script.time_zone.id]
}

# Step 6: associate the laptops, each by the file that holds its DeviceLink. They count as the company's from then on, so no
# corporate identifiers are needed. A DeviceLink is a secret: it is in no state and no plan.

locals {
  # The script that exports a file may write UTF-16, which file() refuses.
  files = [
    for name in fileset("${path.module}/device-links", "*.csv") :
    provider::autopilot::parse_device_link_csv(filebase64("${path.module}/device-links/${name}"))
  ]
  links = merge(local.files...)
}

resource "autopilot_device_association" "laptops" {
  devices = {
    for serial_number, device in local.links : serial_number => merge(device, {
      policy_id = autopilot_device_preparation_policy.associated.id
    })
  }

  lifecycle {
    # After a UEFI reset a device is another one, and only its newest file is right.
    precondition {
      condition     = length(local.links) == sum(concat([0], [for file in local.files : length(file)]))
      error_message = "Several files in device-links are of one device: keep the newest of each."
    }

    # Without it, a device that could not be associated is a warning.
    postcondition {
      condition     = alltrue([for device in self.devices : device.id != null])
      error_message = "Not associated: ${join(", ", [for name, device in self.devices : name if device.id == null])}."
    }
  }
}

# And does all of it fit together? What is not known yet is passed over.

locals {
  problems = provider::autopilot::setup_problems({
    groups               = [autopilot_group.laptops]
    preparation_policies = [autopilot_device_preparation_policy.associated]
    apps                 = [autopilot_winget_app.company_portal]
    scripts              = [autopilot_platform_script.time_zone]
  })
}

check "setup" {
  assert {
    condition     = length(local.problems) == 0
    error_message = join("\n", [for it in local.problems : "${it.subject}: ${it.problem} ${it.remedy}"])
  }
}

# Step 7 happens on the laptops: whoever signs in gets what the laptop's policy says. The demo plays it.
