# By its id, or by its name where only one tag has it.
terraform import autopilot_scope_tag.berlin 1
terraform import autopilot_scope_tag.berlin "display_name=Berlin"
