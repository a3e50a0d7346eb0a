variable "tenant" {
  description = "The folder in tenants/. tenant.sh says it."
  type        = string
}

variable "tenant_id" {
  description = "The tenant: its id, or one of its domains."
  type        = string
}

variable "group_tags" {
  description = "What devices with each group tag get: see the module group-tags."
  type        = any
}

variable "help_desk" {
  description = "What a user calls when setup fails."
  type        = string
  default     = null
}

variable "assigned_users" {
  description = "Who gets which device: user principal names by serial number. A device without one is anybody's."
  type        = map(string)
  default     = {}
}

variable "deregister_enrolled" {
  description = "Whether devices that are in use may be deregistered when their rows are dropped."
  type        = bool
  default     = false
}
