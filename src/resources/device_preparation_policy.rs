//! `autopilot_device_preparation_policy`: what Windows Autopilot device preparation does for the users it is assigned to, for
//! devices without a user, or for devices that are associated with the tenant.
//!
//! Graph, beta only: a policy of the settings catalog after one of three templates (recorded traffic of the admin center),
//! updated by PUT.

mod associated;
mod device_group;
mod doubts;
mod other_settings;

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use self::device_group::DeviceGroup;
use super::{
    device_preparation_templates::{
        self as templates, ASSOCIATED, AUTOMATIC, COLLECTION, GRAPH_TYPE, PERMISSIONS, USER_DRIVEN,
    },
    enrollment_profile_name::renamed,
    locale,
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    resource::{
        Change, Cx, MICROSOFT365, Mover, Post, Resource, Result, Spec,
        assignment::{self, Lacking, Style},
        body, collection,
    },
    schema::{boolean, id, integer, scope_tag_ids, set_of, string, strings, timestamp},
    value::Value,
};

/// Deployments with a user, and what automatic ones lack for it.
const WITH_USER: &[&str] = &["user_driven", "associated"];
const NO_USER: &str = "an automatic deployment has apps and scripts only, and no user.";

/// The resource.
pub(super) struct DevicePreparationPolicy;

#[async_trait]
impl Resource for DevicePreparationPolicy {
    fn spec(&self) -> Spec {
        let [mode, kind, join, account, timeout, message, skip, diagnostics, group, apps, scripts] =
            templates::SETTINGS;
        let mut attributes = vec![
            id(),
            string("display_name", "Name of the policy.").required().len(1, 200).graph("name"),
            string("description", "What the policy is for.").max_len(1000),
            string(
                "deployment",
                "For whom it is: for users who set up their devices (`user_driven`), for devices without a user such as those of \
                 Windows 365 (`automatic`), or for devices that are associated with the tenant before they are switched on \
                 (`associated`).",
            )
            .default("user_driven")
            .force_new()
            .values(&[("associated", ASSOCIATED), ("user_driven", USER_DRIVEN), ("automatic", AUTOMATIC)])
            .graph("templateReference/templateId"),
            scope_tag_ids(),
        ];
        let of_users = [
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
        ];
        attributes.extend(of_users.map(|it| it.only_where("deployment", WITH_USER, NO_USER)));
        attributes.extend(associated::attributes());
        attributes.extend([
            set_of("apps", "Apps that are installed meanwhile.")
                .of(vec![
                    string("id", "Id of the app: of an `autopilot_winget_app`, an `autopilot_microsoft_365_app`, or of any other app, which the data \
                         source `autopilot_app` finds by its name.").required().guid().refers_to("winget_app"),
                    string("type", "Type of the app, as Microsoft Graph calls it: `#microsoft.graph.winGetApp` for an app of the Microsoft Store, \
                         `#microsoft.graph.officeSuiteApp` for the Microsoft 365 apps, `#microsoft.graph.win32LobApp` for a Win32 app, \
                         `#microsoft.graph.win32CatalogApp` for one of the Enterprise App Catalog, `#microsoft.graph.windowsMobileMSI` \
                         for an MSI. The data source `autopilot_app` tells it too.").required().example("#microsoft.graph.winGetApp"),
                ])
                .len(0, 25)
                .setting(apps),
            strings("script_ids", "Ids of scripts that run meanwhile.")
                .default_strings(&[])
                .len(0, 10)
                .guid()
                .refers_to("platform_script")
                .setting(scripts),
            timestamp("created_date_time", "When the policy was made.").read_only().stable(),
        ]);
        Spec::new("device_preparation_policy", "Manages a Windows Autopilot device preparation policy.")
            .noun("device preparation policy")
            .collection(COLLECTION)
            .graph_type(GRAPH_TYPE)
            .permissions(PERMISSIONS.0, PERMISSIONS.1)
            .find_by("display_name")
            .moved_from(Mover::by_id(
                MICROSOFT365,
                "microsoft365_graph_beta_device_management_windows_autopilot_device_preparation_policy",
            ))
            .version(1)
            .owns(templates::is_device_preparation)
            .constant("platforms", "windows10".into())
            .constant("technologies", "enrollment".into())
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
            .learn("https://learn.microsoft.com/autopilot/device-preparation/overview")
            .seen(
                "After the sign-in, a page shows in per cent how far the apps and scripts of the policy have come. When \
                 the time is over, it shows the message of the policy, and a way to go on where that is allowed.",
            )
            .attributes(attributes)
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let is_assigned = !config.get(assignment::NAME).elements().is_empty();
        if is_assigned && config.get("deployment").as_str() == Some("automatic") {
            let rule = format!("must be empty where `deployment` is \"automatic\": {}", templates::UNASSIGNED);
            diagnostics.push(Diagnostic::invalid(Path::of(assignment::NAME), &rule));
        }
    }

    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        locale::judge(cx, change)?;
        cx.diagnostics.extend(renamed("device preparation policy", change));
        doubts::warn(cx, change).await;
        Ok(())
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let mut post = Post::of(&cx.spec(), planned);
        templates::address(cx, post.body()).await?;
        collection::create_with(cx, planned, post).await
    }

    /// PUT replaces all settings: what this table has no attribute for is sent as it is there.
    async fn update(&self, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
        let mut change = body::change(&cx.spec(), prior, planned);
        if let Some(change) = &mut change {
            templates::address(cx, change).await?;
            let others = other_settings::read(cx, prior).await?;
            change["settings"].as_array_mut().into_iter().for_each(|settings| settings.extend(others.clone()));
        }
        collection::update_with(cx, prior, planned, change).await
    }

    /// Version 0 knew one kind of deployment.
    fn upgrade(&self, _version: i64, mut state: Json) -> std::result::Result<Json, String> {
        state["deployment"] = json!("user_driven");
        Ok(state)
    }
}
