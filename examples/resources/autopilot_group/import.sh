# By its object id, or by its name where only one group has it.
terraform import autopilot_group.all_devices 0f3c9a6e-6d2b-4f0a-9d0e-3b1f5c7a2e10
terraform import autopilot_group.all_devices "display_name=Autopilot devices"
