# All devices that are associated with the tenant, as one resource. As configuration with an import block:
# terraform query -generate-config-out=device_associations.tf
list "autopilot_device_association" "all" {
  provider = autopilot
}
