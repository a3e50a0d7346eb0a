//! `autopilot_device_preparation_policy`: what Windows Autopilot device preparation does for the users it is assigned to.
//!
//! Graph, beta only: a policy of the settings catalog after a template (recorded traffic of the admin center), updated by
//! PUT. The group that devices join is set by an action of its own, which answers 200 also where it refuses.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::enrollment_profile_name::renamed;
use crate::{
    diagnostic::Diagnostic,
    graph::{Client, Patience},
    path::Path,
    resource::{
        Change, Cx, Facet, Resource, Result, Spec,
        assignment::{Lacking, Style},
    },
    schema::{Attribute, Holds::*, Setting, boolean, id, integer, scope_tag_ids, set_of, string, strings, timestamp},
    value::Value,
};

/// The user-driven template, and its settings. Of the first three it knows one choice each.
const USER_DRIVEN: &str = "80d33118-b7b4-40d8-b15f-81be745e053f_1";
#[rustfmt::skip]
const SETTINGS: [Setting; 11] = [
    Setting::new(Choice, "enrollment_autopilot_dpp_deploymentmode", "5180aeab-886e-4589-97d4-40855c646315", "5874c2f6-bcf1-463b-a9eb-bee64e2f2d82"),
    Setting::new(Choice, "enrollment_autopilot_dpp_deploymenttype", "f4184296-fa9f-4b67-8b12-1723b3f8456b", "e0af022f-37f3-4a40-916d-1ab7281c88d9"),
    Setting::new(Choice, "enrollment_autopilot_dpp_jointype", "6310e95d-6cfa-4d2f-aae0-1e7af12e2182", "1fa84eb3-fcfa-4ed6-9687-0f3d486402c4"),
    Setting::new(Choice, "enrollment_autopilot_dpp_accountype", "d4f2a840-86d5-4162-9a08-fa8cc608b94e", "bf13bb47-69ef-4e06-97c1-50c2859a49c2"),
    Setting::new(Number, "enrollment_autopilot_dpp_timeout", "6dec0657-dfb8-4906-a7ee-3ac6ee1edecb", "0bbcce5b-a55a-4e05-821a-94bf576d6cc8"),
    Setting::new(Text, "enrollment_autopilot_dpp_customerrormessage", "2ddf0619-2b7a-46de-b29b-c6191e9dda6e", "fe5002d5-fbe9-4920-9e2d-26bfc4b4cc97"),
    Setting::new(Choice, "enrollment_autopilot_dpp_allowskip", "2a71dc89-0f17-4ba9-bb27-af2521d34710", "a2323e5e-ac56-4517-8847-b0a6fdb467e7"),
    Setting::new(Choice, "enrollment_autopilot_dpp_allowdiagnostics", "e2b7a81b-f243-4abd-bce3-c1856345f405", "c59d26fd-3460-4b26-b47a-f7e202e7d5a3"),
    Setting::new(Text, "enrollment_autopilot_dpp_devicesecuritygroupids", "a46a50ab-3076-4968-9366-75a40dde950e", "5f7d09e1-1a90-44ad-9c9f-ad90ba509e60"),
    Setting::new(Objects, "enrollment_autopilot_dpp_allowedappids", "70d22a8a-a03c-4f62-b8df-dded3e327639", ""),
    Setting::new(Texts, "enrollment_autopilot_dpp_allowedscriptids", "1bc67702-800c-4271-8fd9-609351cc19cf", ""),
];

/// The resource.
pub(super) struct DevicePreparationPolicy;

