# Against a tenant on your own machine:
#   terraform get
#   terraform-provider-autopilot emulator --speed 100 -- terraform test

run "every_laptop_is_associated_with_its_policy" {
  assert {
    condition     = output.associated["PW4K7001"] == "LENOVO ThinkPad X1 Carbon Gen 13" && length(output.associated) == 3
    error_message = "Associated are ${join(", ", keys(output.associated))}."
  }

  assert {
    condition = alltrue([
      for device in autopilot_device_association.laptops.devices :
      device.policy_id == output.policy_id && device.state == "Pre-associated" && device.origin == "imported"
    ])
    error_message = "A laptop is not as it is to be: ${jsonencode(autopilot_device_association.laptops.devices)}."
  }
}
