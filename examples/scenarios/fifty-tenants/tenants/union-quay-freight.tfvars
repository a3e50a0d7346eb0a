tenant_id = "7e4a0000-0000-4000-8000-00000000002a"

group_tags = {
  Office = { device_name_template = "UNI-%SERIAL%" }
}
