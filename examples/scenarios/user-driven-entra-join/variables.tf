variable "assigned_users" {
  description = "Who gets which device: user principal names by serial number. A device without one is anybody's."
  type        = map(string)
  default = {
    "PF5KT0XA" = "adele.vance@contoso.com"
  }
}

variable "help_desk" {
  description = "What a user calls when setup fails."
  type        = string
  default     = "+1 425 555 0100"
}

variable "manage_automatic_enrollment" {
  description = "Whether automatic enrollment is set here, for which an administrator has to be signed in."
  type        = bool
  default     = true
}

variable "pilot_rule" {
  description = "The rule of the users whose devices enroll in Intune. Null is everybody's."
  type        = string
  default     = null
}

variable "deregister_enrolled" {
  description = "Whether a destroy may deregister laptops that are in use. For a lab."
  type        = bool
  default     = false
}
