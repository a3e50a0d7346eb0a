//! What every enrollment status page has, the default one too: the switches of the admin center.

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    schema::{Attribute, Check, boolean, integer, string, strings},
    value::Value,
};

/// Where pages are, among other enrollment configurations.
pub(super) const COLLECTION: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";
/// Graph's type of a page.
pub(super) const TYPE: &str = "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration";
/// The least permissions to read and to write one.
pub(super) const PERMISSIONS: (&str, &str) =
    ("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All");

/// The attributes.
pub(super) fn attributes() -> Vec<Attribute> {
    vec![
        boolean("show_progress", "Whether app and profile configuration progress is shown.")
            .default(true)
            .graph("showInstallationProgress"),
        integer("timeout_minutes", "Minutes after which an installation that goes on is an error.")
            .default(60)
            .range(0, 1440)
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
        boolean("install_quality_updates", "Whether Windows quality updates are installed meanwhile.").default(false),
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
            .guid()
            .refers_to("app")
            .check(Check::Length { at_least: 0, at_most: 100 })
            .graph("selectedMobileAppIds"),
        boolean(
            "only_blocking_apps_fail_technician_phase",
            "Whether, in the technician phase, only the selected blocking apps can fail.",
        )
        .default(false)
        .graph("allowNonBlockingAppInstallation"),
    ]
}

/// What contradicts itself: a progress that is shown for no time; letting the user go on rules out all that blocks.
pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    // The default page of a new tenant shows no progress and has a time of 0.
    let shown = config.get("show_progress").is_null() || config.get("show_progress").as_bool() == Some(true);
    if shown && config.get("timeout_minutes").as_i64() == Some(0) {
        let rule = "must be from 1 to 1440 while progress is shown, got: 0.";
        diagnostics.push(Diagnostic::invalid(Path::of("timeout_minutes"), rule));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn told<const N: usize>(config: [(&str, Value); N]) -> Vec<String> {
        let mut diagnostics = Diagnostics::default();
        validate(&Value::object(config), &mut diagnostics);
        diagnostics.into_iter().map(|told| told.detail).collect()
    }

    #[test]
    fn nothing_can_block_where_the_device_can_be_used_at_once() {
        for name in ["allow_reset", "allow_use_on_failure", "only_blocking_apps_fail_technician_phase"] {
            let expected =
                format!("Attribute {name} cannot be true while `block_device_use = false`: Intune refuses it.");
            assert_eq!(told([("block_device_use", false.into()), (name, true.into())]), [expected]);
            for blocks in [Value::Null, Value::Unknown, true.into()] {
                assert_eq!(told([("block_device_use", blocks), (name, true.into())]), [""; 0]);
            }
        }
        let apps = || ("blocking_app_ids", Value::set(vec!["3c1b5a3c-8f3a-4a6b-9a41-2d1f3d7c9b10".into()]));
        assert_eq!(
            told([("block_device_use", false.into()), apps()]),
            ["Attribute blocking_app_ids must be empty while `block_device_use = false`: Intune refuses it."]
        );
        assert_eq!(told([apps()]), [""; 0]);
    }

    #[test]
    fn a_progress_that_is_shown_takes_time() {
        let zero = || ("timeout_minutes", 0.into());
        let expected = "Attribute timeout_minutes must be from 1 to 1440 while progress is shown, got: 0.";
        assert_eq!(told([zero()]), [expected]);
        assert_eq!(told([("show_progress", false.into()), zero()]), [""; 0]);
    }
}
