terraform {
  required_providers {
    autopilot = { source = "zero-touch/autopilot" }
  }
}
