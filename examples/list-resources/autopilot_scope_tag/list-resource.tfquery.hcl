# All scope tags but the built-in one.
list "autopilot_scope_tag" "all" {
  provider = autopilot
}
