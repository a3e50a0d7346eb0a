# Devices join this group while they enrol. Only an assigned group will do, and the Intune Provisioning Client has to own
# it, since it puts them there.
resource "autopilot_group" "devices" {
  display_name              = "${var.name} (devices)"
  description               = "Devices that ${var.name} has prepared. Assign apps, scripts and policies here."
  provisioning_client_owner = true
}

resource "autopilot_group" "users" {
  display_name    = "${var.name} (users)"
  description     = "The users whose devices ${var.name} prepares."
  membership_rule = var.user_rule
}

# What is to be there before the desktop is assigned to the group of the devices. Device preparation skips all else.

resource "autopilot_winget_app" "app" {
  for_each = var.store_apps

  display_name       = each.key
  publisher          = each.value.publisher
  package_identifier = each.value.package_identifier
  run_as_account     = "system"
  assignments        = [{ group_id = autopilot_group.devices.id, intent = "required" }]
}

# What another team manages keeps its own assignments.
resource "autopilot_app_assignment" "existing" {
  for_each = var.existing_apps

  app_id   = each.value.id
  intent   = "required"
  group_id = autopilot_group.devices.id
}

resource "autopilot_platform_script" "script" {
  for_each = var.scripts

  display_name   = each.key
  file_name      = "${replace(lower(each.key), "/[^a-z0-9]+/", "-")}.ps1"
  content        = each.value
  run_as_account = "system"
  assignments    = [{ group_id = autopilot_group.devices.id }]
}

resource "autopilot_device_preparation_policy" "policy" {
  display_name         = var.name
  device_group_id      = autopilot_group.devices.id
  account_type         = var.account_type
  timeout_minutes      = var.timeout_minutes
  custom_error_message = coalesce(var.error_message, "Contact your organization's support person for help.")
  apps = concat(
    [for app in autopilot_winget_app.app : { id = app.id, type = "#microsoft.graph.winGetApp" }],
    [for app in var.existing_apps : { id = app.id, type = app.type }],
  )
  script_ids  = [for script in autopilot_platform_script.script : script.id]
  assignments = [{ group_id = autopilot_group.users.id }]

  depends_on = [autopilot_app_assignment.existing]
}

# Once there is one such identifier, every other Windows device enrols as a personal one.
resource "autopilot_corporate_identifiers" "devices" {
  count = length(var.corporate_identifiers) > 0 ? 1 : 0

  identifiers = { for it, description in var.corporate_identifiers : it => { description = description } }

  lifecycle {
    # Without it, an identifier that was refused is a warning.
    postcondition {
      condition     = alltrue([for it in self.identifiers : it.id != null])
      error_message = "Refused: ${join("; ", [for name, it in self.identifiers : name if it.id == null])}."
    }
  }
}
