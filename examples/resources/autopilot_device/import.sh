# By the id of the registered device, or by its serial number.
terraform import autopilot_device.reception 7c9e6679-7425-40de-944b-e07fc1f90ae7
terraform import autopilot_device.reception "serial_number=5CG4391WXB"
