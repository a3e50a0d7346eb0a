data "autopilot_winget_app" "reader" {
  display_name = "Adobe Acrobat Reader"
}

data "autopilot_group" "sales" {
  display_name = "Sales laptops"
}

# What these devices do with the app: install it, offer it or remove it.
data "autopilot_app_assignment" "sales" {
  id = "${data.autopilot_winget_app.reader.id}/${data.autopilot_group.sales.id}"
}

output "intent" {
  value = data.autopilot_app_assignment.sales.intent
}
