//! `autopilot_enrollment_status_page_order`: which enrollment status page wins where a device gets several.
//!
//! Graph moves one page at a time ([setPriority](https://learn.microsoft.com/graph/api/intune-onboarding-deviceenrollmentconfiguration-setpriority))
//! and renumbers the others. The default page always comes last and is in no order.

use super::enrollment_status_page_settings::{COLLECTION, PERMISSIONS, TYPE};
use crate::resource::{Order, Resource, Spec};

/// The resource.
pub(super) struct EnrollmentStatusPageOrder;

impl Resource for EnrollmentStatusPageOrder {
    fn spec(&self) -> Spec {
        Spec::new("enrollment_status_page_order", "Manages the order of the enrollment status pages.")
            .noun("order of the enrollment status pages")
            .collection(COLLECTION)
            .odata_type(TYPE)
            .permissions(PERMISSIONS.0, PERMISSIONS.1)
            .owns(|page| page["priority"] != 0)
            .order(Order {
                attribute: "page_ids",
                description: "Ids of pages, the one that wins first. Pages that are not named follow them.",
                of: "enrollment_status_page",
                asked_for: "",
                action: ("setPriority", "priority"),
                place: |page| page["priority"].as_i64(),
            })
            .learn("https://learn.microsoft.com/autopilot/enrollment-status")
            .seen("Of the pages that are assigned to a device or its user, the first of this order is shown.")
            .attributes(Vec::new())
    }
}
