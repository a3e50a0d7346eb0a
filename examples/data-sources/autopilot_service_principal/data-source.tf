resource "autopilot_group" "devices" {
  display_name              = "Prepared devices"
  provisioning_client_owner = true
}

# The Intune Provisioning Client as this tenant knows it: its own id is another one in each tenant.
data "autopilot_service_principal" "provisioning" {
  app_id     = "f1346770-5b25-470b-88bd-d5744ab7952c"
  depends_on = [autopilot_group.devices]
}

output "object_id" {
  value = data.autopilot_service_principal.provisioning.id
}
