# One tenant, by the data in its folder. tenant.sh runs this for a tenant: each has a state of its own.

terraform {
  required_version = ">= 1.11"

  required_providers {
    autopilot = {
      source = "zero-touch/autopilot"
    }
  }

  # Where the states are kept: without one, the workflows refuse to run. tenant.sh says the key, one for each tenant.
  # Here a storage account of yours, to which an application of its own tenant signs in, whichever tenant a run is for:
  #
  # backend "azurerm" {
  #   storage_account_name = "contosostates"
  #   container_name       = "autopilot"
  #   tenant_id            = "00000000-0000-0000-0000-000000000000"
  #   client_id            = "00000000-0000-0000-0000-000000000001"
  #   use_azuread_auth     = true
  #   use_oidc             = true
  # }
}

# State of another tenant is refused before anything is read or changed.
provider "autopilot" {
  tenant_id = var.tenant_id
}

locals {
  folder = "${path.root}/tenants/${var.tenant}"

  # All CSV files of the folder, as Get-WindowsAutopilotInfo, a manufacturer or Partner Center writes them.
  collected = merge([
    for file in fileset(local.folder, "*.csv") : provider::autopilot::parse_device_csv(file("${local.folder}/${file}"))
  ]...)
}

module "group_tags" {
  source = "../modules/group-tags"

  group_tags = var.group_tags
  help_desk  = var.help_desk
}

resource "autopilot_device_import" "fleet" {
  devices = {
    for serial_number, device in local.collected : serial_number => merge(device, {
      assigned_user = lookup(var.assigned_users, serial_number, device.assigned_user)
    })
  }

  deregister_enrolled = var.deregister_enrolled

  lifecycle {
    # Without it, a device that could not be registered is a warning.
    postcondition {
      condition     = alltrue([for device in self.devices : device.id != null])
      error_message = "Not registered: ${join(", ", [for name, device in self.devices : name if device.id == null])}."
    }
  }
}

# Does all of it fit together? What is not known yet is passed over.

locals {
  problems = provider::autopilot::setup_problems(merge(module.group_tags.setup, {
    devices = autopilot_device_import.fleet.devices
  }))
}

check "setup" {
  assert {
    condition     = length(local.problems) == 0
    error_message = join("\n", [for it in local.problems : "${it.subject}: ${it.problem} ${it.remedy}"])
  }
}
