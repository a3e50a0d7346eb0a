//! `autopilot_windows_restore`: whether users are offered to restore a Windows backup during the out-of-box experience.
//! Every tenant has this switch of Windows Backup for Organizations.
//!
//! Graph, beta only: `windowsRestoreDeviceEnrollmentConfiguration`. It holds for the whole tenant and cannot be assigned.

use super::enrollment_status_page_settings::{COLLECTION, PERMISSIONS};
use crate::{
    resource::{Resource, Spec},
    schema::{id, string},
};

/// The resource.
pub(super) struct WindowsRestore;

impl Resource for WindowsRestore {
    fn spec(&self) -> Spec {
        let summary =
            "Manages whether Windows offers to restore a backup during the out-of-box experience, to all of a tenant.";
        Spec::new("windows_restore", summary)
            .noun("Windows restore page")
            .collection(COLLECTION)
            .odata_type("#microsoft.graph.windowsRestoreDeviceEnrollmentConfiguration")
            .permissions(PERMISSIONS.0, PERMISSIONS.1)
            .singleton()
            .learn("https://learn.microsoft.com/windows/configuration/windows-backup/")
            .seen(
                "After the sign-in, a page offers to restore apps and settings of an earlier device, where the user has a \
                 backup.",
            )
            .attributes(vec![
                id(),
                string(
                    "show_restore_page",
                    "Whether the page is shown: switched on, switched off, or left to Windows.",
                )
                .required()
                .values(&[("on", "enabled"), ("off", "disabled"), ("not_configured", "notConfigured")])
                .graph("state"),
            ])
    }
}
