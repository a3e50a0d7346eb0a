# Devices that are registered already, by their serial numbers, or by their group tag.
terraform import autopilot_device_import.fleet "serial_numbers=PF5KT0XA,PF5KT0ZQ"
terraform import autopilot_device_import.fleet "group_tag=Sales"
