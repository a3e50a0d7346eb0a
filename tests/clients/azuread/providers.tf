terraform {
  required_providers {
    autopilot = { source = "zero-touch/autopilot" }
    azuread   = { source = "hashicorp/azuread" }
  }
}

variable "step" {
  type    = string
  default = "one"
}

locals {
  one   = var.step == "one"
  rule  = local.one ? "user.department -eq \"Retail\"" : "device.devicePhysicalIds -any (_ -contains \"[ZTDId]\")"
  adele = data.azuread_user.adele.object_id
  megan = data.azuread_user.megan.object_id
  self  = data.azuread_client_config.self.object_id
}

data "azuread_client_config" "self" {}

data "azuread_user" "adele" {
  user_principal_name = "adele.vance@contoso.com"
}

data "azuread_user" "adele_by_id" {
  object_id = local.adele
}

data "azuread_user" "megan" {
  mail = "megan.bowen@contoso.com"
}
