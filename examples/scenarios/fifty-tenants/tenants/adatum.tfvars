tenant_id = "7e4a0000-0000-4000-8000-000000000001"

group_tags = {
  Office = {}
}
