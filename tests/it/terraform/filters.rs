//! Filters that are in use, in the order in which Terraform changes and deletes.

use super::lab::Lab;

/// A filter under this label, and a page that uses it or does not.
fn configuration(label: Option<&str>, before_destroy: bool) -> String {
    let lifecycle = if before_destroy { "lifecycle { create_before_destroy = true }" } else { "" };
    let filter = |label| {
        format!(
            r#"resource "autopilot_assignment_filter" "{label}" {{
                 display_name = "Surface devices"
                 rule         = "(device.model -startsWith \"Surface\")"
                 {lifecycle}
               }}"#
        )
    };
    let narrowed = |label| format!(", filter_id = autopilot_assignment_filter.{label}.id, filter_mode = \"include\"");
    format!(
        r#"{}
           resource "autopilot_enrollment_status_page" "page" {{
             display_name = "Surface devices"
             assignments  = [{{ all_devices = true{} }}]
           }}"#,
        label.map(filter).unwrap_or_default(),
        label.map(narrowed).unwrap_or_default(),
    )
}

#[test]
fn a_filter_in_use_is_renamed_and_removed_where_it_is_created_before_it_is_destroyed() {
    let lab = Lab::with(&configuration(Some("old"), true));
    lab.apply();
    for then in [Some("new"), None] {
        lab.configure(&configuration(then, true));
        lab.apply();
        lab.plan().is_empty();
        let filters = lab.tenant.list("/beta/deviceManagement/assignmentFilters");
        assert_eq!(filters.len(), then.iter().len(), "{filters:?}");
    }
}

#[test]
fn a_filter_in_use_is_not_deleted() {
    let lab = Lab::with(&configuration(Some("old"), false));
    lab.apply();
    lab.configure(&configuration(Some("new"), false));
    lab.apply_run().fails().error().says(&[
        "deleting the assignment filter",
        "400",
        "It is probably in use: Intune keeps an assignment filter that something uses.",
        "`create_before_destroy = true`",
    ]);
}
