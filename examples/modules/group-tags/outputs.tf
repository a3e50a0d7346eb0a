output "group_tags" {
  description = "By group tag: the id of its group, of its enrollment status page and of its deployment profile, and the rule of the group."
  value = {
    for tag, group in autopilot_group.by_tag : tag => {
      group_id                  = group.id
      membership_rule           = group.membership_rule
      enrollment_status_page_id = autopilot_enrollment_status_page.by_tag[tag].id
      deployment_profile_id     = autopilot_deployment_profile.by_tag[tag].id
    }
  }
}

output "names" {
  description = "What the group, the page and the profile of each group tag are called."
  value       = local.names
}

output "setup" {
  description = "All of it, as `provider::autopilot::setup_problems` takes it."
  value = {
    groups                  = values(autopilot_group.by_tag)
    profiles                = values(autopilot_deployment_profile.by_tag)
    enrollment_status_pages = values(autopilot_enrollment_status_page.by_tag)
  }
}
