# All devices that are associated with the tenant.
terraform import autopilot_device_association.laptops all
