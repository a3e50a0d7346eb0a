# By its id, or by its name where only one app has it.
terraform import autopilot_microsoft_365_app.office 2b6b1a6c-9d53-4a3a-8f0e-6f2f3d0c7b11
terraform import autopilot_microsoft_365_app.office "display_name=Microsoft 365 apps"
