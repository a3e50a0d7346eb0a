//! `autopilot_enrollment_status_page`: what is shown, and what is waited for, while a device is set up.
//!
//! Graph, beta only: [windows10EnrollmentCompletionPageConfiguration](https://learn.microsoft.com/graph/api/resources/intune-onboarding-windows10enrollmentcompletionpageconfiguration).
//! The page that every tenant has is of the same type, with priority 0; it is nobody's to delete, and not of this kind.
//! A change sends the whole page: Intune refuses a body of one property (ModelValidationFailure).

use super::enrollment_status_page_settings::{self as settings, COLLECTION, PERMISSIONS, TYPE};
use crate::{
    diagnostic::Diagnostics,
    resource::{
        MICROSOFT365, MICROSOFT365WP, Mover, Resource, Silent, Spec,
        assignment::{Lacking, Style},
    },
    schema::{id, integer, scope_tag_ids, string, timestamp},
    value::Value,
};

/// The resource.
pub(super) struct EnrollmentStatusPage;

impl Resource for EnrollmentStatusPage {
    fn spec(&self) -> Spec {
        let mut attributes = vec![
            id(),
            string("display_name", "Name of the page.").required().len(1, 1000),
            string("description", "What the page is for.").max_len(1000),
        ];
        attributes.extend(settings::attributes());
        attributes.extend([
            scope_tag_ids(),
            integer("priority", "Its place among the pages: 1 is highest.").read_only().stable(),
            timestamp("created_date_time", "When the page was made.").read_only().stable(),
        ]);
        Spec::new("enrollment_status_page", "Manages an enrollment status page (ESP) and who it is assigned to.")
            .noun("enrollment status page")
            .collection(COLLECTION)
            .odata_type(TYPE)
            .permissions(PERMISSIONS.0, PERMISSIONS.1)
            .find_by("display_name")
            .moved_from(Mover::by_id(
                MICROSOFT365,
                "microsoft365_graph_beta_device_management_windows_enrollment_status_page",
            ))
            .moved_from(Mover::by_id(MICROSOFT365WP, "microsoft365wp_device_enrollment_configuration"))
            .silent(&[Silent::AtMost(50)])
            .owns(|page| page["priority"] != 0)
            .update_whole()
            .assigned(
                Style::whole_set("enrollmentConfigurationAssignments")
                    .without(Lacking::Exclusions, "no group can be excluded from an enrollment status page."),
            )
            .learn("https://learn.microsoft.com/autopilot/enrollment-status")
            .seen(
                "Before the desktop, a page shows how far policies and apps have come, and keeps the user from the desktop \
                 where it is to. When the time is over, it shows the error message, and the buttons that it allows.",
            )
            .attributes(attributes)
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        settings::validate(config, diagnostics);
    }
}
