variable "group_tags" {
  description = "What devices with each group tag get. Names are the tags themselves where nothing else is said."
  type = map(object({
    name                    = optional(string)
    description             = optional(string)
    deployment_mode         = optional(string, "user_driven")
    join_type               = optional(string, "entra")
    user_account_type       = optional(string, "standard")
    preprovisioning_allowed = optional(bool, false)
    device_name_template    = optional(string)
    locale                  = optional(string, "os-default")
    timeout_minutes         = optional(number, 60)
    blocking_app_ids        = optional(set(string), [])
  }))
  nullable = false

  validation {
    condition     = alltrue([for tag in keys(var.group_tags) : length(trimspace(tag)) > 0 && length(tag) <= 512])
    error_message = "A group tag has from 1 to 512 characters."
  }

  validation {
    condition     = alltrue([for tag in keys(var.group_tags) : !strcontains(tag, "\"")])
    error_message = "A group tag with a quotation mark cannot be asked for by a group's rule."
  }

  validation {
    condition     = length(distinct([for tag in keys(var.group_tags) : lower(tag)])) == length(var.group_tags)
    error_message = "Two of the group tags differ by case only: Entra's rules do not tell them apart."
  }

  validation {
    condition = alltrue([
      for it in values(var.group_tags) : contains(["user_driven", "self_deploying"], it.deployment_mode)
    ])
    error_message = "A deployment_mode is \"user_driven\" or \"self_deploying\"."
  }
}

variable "name_prefix" {
  description = "What the name of each group, page and profile begins with."
  type        = string
  default     = "Autopilot"
  nullable    = false

  validation {
    condition     = !can(regex("[!#%^*()+;'<>-]", var.name_prefix))
    error_message = "Intune takes no profile whose name has any of ! # % ^ * ( ) - + ; ' < >."
  }
}

variable "help_desk" {
  description = "What a user calls when setup fails."
  type        = string
  default     = null
}
