# Against tenants on your own machine:
#   terraform get
#   terraform-provider-autopilot emulator --speed 100 --seed seed.json -- terraform test

run "both_have_their_group_tags" {
  assert {
    condition     = toset(keys(output.groups.holding)) == toset(["Office", "Field"])
    error_message = "The holding has ${join(", ", keys(output.groups.holding))}."
  }

  assert {
    condition     = toset(keys(output.groups.subsidiary)) == toset(["Office", "Field", "Workshop"])
    error_message = "The subsidiary has ${join(", ", keys(output.groups.subsidiary))}."
  }
}
