# The security groups with "Autopilot" in their names. As configuration with import blocks:
# terraform query -generate-config-out=groups.tf
list "autopilot_group" "autopilot" {
  provider = autopilot

  config {
    name_contains = "autopilot"
  }
}
