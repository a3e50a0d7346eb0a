output "automatic_enrollment" {
  description = "Whose devices are enrolled in Intune; null where this does not manage it."
  value       = one(autopilot_mdm_enrollment_scope.this[*].scope)
}

output "users_may_join" {
  description = "Who may join devices to Microsoft Entra."
  value       = autopilot_device_join_settings.this.users_may_join
}
