# A group that somebody else keeps, by its name.
data "autopilot_group" "pilot" {
  display_name = "Autopilot pilot"
}

# For an assignment: group_id = data.autopilot_group.pilot.id
output "object_id" {
  value = data.autopilot_group.pilot.id
}