#[async_trait]
impl Resource for DevicePreparationPolicy {
    fn spec(&self) -> Spec {
        let [mode, kind, join, account, timeout, message, skip, diagnostics, group, apps, scripts] = SETTINGS;
        Spec::new("device_preparation_policy", "Manages a Windows Autopilot device preparation policy.")
            .noun("device preparation policy")
            .collection("/beta/deviceManagement/configurationPolicies")
            .graph_type("deviceManagementConfigurationPolicy")
            .permissions("DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All")
            .find_by("display_name")
            .owns(|policy| policy["templateReference"]["templateId"] == USER_DRIVEN)
            .constant("platforms", "windows10".into())
            .constant("technologies", "enrollment".into())
            .constant("templateReference", json!({"templateId": USER_DRIVEN}))
            .fixed_setting(mode, "_0")
            .fixed_setting(kind, "_0")
            .fixed_setting(join, "_0")
            .fixed_setting(group, "")
            .parts(&["settings"])
            .update_by_put()
            .facet(DeviceGroup)
            .assigned(
                Style::whole_set("assignments")
                    .without(Lacking::AllDevices, "the policy reaches users. Assign it to users, or to all of them.")
                    .without(Lacking::Exclusions, "no group can be excluded from a device preparation policy.")
                    .without(Lacking::Filters, "Intune has no filters for device preparation policies."),
            )
            .attributes(vec![
                id(),
                string("display_name", "Name of the policy.").required().len(1, 200).graph("name"),
                string("description", "What the policy is for.").max_len(1000),
                scope_tag_ids(),
                string("account_type", "Rights of the user on the device.")
                    .default("standard")
                    .values(&[("administrator", "_0"), ("standard", "_1")])
                    .setting(account),
                integer("timeout_minutes", "Minutes after which a deployment that goes on has failed.")
                    .default(60)
                    .range(15, 720)
                    .setting(timeout),
                string("custom_error_message", "Message when a deployment fails.")
                    .default("Contact your organization's support person for help.")
                    .len(1, 1000)
                    .setting(message),
                boolean("allow_skip", "Whether users can go on after several attempts.").default(false).setting(skip),
                boolean("allow_diagnostics", "Whether users see a link to logs.").default(false).setting(diagnostics),
                set_of("apps", "Apps that are installed meanwhile, 25 at most.")
                    .of(vec![
                        string("id", "Id of the app.").required().guid().refers_to("winget_app"),
                        string("type", "Graph's type of the app.").required().example("#microsoft.graph.winGetApp"),
                    ])
                    .len(0, 25)
                    .setting(apps),
                strings("script_ids", "Ids of scripts that run meanwhile, 10 at most.")
                    .default_strings(&[])
                    .len(0, 10)
                    .guid()
                    .refers_to("platform_script")
                    .setting(scripts),
                timestamp("created_date_time", "When the policy was made.").read_only().stable(),
            ])
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        cx.diagnostics.extend(renamed("device preparation policy", change));
        Ok(())
    }
}

/// The group that devices join.
#[derive(Debug)]
struct DeviceGroup;

#[async_trait]
impl Facet for DeviceGroup {
    fn attribute(&self) -> Attribute {
        let what = "Object id of the assigned group that devices join.";
        string("device_group_id", what).required().guid().refers_to("group").off_graph()
    }

    async fn read(&self, graph: &Client, object: &str, _json: &Json, _prior: &Value) -> Result<Value> {
        let path = format!("{object}/retrieveEnrollmentTimeDeviceMembershipTarget");
        let answer = graph.query(&path, &json!({})).await?.unwrap_or_default();
        Ok(statuses(&answer).first().and_then(|status| status["targetId"].as_str()).into())
    }

    /// An owner that was just added may not be seen yet, so that refusal is asked about again a few times.
    async fn write(&self, graph: &Client, object: &str, _prior: &Value, planned: &Value) -> Result<()> {
        const LOOKS: usize = 6;
        let path = format!("{object}/setEnrollmentTimeDeviceMembershipTarget");
        let target = json!({"targetType": "staticSecurityGroup", "targetId": planned.as_str()});
        let body = json!({"enrollmentTimeDeviceMembershipTargets": [target]});
        let mut patience = Patience::default();
        for look in 1.. {
            let answer = graph.action(&path, &body).await?.unwrap_or_default();
            let refused = statuses(&answer).into_iter().find(|status| status["validationSucceeded"] != true);
            let Some(refused) = refused else { break };
            let code = refused["targetValidationErrorCode"].as_str().unwrap_or_default();
            if code != "firstPartyAppNotAnOwner" || look == LOOKS {
                let rule = "names a group that Intune refuses. It has to be an assigned group of this tenant, with \
                            `provisioning_client_owner = true`";
                return Err(Diagnostic::invalid(Path::of("device_group_id"), &format!("{rule} ({code}).")).into());
            }
            graph.pause(&mut patience, "waiting for the owner of the device group", code).await?;
        }
        Ok(())
    }
}

/// Graph's page has the result inside `value`, its SDK bare.
fn statuses(answer: &Json) -> Vec<Json> {
    let result = answer.get("value").unwrap_or(answer);
    result["enrollmentTimeDeviceMembershipTargetValidationStatuses"].as_array().cloned().unwrap_or_default()
}
