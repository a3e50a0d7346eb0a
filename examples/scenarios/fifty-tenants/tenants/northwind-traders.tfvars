tenant_id = "7e4a0000-0000-4000-8000-00000000001c"

group_tags = {
  Office = {}
}
