# Windows Autopilot device preparation, user-driven, Microsoft Entra join: the steps of Microsoft's tutorial.
# https://learn.microsoft.com/autopilot/device-preparation/tutorial/user-driven/entra-join-workflow

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

# An app that another team manages, who says nothing of assignments.

resource "autopilot_winget_app" "reader" {
  display_name       = "Adobe Acrobat Reader"
  package_identifier = "XPDP273C0XHQH2"
}

# Steps 3 to 7: the group that devices join, the group of the users, apps and scripts, the policy, and the identifiers of
# the company's devices. No device is registered: what a laptop gets depends on who signs in.

module "staff" {
  source = "../../modules/device-preparation"

  # Step 3 and 4: the device group and the user group.
  name      = "Staff laptops"
  user_rule = var.user_rule

  # Step 5: what is installed and run before the user sees the desktop, assigned to the device group.
  store_apps = {
    "Company Portal" = { package_identifier = "9WZDNCRFJ3PZ", publisher = "Microsoft Corporation" }
  }
  existing_apps = {
    "Adobe Acrobat Reader" = { id = autopilot_winget_app.reader.id, type = "#microsoft.graph.winGetApp" }
  }
  scripts = {
    "Set the time zone" = file("${path.module}/time-zone.ps1")
  }

  # Step 6: the policy.
  account_type    = "standard"
  timeout_minutes = 90
  error_message   = "Setup did not finish. Please call the help desk: ${var.help_desk}."

  # Step 7: the laptops that are the company's. Where personal Windows devices may not enrol, these may.
  corporate_identifiers = var.corporate_identifiers
}

# And does all of it fit together? What is not known yet is passed over.

locals {
  problems = provider::autopilot::setup_problems(module.staff.setup)
}

check "setup" {
  assert {
    condition     = length(local.problems) == 0
    error_message = join("\n", [for it in local.problems : "${it.subject}: ${it.problem} ${it.remedy}"])
  }
}
