tenant_id = "contoso.onmicrosoft.com"
help_desk = "+1 425 555 0100"

group_tags = {
  Sales = {}
  Kiosk = { deployment_mode = "self_deploying", timeout_minutes = 30 }
}

assigned_users = {
  "START-0001" = "adele.vance@contoso.com"
}
