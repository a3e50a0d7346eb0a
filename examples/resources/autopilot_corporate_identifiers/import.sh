# All that there are, as adopted ones: destroying leaves them.
terraform import autopilot_corporate_identifiers.berlin all
