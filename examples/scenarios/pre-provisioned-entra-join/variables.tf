variable "assigned_users" {
  description = "Who gets which device: user principal names by serial number. A device without one is anybody's."
  type        = map(string)
  default = {
    "PP4M0001" = "megan.bowen@contoso.com"
  }
}

variable "help_desk" {
  description = "What a technician or a user calls when setup fails."
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
