terraform {
  required_version = ">= 1.11"

  required_providers {
    autopilot = {
      source  = "zero-touch/autopilot"
      version = "~> 0.1"
    }
  }
}

# The secret comes from ARM_CLIENT_SECRET, or from the file that client_secret_file_path names.
provider "autopilot" {
  tenant_id = "contoso.onmicrosoft.com"
  client_id = "00000000-0000-0000-0000-000000000001"
}
