# The ids of the pages, the one that wins first.
data "autopilot_enrollment_status_page_order" "this" {}

output "order" {
  value = data.autopilot_enrollment_status_page_order.this.page_ids
}
