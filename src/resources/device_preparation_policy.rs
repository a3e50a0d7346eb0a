//! `autopilot_device_preparation_policy`: what Windows Autopilot device preparation does for the users it is assigned to.
//!
//! Graph, beta only: a policy of the settings catalog after a template, PUT as a whole. The group that devices join is set by
//! an action of its own, which answers 200 also where it refuses.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use crate::{
    diagnostic::Diagnostic,
    path::Path,
    resource::{Cx, Facet, Resource, Result, Spec, assignment},
    schema::{Attribute, Holds::*, boolean, id, integer, scope_tag_ids, string, strings, timestamp},
    value::Value,
};

const USER_DRIVEN: &str = "80d33118-b7b4-40d8-b15f-81be745e053f_1";

/// The resource.
pub(super) struct DevicePreparationPolicy;

impl Resource for DevicePreparationPolicy {
    fn spec(&self) -> Spec {
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
            .parts(&["settings"])
            .update_by_put()
            .facet(&DeviceGroup)
            .assigned(assignment::Style {
                write: assignment::Write::WholeSet("assignments"),
                exclusions: false,
                all_users: true,
                filters: false,
            })
            .attributes(vec![
                id(),
                string("display_name", "Name of the policy.").required().len(1, 200).graph("name"),
                string("description", "What the policy is for.").max_len(1000),
                scope_tag_ids(),
                string("deployment_mode", "Whether one user gets the device, or more than that.")
                    .default("standard")
                    .values(&[("standard", "_0"), ("enhanced", "_1")])
                    .setting(
                        Choice,
                        "enrollment_autopilot_dpp_deploymentmode",
                        "5180aeab-886e-4589-97d4-40855c646315",
                        "5874c2f6-bcf1-463b-a9eb-bee64e2f2d82",
                    ),
                string("account_type", "Rights of the user on the device.")
                    .default("standard")
                    .values(&[("administrator", "_0"), ("standard", "_1")])
                    .setting(
                        Choice,
                        "enrollment_autopilot_dpp_accountype",
                        "d4f2a840-86d5-4162-9a08-fa8cc608b94e",
                        "bf13bb47-69ef-4e06-97c1-50c2859a49c2",
                    ),
                integer("timeout_minutes", "Minutes after which a deployment that goes on has failed.")
                    .default(60)
                    .range(15, 720)
                    .setting(
                        Number,
                        "enrollment_autopilot_dpp_timeout",
                        "6dec0657-dfb8-4906-a7ee-3ac6ee1edecb",
                        "0bbcce5b-a55a-4e05-821a-94bf576d6cc8",
                    ),
                string("custom_error_message", "Message when a deployment fails.")
                    .default("Contact your organization's support person for help.")
                    .len(1, 1000)
                    .setting(
                        Text,
                        "enrollment_autopilot_dpp_customerrormessage",
                        "2ddf0619-2b7a-46de-b29b-c6191e9dda6e",
                        "fe5002d5-fbe9-4920-9e2d-26bfc4b4cc97",
                    ),
                boolean("allow_skip", "Whether users can go on after several attempts.").default(false).setting(
                    Choice,
                    "enrollment_autopilot_dpp_allowskip",
                    "2a71dc89-0f17-4ba9-bb27-af2521d34710",
                    "a2323e5e-ac56-4517-8847-b0a6fdb467e7",
                ),
                boolean("allow_diagnostics", "Whether users see a link to the diagnostics.").default(false).setting(
                    Choice,
                    "enrollment_autopilot_dpp_allowdiagnostics",
                    "e2b7a81b-f243-4abd-bce3-c1856345f405",
                    "c59d26fd-3460-4b26-b47a-f7e202e7d5a3",
                ),
                strings("script_ids", "Ids of the scripts that run meanwhile.").default_strings(&[]).guid().setting(
                    Texts,
                    "enrollment_autopilot_dpp_allowedscriptids",
                    "1bc67702-800c-4271-8fd9-609351cc19cf",
                    "",
                ),
                timestamp("created_date_time", "When the policy was made.").read_only().stable(),
            ])
    }
}

/// The group that devices join.
#[derive(Debug)]
struct DeviceGroup;

const TARGETS: &str = "enrollmentTimeDeviceMembershipTargets";

#[async_trait]
impl Facet for DeviceGroup {
    fn attribute(&self) -> Attribute {
        string("device_group_id", "Object id of the assigned group that devices join.").required().guid().off_graph()
    }

    async fn read(&self, cx: &Cx, object: &str) -> Result<Value> {
        let path = format!("{object}/retrieveEnrollmentTimeDeviceMembershipTarget");
        let answer = cx.graph()?.action(&path, &json!({})).await?.unwrap_or_default();
        Ok(statuses(&answer).first().and_then(|status| status["targetId"].as_str()).into())
    }

    async fn write(&self, cx: &Cx, object: &str, planned: &Value) -> Result<()> {
        let path = format!("{object}/setEnrollmentTimeDeviceMembershipTarget");
        let target = json!({"targetType": "staticSecurityGroup", "targetId": planned.as_str()});
        let answer = cx.graph()?.action(&path, &json!({ TARGETS: [target] })).await?.unwrap_or_default();
        let refused = statuses(&answer).into_iter().find(|status| status["validationSucceeded"] != true);
        refused.map_or(Ok(()), |status| {
            let rule = format!("is not taken by Intune: {}.", status["targetValidationErrorCode"]);
            Err(Diagnostic::invalid(Path::of("device_group_id"), &rule).into())
        })
    }
}

/// Graph's page has the result inside `value`, its SDK bare.
fn statuses(answer: &Json) -> Vec<Json> {
    let result = answer.get("value").unwrap_or(answer);
    result["enrollmentTimeDeviceMembershipTargetValidationStatuses"].as_array().cloned().unwrap_or_default()
}
