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
