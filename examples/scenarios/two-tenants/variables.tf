variable "holding_tenant" {
  description = "The holding's tenant: its id, or one of its domains."
  type        = string
  default     = "contoso.com"
}

variable "subsidiary_tenant" {
  description = "The subsidiary's tenant."
  type        = string
  default     = "adatum.com"
}

variable "group_tags" {
  description = "What devices with each group tag get in both: see the module."
  type        = any
  default = {
    Office = {}
    Field  = { device_name_template = "FLD-%SERIAL%" }
  }
}

variable "help_desk" {
  description = "What a user calls when setup fails."
  type        = string
  default     = "+1 425 555 0100"
}
