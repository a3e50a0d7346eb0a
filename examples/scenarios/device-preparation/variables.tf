variable "user_rule" {
  description = "Whose devices are prepared."
  type        = string
  default     = "(user.department -eq \"Retail\") or (user.department -eq \"Marketing\")"
}

variable "help_desk" {
  description = "What a user calls when setup fails."
  type        = string
  default     = "+1 425 555 0100"
}

variable "corporate_identifiers" {
  description = "The company's laptops: a description, or null, by \"manufacturer,model,serial number\"."
  type        = map(string)
  default = {
    "Microsoft Corporation,Surface Laptop 6,041592640753" = "Adele Vance"
    "Microsoft Corporation,Surface Laptop 6,041592640853" = null
  }
}

variable "automatic_enrollment" {
  description = "Whose devices enroll in Intune: see the module. Null leaves it as it is, and needs no administrator."
  type = object({
    scope     = string
    group_ids = optional(set(string))
  })
  default = { scope = "all" }
}
