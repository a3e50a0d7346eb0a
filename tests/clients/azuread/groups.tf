resource "azuread_group" "crew" {
  display_name     = local.one ? "Crew" : "Crew of the night"
  description      = local.one ? "By day" : ""
  security_enabled = true
  owners           = local.one ? [local.adele, local.self] : [local.adele, local.megan]
  members          = [local.one ? local.adele : local.megan, azuread_group.joined.object_id]
}

resource "azuread_group" "joined" {
  display_name            = "Joined ${var.step}"
  security_enabled        = true
  prevent_duplicate_names = true

  lifecycle {
    ignore_changes = [members]
  }
}

resource "azuread_group_member" "adele" {
  group_object_id  = azuread_group.joined.object_id
  member_object_id = local.adele
}

resource "azuread_group" "dynamic" {
  display_name     = "Dynamic"
  security_enabled = true
  types            = ["DynamicMembership"]

  dynamic_membership {
    enabled = local.one
    rule    = local.rule
  }
}

data "azuread_group" "crew" {
  object_id                  = azuread_group.crew.object_id
  include_transitive_members = true
}
