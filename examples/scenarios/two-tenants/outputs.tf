output "groups" {
  description = "The groups to assign apps and policies to, by tenant and group tag."
  value = {
    for tenant, module in { holding = module.holding, subsidiary = module.subsidiary } : tenant => {
      for tag, it in module.group_tags : tag => it.group_id
    }
  }
}
