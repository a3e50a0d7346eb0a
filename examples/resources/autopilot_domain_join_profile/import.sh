# By its id.
terraform import autopilot_domain_join_profile.hybrid 7b2f3c4d-5e6a-4f70-8a9b-0c1d2e3f4a5b

# By its name.
terraform import autopilot_domain_join_profile.hybrid "display_name=Hybrid laptops"
