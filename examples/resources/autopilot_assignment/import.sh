# By the kind of the policy, its id, and the object id of the group, `all_devices` or `all_users`.
terraform import autopilot_assignment.kiosks deployment_profile/2b6b1a6c-9d53-4a3a-8f0e-6f2f3d0c7b11/0f8fad5b-d9cb-469f-a165-70867728950e
