# Devices join this group when they enrol. The Intune Provisioning Client puts them there.
resource "autopilot_group" "devices" {
  display_name              = "Prepared devices"
  provisioning_client_owner = true
}

resource "autopilot_group" "sales" {
  display_name = "Sales people"
}

resource "autopilot_device_preparation_policy" "sales" {
  display_name         = "Sales laptops"
  device_group_id      = autopilot_group.devices.id
  account_type         = "standard"
  timeout_minutes      = 90
  custom_error_message = "Call the help desk: +49 30 5550100."
  assignments          = [{ group_id = autopilot_group.sales.id }]
}

# For devices that are associated with the tenant before they are switched on.
resource "autopilot_device_preparation_policy" "associated" {
  display_name         = "Associated laptops"
  deployment           = "associated"
  device_group_id      = autopilot_group.devices.id
  locale               = "de-DE"
  device_name_template = "CON-%SERIAL%"
  force_enrollment     = true
}

# For Cloud PCs: apps and scripts only, and nobody it is assigned to.
resource "autopilot_device_preparation_policy" "cloud_pcs" {
  display_name = "Cloud PCs"
  deployment   = "automatic"
}
