variable "name" {
  description = "What the policy is called, and what the names of its groups begin with."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.name) >= 1 && length(var.name) <= 200
    error_message = "The name has from 1 to 200 characters."
  }
}

variable "user_rule" {
  description = "The rule of the users whose devices are prepared."
  type        = string
  nullable    = false
}

variable "store_apps" {
  description = "Apps of the Microsoft Store that are installed before the user sees the desktop, by name."
  type = map(object({
    package_identifier = string
    publisher          = optional(string)
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(var.store_apps) <= 25
    error_message = "A policy takes 25 apps at most."
  }
}

variable "existing_apps" {
  description = "Apps that are there already, by any name: the id and Graph's type of each. They are assigned to the device group beside what others assign."
  type = map(object({
    id   = string
    type = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = length(var.existing_apps) + length(var.store_apps) <= 25
    error_message = "A policy takes 25 apps at most."
  }
}

variable "scripts" {
  description = "PowerShell scripts that run meanwhile, as the system: the content by name."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.scripts) <= 10
    error_message = "A policy takes 10 scripts at most."
  }
}

variable "corporate_identifiers" {
  description = "Devices that count as the company's: a description, or null, by \"manufacturer,model,serial number\"."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for it in keys(var.corporate_identifiers) : length(split(",", it)) == 3])
    error_message = "A corporate identifier of Windows is \"manufacturer,model,serial number\"."
  }
}

variable "account_type" {
  description = "Rights of the user on the device."
  type        = string
  default     = "standard"

  validation {
    condition     = contains(["standard", "administrator"], var.account_type)
    error_message = "An account_type is \"standard\" or \"administrator\"."
  }
}

variable "timeout_minutes" {
  description = "Minutes after which a deployment that goes on has failed."
  type        = number
  default     = 60
}

variable "error_message" {
  description = "What the user reads when a deployment fails."
  type        = string
  default     = null
}
