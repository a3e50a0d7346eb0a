resource "autopilot_group" "sales" {
  display_name = "Sales laptops"
}

resource "autopilot_microsoft_365_app" "office" {
  display_name         = "Microsoft 365 apps"
  description          = "Word, Excel, PowerPoint and Outlook."
  update_channel       = "monthly_enterprise"
  accept_license_terms = true
  languages            = ["de-de"]
  excluded_apps = {
    access             = true
    publisher          = true
    skype_for_business = true
  }
  assignments = [{ group_id = autopilot_group.sales.id, intent = "required" }]
}
