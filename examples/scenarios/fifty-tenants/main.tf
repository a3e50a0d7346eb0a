# Fifty tenants of one service provider: one configuration; for each tenant a file of variables and a state of its own.
# each-tenant.sh runs it for all of them, several at a time.

terraform {
  required_version = ">= 1.11"

  required_providers {
    autopilot = {
      source = "zero-touch/autopilot"
    }
  }

  # Each tenant is a workspace, here of files on this machine. Every backend that has workspaces will do, such as azurerm:
  #   backend "azurerm" { ... }
}

# One application of the provider's own tenant, which each customer has consented to: ARM_CLIENT_ID and ARM_CLIENT_SECRET
# are the same for all. Only the tenant differs. State of another tenant is refused before anything is read or changed.
provider "autopilot" {
  tenant_id = var.tenant_id
}

# What every customer gets: a group, an enrollment status page and a deployment profile for each group tag.
module "group_tags" {
  source = "../../modules/group-tags"

  group_tags = var.group_tags
  help_desk  = var.help_desk
}

# And does all of it fit together? What is not known yet is passed over.

locals {
  problems = provider::autopilot::setup_problems(module.group_tags.setup)
}

check "setup" {
  assert {
    condition     = length(local.problems) == 0
    error_message = join("\n", [for it in local.problems : "${it.subject}: ${it.problem} ${it.remedy}"])
  }
}
