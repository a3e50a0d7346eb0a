# The registered devices, a resource for each group tag; here, for one of them. As configuration with import blocks:
# terraform query -generate-config-out=devices.tf
list "autopilot_device_import" "engineering" {
  provider = autopilot

  config {
    group_tag = "Engineering"
  }
}
