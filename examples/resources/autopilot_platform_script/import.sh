# By its id, or by its name where only one script has it.
terraform import autopilot_platform_script.time_zone 2b6b1a6c-9d53-4a3a-8f0e-6f2f3d0c7b11
terraform import autopilot_platform_script.time_zone "display_name=Set the time zone"
