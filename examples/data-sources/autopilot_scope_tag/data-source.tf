# For a profile that the administrators of Berlin see: role_scope_tag_ids = [data.autopilot_scope_tag.berlin.id]
data "autopilot_scope_tag" "berlin" {
  display_name = "Berlin"
}

output "id" {
  value = data.autopilot_scope_tag.berlin.id
}
