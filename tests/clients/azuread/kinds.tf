resource "azuread_group" "team" {
  display_name     = "Team ${var.step}"
  description      = "A Microsoft 365 group"
  mail_enabled     = true
  mail_nickname    = "team"
  security_enabled = true
  types            = ["Unified"]
  theme            = local.one ? "Blue" : "Red"
  visibility       = "Private"
  owners           = [local.adele]
  members          = [local.megan]
}

resource "azuread_group" "written_back" {
  display_name          = "Written back"
  security_enabled      = true
  writeback_enabled     = local.one
  onpremises_group_type = "UniversalSecurityGroup"
}

resource "azuread_group_without_members" "bare" {
  display_name     = "Bare ${var.step}"
  security_enabled = true
  owners           = [local.adele]
}

resource "azuread_group_member" "bare" {
  for_each         = { person = local.megan, application = local.self }
  group_object_id  = azuread_group_without_members.bare.object_id
  member_object_id = each.value
}

data "azuread_users" "all" {
  return_all = true
}

data "azuread_groups" "bare" {
  display_name_prefix = "Bare"
  depends_on          = [azuread_group_without_members.bare]
}
