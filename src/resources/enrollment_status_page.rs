//! `autopilot_enrollment_status_page`: what is shown, and what is waited for, while a device is set up.
//!
//! Graph, beta only: [windows10EnrollmentCompletionPageConfiguration](https://learn.microsoft.com/graph/api/resources/intune-onboarding-windows10enrollmentcompletionpageconfiguration).
//! The page that every tenant has is of the same type, with priority 0; it is nobody's to delete, and not of this kind.
//! A change sends the whole page: Intune refuses a body of one property (ModelValidationFailure).

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    resource::{Resource, Spec, assignment},
    schema::{boolean, id, integer, scope_tag_ids, string, strings, timestamp},
    value::Value,
};

/// The resource.
pub(super) struct EnrollmentStatusPage;

impl Resource for EnrollmentStatusPage {
    fn spec(&self) -> Spec {
        Spec::new("enrollment_status_page", "Manages an enrollment status page (ESP) and who it is assigned to.")
            .noun("enrollment status page")
            .collection("/beta/deviceManagement/deviceEnrollmentConfigurations")
            .odata_type("#microsoft.graph.windows10EnrollmentCompletionPageConfiguration")
            .permissions("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All")
            .find_by("display_name")
            .owns(|page| page["priority"] != 0)
            .update_whole()
            .assigned(assignment::Style {
                write: assignment::Write::WholeSet("enrollmentConfigurationAssignments"),
                exclusions: false,
                all_users: true,
                filters: true,
            })
            .attributes(vec![
                id(),
                string("display_name", "Name of the page.").required().len(1, 1000),
                string("description", "What the page is for.").max_len(1000),
                boolean("show_progress", "Whether app and profile configuration progress is shown.")
                    .default(true)
                    .graph("showInstallationProgress"),
                integer("timeout_minutes", "Minutes after which an installation that goes on is an error.")
                    .default(60)
                    .range(1, 1440)
                    .graph("installProgressTimeoutInMinutes"),
                string("custom_error_message", "Message when the time is over or an error occurs.").max_len(10_000),
                boolean("allow_log_collection", "Whether users can collect logs and see the diagnostics page.")
                    .default(true)
                    .graph("allowLogCollectionOnInstallFailure"),
                boolean("only_oobe_devices", "Whether only devices in the out-of-box experience see the page.")
                    .default(true)
                    .graph("trackInstallProgressForAutopilotOnly"),
                boolean("first_user_only", "Whether only the first user of a device sees the page.")
                    .default(true)
                    .graph("disableUserStatusTrackingAfterFirstUser"),
                boolean("install_quality_updates", "Whether Windows quality updates are installed meanwhile.")
                    .default(false),
                boolean("block_device_use", "Whether the device is blocked until all apps and profiles are installed.")
                    .default(true)
                    .inverted()
                    .graph("blockDeviceSetupRetryByUser"),
                boolean("allow_reset", "Whether users can reset the device after an installation error.")
                    .default(false)
                    .graph("allowDeviceResetOnInstallFailure"),
                boolean("allow_use_on_failure", "Whether users can use the device after an installation error.")
                    .default(false)
                    .graph("allowDeviceUseOnInstallFailure"),
                strings("blocking_app_ids", "Ids of the required apps that block. Empty, all of them do.")
                    .default_strings(&[])
                    .check(crate::schema::Check::Length { at_least: 0, at_most: 100 })
                    .graph("selectedMobileAppIds"),
                boolean(
                    "only_blocking_apps_fail_technician_phase",
                    "Whether, in the technician phase, only the selected blocking apps can fail.",
                )
                .default(false)
                .graph("allowNonBlockingAppInstallation"),
                scope_tag_ids(),
                integer("priority", "Its place among the pages: 1 is highest.").read_only().stable(),
                timestamp("created_date_time", "When the page was made.").read_only().stable(),
            ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if config.get("block_device_use").as_bool() != Some(false) {
            return;
        }
        let mut refuse = |name: &str, what: &str| {
            let rule = format!("{what} while `block_device_use = false`: Intune refuses it.");
            diagnostics.push(Diagnostic::invalid(Path::of(name), &rule));
        };
        for name in ["allow_reset", "allow_use_on_failure", "only_blocking_apps_fail_technician_phase"] {
            if config.get(name).as_bool() == Some(true) {
                refuse(name, "cannot be true");
            }
        }
        if !config.get("blocking_app_ids").elements().is_empty() {
            refuse("blocking_app_ids", "must be empty");
        }
    }
}
