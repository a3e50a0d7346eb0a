data "autopilot_domain_join_connectors" "all" {}

# Without one that works, hybrid devices stop during setup.
check "a_connector_joins_devices" {
  assert {
    condition     = data.autopilot_domain_join_connectors.all.ready
    error_message = "No Intune Connector for Active Directory is active and of a supported version."
  }
}

# Those to update, each with its version.
output "outdated_connectors" {
  value = { for it in data.autopilot_domain_join_connectors.all.connectors : it.display_name => it.version if !it.supported }
}
