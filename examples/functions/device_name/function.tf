# What the devices will be called, before anybody switches one on.
locals {
  template = "LAPTOP-%SERIAL%"
  names = {
    for serial_number in ["5CG1234XYZ", "5CG1234ABC"] :
    serial_number => provider::autopilot::device_name(local.template, serial_number)
  }
}

output "names" {
  value = local.names
}

# Of a long serial number only the end is kept, so two devices may get one name.
check "names_are_unique" {
  assert {
    condition     = length(distinct(values(local.names))) == length(local.names)
    error_message = "Two devices would get one name: ${jsonencode(local.names)}."
  }
}
