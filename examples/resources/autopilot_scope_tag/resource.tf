# What the administrators of Berlin see.
resource "autopilot_scope_tag" "berlin" {
  display_name = "Berlin"
  description  = "What the administrators of Berlin see."
}

resource "autopilot_deployment_profile" "berlin" {
  display_name       = "Berlin"
  role_scope_tag_ids = [autopilot_scope_tag.berlin.id]
}
