resource "autopilot_group" "sales" {
  display_name = "Sales laptops"
}

resource "autopilot_winget_app" "reader" {
  display_name       = "Adobe Acrobat Reader"
  package_identifier = "XPDP273C0XHQH2"
}

resource "autopilot_app_assignment" "sales" {
  app_id        = autopilot_winget_app.reader.id
  intent        = "required"
  group_id      = autopilot_group.sales.id
  notifications = "hide_all"
}
