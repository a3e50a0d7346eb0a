# By its id, or by its name where only one profile has it.
terraform import autopilot_deployment_profile.user_driven 2c8f4b1a-7e0d-4a36-b5d9-6f1e8c3a9072
terraform import autopilot_deployment_profile.user_driven "display_name=User driven Entra join"
