//! `autopilot_deployment_profile`: what a device does during the out-of-box experience.
//!
//! Graph, beta only: [windowsAutopilotDeploymentProfile](https://learn.microsoft.com/graph/api/resources/intune-enrollment-windowsautopilotdeploymentprofile)
//! and its two derived types. Only the new spelling of the settings is written; the old one is read-only since May 2024.

mod combinations;
mod judge;

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::device_name_template;
use crate::{
    diagnostic::Diagnostics,
    knowledge::locale::{OS_DEFAULT, USER_SELECT},
    resource::{
        Change, Cx, MICROSOFT365, MICROSOFT365WP, Mover, Post, Resource, Result, Silent, Spec,
        assignment::{self, Lacking, Style},
        body, collection,
    },
    schema::{Check, boolean, id, object, scope_tag_ids, string, timestamp},
    value::Value,
};

const ENTRA: &str = "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile";
const HYBRID: &str = "#microsoft.graph.activeDirectoryWindowsAutopilotDeploymentProfile";

/// The resource.
pub(super) struct DeploymentProfile;

#[async_trait]
impl Resource for DeploymentProfile {
    fn spec(&self) -> Spec {
        Spec::new("deployment_profile", "Manages a Windows Autopilot deployment profile and who it is assigned to.")
            .noun("deployment profile")
            .collection("/beta/deviceManagement/windowsAutopilotDeploymentProfiles")
            .permissions("DeviceManagementServiceConfig.Read.All", "DeviceManagementServiceConfig.ReadWrite.All")
            .find_by("display_name")
            .moved_from(Mover::by_id(
                MICROSOFT365,
                "microsoft365_graph_beta_device_management_windows_autopilot_deployment_profile",
            ))
            .moved_from(Mover::by_id(MICROSOFT365WP, "microsoft365wp_azure_ad_windows_autopilot_deployment_profile"))
            .silent(&[Silent::AtMost(350), Silent::AllDevicesOnce])
            .assigned(
                Style::one_by_one()
                    .without(Lacking::AllUsers, "a profile reaches devices. Assign it to a group of devices.")
                    .without(Lacking::Filters, "Intune has no filters for profiles. Assign it to a group."),
            )
            .learn("https://learn.microsoft.com/autopilot/profiles")
            .seen(
                "The profile is read while Windows is set up for the first time: it hides pages, names the computer and \
                 decides what rights the user gets. A device that has no profile yet goes through the pages of any other \
                 Windows.",
            )
            .attributes(vec![
                id(),
                string("display_name", "Name of the profile, without any of `! # % ^ * ( ) - + ; ' < >`.")
                    .required()
                    .len(1, 200)
                    .example("Kiosk"),
                string("description", "What the profile is for, without any of `! # % ^ * ( ) - + ; ' < >`.")
                    .max_len(1500)
                    .example("The kiosks of all shops."),
                string("join_type", "Which directory a device joins: Entra, or both Entra and an on-premises domain.")
                    .default("entra")
                    .force_new()
                    .values(&[("entra", ENTRA), ("hybrid", HYBRID)])
                    .graph(body::ODATA_TYPE),
                string("deployment_mode", "Whether the device belongs to the user who enrols it, or to nobody.")
                    .default("user_driven")
                    .force_new()
                    .values(&[("user_driven", "singleUser"), ("self_deploying", "shared")])
                    .graph("outOfBoxExperienceSetting/deviceUsageType"),
                string("device_type", "Kind of device.")
                    .default("windows_pc")
                    .force_new()
                    .values(&[
                        ("windows_pc", "windowsPc"),
                        ("hololens", "holoLens"),
                        ("surface_hub_2", "surfaceHub2"),
                        ("surface_hub_2s", "surfaceHub2S"),
                        ("virtual_machine", "virtualMachine"),
                    ])
                    .create_only(),
                boolean("preprovisioning_allowed", "Whether a technician may prepare the device beforehand.")
                    .default(false),
                boolean("convert_targeted_devices", "Whether devices of the assigned groups that are not registered with Windows Autopilot become so. Switching it off \
                     again deregisters none.")
                    .default(false)
                    .graph("hardwareHashExtractionEnabled"),
                string("locale", "Language and region, such as \"en-US\"; \"os-default\" for that of the installed Windows, \"user-select\" for what the \
                     user chooses.")
                    .default(OS_DEFAULT)
                    .check(Check::Text(is_locale))
                    .example("de-DE")
                    .aliases(&[(USER_SELECT, "")]),
                string("device_name_template", "Name that a device gets: `%SERIAL%` stands for its serial number, `%RAND:x%` for x random digits. A name has at most 15 \
                     characters.")
                    .check(Check::Read(device_name_template::problems))
                    .example("CON-%SERIAL%"),
                boolean("skip_ad_connectivity_check", "Whether a hybrid join goes on where the device reaches no domain controller.")
                    .default(false)
                    .graph("hybridAzureADJoinSkipConnectivityCheck"),
                string("management_service_app_id", "Application id of another management service.").guid(),
                scope_tag_ids(),
                object("out_of_box_experience", "Screens that the user sees, and the account the user gets.")
                    .graph("outOfBoxExperienceSetting")
                    .of(vec![
                        boolean("license_terms_hidden", "Whether the software licence terms are hidden.")
                            .default(true)
                            .graph("eulaHidden"),
                        boolean("privacy_settings_hidden", "Whether the privacy settings are hidden.").default(true),
                        boolean("change_account_options_hidden", "Whether options to change the account are hidden.")
                            .default(true)
                            .graph("escapeLinkHidden"),
                        string("user_account_type", "Rights of the user on the device.")
                            .default("standard")
                            .one_of(&["standard", "administrator"])
                            .graph("userType"),
                        boolean("keyboard_configured_automatically", "Whether the keyboard page is skipped.")
                            .default(true)
                            .graph("keyboardSelectionPageSkipped"),
                    ])
                    .default_of_nested(),
                timestamp("created_date_time", "When the profile was made. The oldest that reaches a device wins.")
                    .read_only()
                    .stable(),
            ])
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        combinations::judge(config, diagnostics);
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        judge::judge(cx, change)?;
        assignment::warn_of_holder(cx, change).await;
        Ok(())
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let spec = cx.spec();
        let user_selects = planned.get("locale").as_str() == Some(USER_SELECT);
        let mut posted = planned.clone();
        if user_selects {
            // A POST with an empty locale is stored as os-default; a PATCH is not.
            posted.insert("locale", OS_DEFAULT.into());
        }
        let mut post = Post::of(&spec, &posted);
        drop_what_its_type_lacks(post.body(), planned);
        if user_selects {
            let locale = json!({"@odata.type": post.body()[body::ODATA_TYPE], "locale": ""});
            post = post.then(locale);
        }
        collection::create_with(cx, planned, post).await
    }

    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        let mut change = body::change(&cx.spec(), prior, planned);
        if let Some(change) = &mut change {
            drop_what_its_type_lacks(change, planned);
        }
        collection::update_with(cx, prior, planned, change).await
    }
}

/// An Entra profile has no such check, and Graph refuses the property also where it is false.
fn drop_what_its_type_lacks(body: &mut Json, planned: &Value) {
    if let (Some(body), Some("entra")) = (body.as_object_mut(), planned.get("join_type").as_str()) {
        body.remove("hybridAzureADJoinSkipConnectivityCheck");
    }
}

fn is_locale(text: &str) -> std::result::Result<(), String> {
    match text {
        "" => Err(format!("cannot be empty. Where the user is to select the language, it is {USER_SELECT:?}")),
        _ => Ok(()),
    }
}
