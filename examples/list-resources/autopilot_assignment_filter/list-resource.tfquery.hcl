# The filters with "Surface" in their names.
list "autopilot_assignment_filter" "surface" {
  provider = autopilot

  config {
    name_contains = "surface"
  }
}
