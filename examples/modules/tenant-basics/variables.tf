variable "automatic_enrollment" {
  description = "Whose devices are enrolled in Intune when they join Microsoft Entra: nobody's (none), everybody's (all), or those of the members of groups (selected). Null leaves it as it is, and needs no administrator."
  type = object({
    scope     = string
    group_ids = optional(set(string))
  })
  default = { scope = "all" }

  validation {
    condition     = var.automatic_enrollment == null || contains(["none", "all", "selected"], try(var.automatic_enrollment.scope, ""))
    error_message = "The scope of automatic enrollment is \"none\", \"all\" or \"selected\"."
  }
}

variable "device_join" {
  description = "Who may join devices to Microsoft Entra, and what follows. What is not set stays as it is."
  type = object({
    users_may_join                             = optional(string, "all")
    join_group_ids                             = optional(set(string))
    multifactor_authentication                 = optional(string)
    maximum_devices_per_user                   = optional(number)
    registering_users_are_local_administrators = optional(string)
    laps_enabled                               = optional(bool)
  })
  default  = {}
  nullable = false
}

variable "show_restore_page" {
  description = "Whether whoever gets a new device is offered the apps and settings of the old one: \"on\" or \"off\". Null leaves it as it is."
  type        = string
  default     = null
}
