# By the provider of an administrator, who signs in by `terraform-provider-autopilot login`.
list "autopilot_mdm_enrollment_scope" "all" {
  provider         = autopilot.administrator
  include_resource = true
}
