# How Word, Excel and the others are kept up to date.
data "autopilot_microsoft_365_app" "office" {
  display_name = "Microsoft 365 apps"
}

output "update_channel" {
  value = data.autopilot_microsoft_365_app.office.update_channel
}
