resource "autopilot_group" "crew" {
  display_name = "Crew of the night"
}

resource "autopilot_group" "joined" {
  display_name = "Joined two"
}

resource "azuread_group_member" "adele" {
  group_object_id  = autopilot_group.joined.id
  member_object_id = local.adele
}

resource "autopilot_group" "dynamic" {
  display_name               = "Dynamic"
  membership_rule            = local.rule
  membership_rule_processing = "paused"
}

moved {
  from = azuread_group.crew
  to   = autopilot_group.crew
}

moved {
  from = azuread_group.joined
  to   = autopilot_group.joined
}

moved {
  from = azuread_group.dynamic
  to   = autopilot_group.dynamic
}
