resource "autopilot_group" "hybrid" {
  display_name    = "Hybrid laptops"
  membership_rule = "(device.devicePhysicalIds -any (_ -eq \"[OrderID]:Hybrid\"))"
}

resource "autopilot_deployment_profile" "hybrid" {
  display_name = "Hybrid laptops"
  join_type    = "hybrid"
  assignments  = [{ group_id = autopilot_group.hybrid.id }]
}

# Goes to the same devices: they are called HYB- and eleven random characters.
resource "autopilot_domain_join_profile" "hybrid" {
  display_name         = "Hybrid laptops"
  domain_name          = "corp.contoso.com"
  computer_name_prefix = "HYB-"
  organizational_unit  = "OU=Autopilot,DC=corp,DC=contoso,DC=com"
  assignments          = [{ group_id = autopilot_group.hybrid.id }]
}
