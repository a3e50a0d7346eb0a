# All of them, as one resource. As configuration with an import block:
# terraform query -generate-config-out=corporate_identifiers.tf
list "autopilot_corporate_identifiers" "all" {
  provider = autopilot
}
