data "autopilot_user" "adele" {
  user_principal_name = "adele.vance@contoso.com"
}

output "job_title" {
  value = data.autopilot_user.adele.job_title
}
