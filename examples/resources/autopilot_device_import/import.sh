# Devices that are registered already, by their serial numbers, by their group tag, or all of the tenant.
terraform import autopilot_device_import.collected "serial_numbers=5CG4391WXB,5CG4391WXF,5CG4391WXK"
terraform import autopilot_device_import.collected "group_tag=Engineering"
terraform import autopilot_device_import.collected all
