variable "tenant_id" {
  description = "The customer's tenant. Not set, it is the one of ARM_TENANT_ID."
  type        = string
  default     = null
}

variable "group_tags" {
  description = "What devices with each group tag get: see the module."
  type        = any
  default     = { Office = {} }
}

variable "help_desk" {
  description = "What a user of any customer calls when setup fails."
  type        = string
  default     = "+1 425 555 0100"
}
