# Kiosks deploy themselves, which needs a TPM that attests: the plan tells which of the devices have none.
locals {
  devices = provider::autopilot::parse_device_csv(file("${path.module}/devices.csv"))
  hashes = {
    for serial_number, device in local.devices :
    serial_number => provider::autopilot::decode_hardware_hash(device.hardware_hash)
  }
}

output "models" {
  value = { for serial_number, hash in local.hashes : serial_number => "${hash.manufacturer} ${hash.model}" }
}

output "without_tpm" {
  value = [for serial_number, hash in local.hashes : serial_number if !hash.has_tpm_endorsement_key]
}
