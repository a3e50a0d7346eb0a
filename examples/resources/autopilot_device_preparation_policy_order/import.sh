# By the id of the tenant: each has one order.
terraform import autopilot_device_preparation_policy_order.this 0f8fad5b-d9cb-469f-a165-70867728950e
