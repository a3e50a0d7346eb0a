tenant_id = "fabrikam.onmicrosoft.com"

group_tags = {
  Office = { device_name_template = "FAB-%SERIAL%" }
}
