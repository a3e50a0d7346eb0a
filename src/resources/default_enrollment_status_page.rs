//! `autopilot_default_enrollment_status_page`: the page of whoever gets no other one. Every tenant has it.
//!
//! It is the page with priority 0. Its name, description and assignments cannot be changed. Destroying puts back the
//! settings that it had before.

use super::enrollment_status_page_settings::{self as settings, COLLECTION, PERMISSIONS, TYPE};
use crate::{
    diagnostic::Diagnostics,
    resource::{Resource, Spec},
    schema::id,
    value::Value,
};

/// The resource.
pub(super) struct DefaultEnrollmentStatusPage;

impl Resource for DefaultEnrollmentStatusPage {
    fn spec(&self) -> Spec {
        let mut attributes = vec![id()];
        attributes.extend(settings::attributes());
        let summary = "Manages the default enrollment status page (ESP), which everybody gets who has no other one.";
        Spec::new("default_enrollment_status_page", summary)
            .noun("default enrollment status page")
            .collection(COLLECTION)
            .odata_type(TYPE)
            .permissions(PERMISSIONS.0, PERMISSIONS.1)
            .owns(|page| page["priority"] == 0)
            .singleton()
            .update_whole()
            .learn("https://learn.microsoft.com/autopilot/enrollment-status")
            .seen(
                "It is the page of every device that no other page is assigned to. Where it shows nothing, apps come after \
                 the desktop.",
            )
            .attributes(attributes)
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        settings::validate(config, diagnostics);
    }
}
