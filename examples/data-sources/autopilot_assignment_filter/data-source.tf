# A filter that another team keeps.
data "autopilot_assignment_filter" "surface" {
  display_name = "Surface devices"
}

# For an assignment: filter_id = data.autopilot_assignment_filter.surface.id
output "filter" {
  value = {
    id   = data.autopilot_assignment_filter.surface.id
    rule = data.autopilot_assignment_filter.surface.rule
  }
}
