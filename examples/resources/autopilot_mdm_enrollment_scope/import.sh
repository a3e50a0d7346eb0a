# By the id of the tenant: each has one.
terraform import autopilot_mdm_enrollment_scope.this 0f8fad5b-d9cb-469f-a165-70867728950e
