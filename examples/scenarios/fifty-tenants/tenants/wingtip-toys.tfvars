tenant_id = "7e4a0000-0000-4000-8000-00000000002f"

group_tags = {
  Office = {}
  Kiosk  = { deployment_mode = "self_deploying" }
}
