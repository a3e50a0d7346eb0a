//! Deployment profiles and enrollment status pages.

use serde_json::{Value as Json, json};

use super::{MANAGEMENT, MICROSOFT365, MICROSOFT365WP, Peer, Tenant, made, target};

pub(super) fn profile_of(tenant: &Tenant, group: &str) -> Peer {
    let path = format!("{MANAGEMENT}/windowsAutopilotDeploymentProfiles");
    let body = json!({
        "@odata.type": "#microsoft.graph.activeDirectoryWindowsAutopilotDeploymentProfile", "displayName": "Hybrid",
        "description": "Of the branches", "locale": "ja-JP", "hybridAzureADJoinSkipConnectivityCheck": true,
        "preprovisioningAllowed": true, "hardwareHashExtractionEnabled": true, "deviceType": "windowsPc",
        "roleScopeTagIds": ["0"], "outOfBoxExperienceSetting": {
            "deviceUsageType": "singleUser", "eulaHidden": true, "escapeLinkHidden": true, "privacySettingsHidden": true,
            "userType": "standard", "keyboardSelectionPageSkipped": true,
        },
    });
    let id = made(tenant, &path, &body);
    tenant.post(&format!("{path}/{id}/assignments"), &target(group));
    Peer {
        provider: MICROSOFT365,
        type_name: "microsoft365_graph_beta_device_management_windows_autopilot_deployment_profile",
        state: json!({
            "id": id, "display_name": "Hybrid", "description": "Of the branches", "locale": "ja-JP",
            "device_join_type": "microsoft_entra_hybrid_joined", "hybrid_azure_ad_join_skip_connectivity_check": true,
            "preprovisioning_allowed": true, "hardware_hash_extraction_enabled": true, "device_type": "windowsPc",
            "device_name_template": "", "role_scope_tag_ids": ["0"], "management_service_app_id": null,
            "out_of_box_experience_setting": {
                "device_usage_type": "singleUser", "eula_hidden": true, "escape_link_hidden": true,
                "privacy_settings_hidden": true, "user_type": "standard", "keyboard_selection_page_skipped": true,
            },
            "assignments": [{"type": "groupAssignmentTarget", "group_id": group}], "timeouts": null,
        }),
        ours: (
            "autopilot_deployment_profile",
            format!(
                "display_name = \"Hybrid\"\n description = \"Of the branches\"\n join_type = \"hybrid\"\n locale = \"ja-JP\"\n \
                 skip_ad_connectivity_check = true\n preprovisioning_allowed = true\n convert_targeted_devices = true\n \
                 assignments = [{{ group_id = {group:?} }}]"
            ),
        ),
    }
}

/// terraprovider/terraform-provider-microsoft365wp 0.18, `docs/resources/azure_ad_windows_autopilot_deployment_profile.md`; the
/// types below are on the pages of their names. Assignments of a profile are resources of their own there.
pub(super) fn profile_of_wp(tenant: &Tenant, group: &str) -> Peer {
    let path = format!("{MANAGEMENT}/windowsAutopilotDeploymentProfiles");
    let setting = json!({
        "deviceUsageType": "shared", "eulaHidden": false, "escapeLinkHidden": false, "privacySettingsHidden": false,
        "userType": "administrator", "keyboardSelectionPageSkipped": false,
    });
    let body = json!({
        "@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "Kiosks",
        "deviceNameTemplate": "K-%SERIAL%", "locale": "os-default", "outOfBoxExperienceSetting": setting,
    });
    let id = made(tenant, &path, &body);
    tenant.post(&format!("{path}/{id}/assignments"), &target(group));
    Peer {
        provider: MICROSOFT365WP,
        type_name: "microsoft365wp_azure_ad_windows_autopilot_deployment_profile",
        state: json!({
            "id": id, "display_name": "Kiosks", "description": "", "device_name_template": "K-%SERIAL%",
            "locale": "os-default", "enrollment_status_screen_settings": null, "hardware_hash_extraction_enabled": false,
            "management_service_app_id": "", "preprovisioning_allowed": false, "role_scope_tag_ids": ["0"],
            "out_of_box_experience_setting": {
                "device_usage_type": "shared", "eula_hidden": false, "escape_link_hidden": false,
                "privacy_settings_hidden": false, "user_type": "administrator", "keyboard_selection_page_skipped": false,
            },
        }),
        ours: (
            "autopilot_deployment_profile",
            format!(
                "display_name = \"Kiosks\"\n deployment_mode = \"self_deploying\"\n device_name_template = \"K-%SERIAL%\"\n \
                 out_of_box_experience = {{\n license_terms_hidden = false\n privacy_settings_hidden = false\n \
                 change_account_options_hidden = false\n user_account_type = \"administrator\"\n \
                 keyboard_configured_automatically = false\n }}\n assignments = [{{ group_id = {group:?} }}]"
            ),
        ),
    }
}

