variable "help_desk" {
  description = "What a user calls when setup fails."
  type        = string
  default     = "+1 425 555 0100"
}

variable "automatic_enrollment" {
  description = "Whose devices enroll in Intune: see the module. Null leaves it as it is, and needs no administrator."
  type = object({
    scope     = string
    group_ids = optional(set(string))
  })
  default = { scope = "all" }
}
