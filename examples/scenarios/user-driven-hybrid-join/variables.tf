variable "domain" {
  description = "The on-premises domain, and where in it the computers go."
  type = object({
    name                = string
    organizational_unit = string
  })
  default = {
    name                = "corp.contoso.com"
    organizational_unit = "OU=Autopilot,DC=corp,DC=contoso,DC=com"
  }
}

variable "set_up_away_from_the_domain" {
  description = "Whether a device may be set up where no domain controller is reached. It needs a VPN that connects before the sign-in."
  type        = bool
  default     = false
}

variable "assigned_users" {
  description = "Who gets which device: user principal names by serial number. A device without one is anybody's."
  type        = map(string)
  default = {
    "6HB4NZ3" = "isaiah.langer@contoso.com"
  }
}

variable "help_desk" {
  description = "What a user calls when setup fails."
  type        = string
  default     = "+1 425 555 0100"
}

variable "deregister_enrolled" {
  description = "Whether a destroy may deregister laptops that are in use. For a lab."
  type        = bool
  default     = false
}

variable "automatic_enrollment" {
  description = "Whose devices enroll in Intune: see the module. Null leaves it as it is, and needs no administrator."
  type = object({
    scope     = string
    group_ids = optional(set(string))
  })
  default = { scope = "all" }
}
