data "autopilot_tenant_readiness" "this" {}

# What is not as it has to be: what users will see, and what to do.
output "to_do" {
  value = {
    for name, it in data.autopilot_tenant_readiness.this.prerequisites :
    name => { found = it.found, user_sees = it.user_sees, remedy = it.remedy } if it.status == "not met"
  }
}

# What could not be looked at, each with the permission that it takes.
output "not_known" {
  value = {
    for name, it in data.autopilot_tenant_readiness.this.prerequisites :
    name => it.missing_permission if it.status == "not known"
  }
}
