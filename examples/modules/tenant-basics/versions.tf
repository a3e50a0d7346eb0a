terraform {
  required_version = ">= 1.11"

  required_providers {
    autopilot = {
      source                = "zero-touch/autopilot"
      configuration_aliases = [autopilot.administrator]
    }
  }
}
