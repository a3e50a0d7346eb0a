# The domain that hybrid devices join.
data "autopilot_domain_join_profile" "hybrid" {
  display_name = "Hybrid laptops"
}

output "domain" {
  value = data.autopilot_domain_join_profile.hybrid.domain_name
}
