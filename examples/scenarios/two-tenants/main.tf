# Two tenants in one configuration and one state, by two aliases of the provider: a holding and its subsidiary.

terraform {
  required_version = ">= 1.11"

  required_providers {
    autopilot = {
      source = "zero-touch/autopilot"
    }
  }
}

# Both by one application, which both tenants have consented to: ARM_CLIENT_ID and ARM_CLIENT_SECRET.

provider "autopilot" {
  alias     = "holding"
  tenant_id = var.holding_tenant
}

provider "autopilot" {
  alias     = "subsidiary"
  tenant_id = var.subsidiary_tenant
}

# The same for both.

module "holding" {
  source    = "../../modules/group-tags"
  providers = { autopilot = autopilot.holding }

  group_tags = var.group_tags
  help_desk  = var.help_desk
}

module "subsidiary" {
  source    = "../../modules/group-tags"
  providers = { autopilot = autopilot.subsidiary }

  # What the holding has, and its own.
  group_tags = merge(var.group_tags, { Workshop = { deployment_mode = "self_deploying" } })
  help_desk  = var.help_desk
}

# A difference that nobody asked for is told in every plan.

check "the_subsidiary_has_what_the_holding_has" {
  assert {
    condition     = length(setsubtract(keys(module.holding.group_tags), keys(module.subsidiary.group_tags))) == 0
    error_message = "The subsidiary lacks group tags of the holding."
  }
}

# And does all of it fit together, in each? What is not known yet is passed over.

locals {
  problems = concat(
    provider::autopilot::setup_problems(module.holding.setup),
    provider::autopilot::setup_problems(module.subsidiary.setup),
  )
}

check "setup" {
  assert {
    condition     = length(local.problems) == 0
    error_message = join("\n", [for it in local.problems : "${it.subject}: ${it.problem} ${it.remedy}"])
  }
}