/// Its `block_device_use_until_all_apps_and_profiles_are_installed` is Graph's `blockDeviceSetupRetryByUser`, which says that
/// the device is not blocked.
pub(super) fn page_of(tenant: &Tenant, group: &str) -> Peer {
    let id = page(
        tenant,
        group,
        &json!({
            "displayName": "Sales", "description": "For all", "showInstallationProgress": true,
            "installProgressTimeoutInMinutes": 120, "customErrorMessage": "Contact IT", "allowLogCollectionOnInstallFailure": true,
            "disableUserStatusTrackingAfterFirstUser": true, "trackInstallProgressForAutopilotOnly": false,
            "installQualityUpdates": true, "blockDeviceSetupRetryByUser": false, "allowDeviceResetOnInstallFailure": true,
            "allowDeviceUseOnInstallFailure": true,
        }),
    );
    Peer {
        provider: MICROSOFT365,
        type_name: "microsoft365_graph_beta_device_management_windows_enrollment_status_page",
        state: json!({
            "id": id, "display_name": "Sales", "description": "For all", "show_installation_progress": true,
            "install_progress_timeout_in_minutes": 120, "custom_error_message": "Contact IT",
            "allow_log_collection_on_install_failure": true, "install_quality_updates": true,
            "only_show_page_to_devices_provisioned_by_out_of_box_experience_oobe": true,
            "block_device_use_until_all_apps_and_profiles_are_installed": false,
            "allow_device_reset_on_install_failure": true, "allow_device_use_on_install_failure": true,
            "selected_mobile_app_ids": null, "only_fail_selected_blocking_apps_in_technician_phase": false,
            "role_scope_tag_ids": ["0"], "assignments": [{"type": "groupAssignmentTarget", "group_id": group}],
            "timeouts": null,
        }),
        ours: (
            "autopilot_enrollment_status_page",
            format!(
                "display_name = \"Sales\"\n description = \"For all\"\n timeout_minutes = 120\n \
                 custom_error_message = \"Contact IT\"\n only_oobe_devices = false\n install_quality_updates = true\n \
                 allow_reset = true\n allow_use_on_failure = true\n assignments = [{{ group_id = {group:?} }}]"
            ),
        ),
    }
}

pub(super) fn page_of_wp(tenant: &Tenant, group: &str) -> Peer {
    let id = page(
        tenant,
        group,
        &json!({
            "displayName": "Open", "showInstallationProgress": true, "installProgressTimeoutInMinutes": 60,
            "blockDeviceSetupRetryByUser": true, "trackInstallProgressForAutopilotOnly": true,
            "disableUserStatusTrackingAfterFirstUser": true, "allowLogCollectionOnInstallFailure": true,
        }),
    );
    Peer {
        provider: MICROSOFT365WP,
        type_name: "microsoft365wp_device_enrollment_configuration",
        state: json!({
            "id": id, "display_name": "Open", "description": "", "priority": 2, "role_scope_tag_ids": ["0"], "version": 1,
            "device_enrollment_limit": null, "platform_restrictions": null, "single_platform_restriction": null,
            "windows_hello_for_business": null, "windows10_esp": {"block_device_setup_retry_by_user": true},
            "assignments": [{"target": {"group": {"group_id": group}, "filter_type": "none"}}],
        }),
        ours: (
            "autopilot_enrollment_status_page",
            format!("display_name = \"Open\"\n block_device_use = false\n assignments = [{{ group_id = {group:?} }}]"),
        ),
    }
}

fn page(tenant: &Tenant, group: &str, body: &Json) -> String {
    let path = format!("{MANAGEMENT}/deviceEnrollmentConfigurations");
    let mut body = body.clone();
    body["@odata.type"] = "#microsoft.graph.windows10EnrollmentCompletionPageConfiguration".into();
    let id = made(tenant, &path, &body);
    tenant.post(&format!("{path}/{id}/assign"), &json!({"enrollmentConfigurationAssignments": [target(group)]}));
    id
}
