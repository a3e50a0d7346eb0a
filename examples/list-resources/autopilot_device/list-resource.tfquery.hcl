# The devices with a group tag. As configuration with import blocks:
# terraform query -generate-config-out=devices.tf
list "autopilot_device" "reception" {
  provider = autopilot

  config {
    group_tag = "Reception"
  }
}
