//! What a plan finds in the tenant about the device group, the apps and the scripts of a policy.
//!
//! Microsoft, "Create an assigned device group" and "Assign applications and scripts": the group is assigned, not for roles
//! and owned by the Intune Provisioning Client; an app or script has to be assigned to it and to run as the system, or it is
//! skipped. Only what the plan changes is looked up; what is not there at all is told with all other ids.

use std::collections::BTreeSet;

use futures_util::future::{join, join_all};
use serde_json::Value as Json;

use crate::{
    diagnostic::{Diagnostic, Severity},
    graph::{self, Client, segment},
    knowledge::{some_of::some_of, visible::quoted},
    path::Path,
    resource::{Change, Cx, looks},
    value::Value,
};

const GROUP: &str = "device_group_id";
const PROVISIONING_CLIENT: &str = "f1346770-5b25-470b-88bd-d5744ab7952c";

/// How many are named in a message.
const NAMED: usize = 10;

/// What the policy runs on a device while it is prepared.
struct Runs {
    attribute: &'static str,
    collection: &'static str,
    nouns: &'static str,
    permission: &'static str,
    is_app: bool,
}

const RUNS: [Runs; 2] = [
    Runs {
        attribute: "apps",
        collection: "/beta/deviceAppManagement/mobileApps",
        nouns: "apps",
        permission: "DeviceManagementApps.Read.All",
        is_app: true,
    },
    Runs {
        attribute: "script_ids",
        collection: "/beta/deviceManagement/deviceManagementScripts",
        nouns: "scripts",
        permission: "DeviceManagementScripts.Read.All",
        is_app: false,
    },
];

/// Warns of what will not come to what the policy says.
pub(super) async fn warn(cx: &mut Cx, change: &Change) {
    let Some(group) = change.planned.get(GROUP).as_str() else { return };
    let Some(graph) = looks::allowed(cx) else { return };
    let is_new = change.prior.get(GROUP).as_str() != Some(group);
    if is_new {
        of_group(cx, &graph, group).await;
    }
    for runs in &RUNS {
        let before = if is_new { BTreeSet::new() } else { ids(change.prior.get(runs.attribute)) };
        let new: Vec<_> = ids(change.planned.get(runs.attribute)).difference(&before).cloned().collect();
        of_runs(cx, &graph, runs, group, &new).await;
    }
}

/// Ids in a set of them, or of objects that have one.
fn ids(set: &Value) -> BTreeSet<String> {
    let id = |element: &Value| element.as_str().or(element.get("id").as_str()).map(str::to_owned);
    set.elements().iter().filter_map(id).collect()
}

async fn of_group(cx: &mut Cx, graph: &Client, id: &str) {
    let group = graph.read_listed("/v1.0/groups", id, "");
    let part = |part: &str| format!("/beta/groups/{}/{part}", segment(id));
    let owners = part("owners");
    let devices = part("members/microsoft.graph.device?$select=id,displayName,physicalIds&$top=999");
    let (group, (owners, devices)) = join(group, join(graph.read_list(&owners), graph.read_list(&devices))).await;
    let Some(group) = there(cx, group, "groups", "Group.Read.All") else { return };
    let Some(owners) = there(cx, owners, "owners of groups", "Group.Read.All") else { return };
    let name = quoted(group["displayName"].as_str().unwrap_or(id));
    if let Some(why) = unfit(&group, &owners) {
        let rule = format!(
            "names the group {name}, {why}. Device preparation takes an assigned group that is not for roles and that the \
             Intune Provisioning Client owns: unless this run makes it one, Intune refuses it."
        );
        tell(cx, "Not for Device Preparation", GROUP, &rule);
    }
    let Some(devices) = there(cx, devices, "devices in groups", "Device.Read.All") else { return };
    let registered: Vec<_> = devices.iter().filter(|device| is_registered(device)).map(called).collect();
    if !registered.is_empty() {
        let rule = format!(
            "names the group {name}, in which are devices that are registered with Windows Autopilot: {}. A registered device \
             gets its deployment profile, and never this policy. Deregister what device preparation is to set up.",
            some_of(&registered, NAMED)
        );
        tell(cx, "Policy on Registered Devices", GROUP, &rule);
    }
}

/// Why Intune refuses the group, going on after its name.
fn unfit(group: &Json, owners: &[Json]) -> Option<&'static str> {
    let is_dynamic =
        group["groupTypes"].as_array().is_some_and(|types| types.iter().any(|it| it == "DynamicMembership"));
    // Without Application.Read.All a service principal shows nothing but its id.
    let is_hidden =
        |owner: &Json| owner["appId"].is_null() && owner["@odata.type"] == "#microsoft.graph.servicePrincipal";
    let may_own = |owner: &Json| owner["appId"] == PROVISIONING_CLIENT || is_hidden(owner);
    match () {
        () if is_dynamic => Some("which has dynamic membership"),
        () if group["isAssignableToRole"] == true => Some("to which Entra roles can be assigned"),
        () if !owners.iter().any(may_own) => Some("which the Intune Provisioning Client does not own"),
        () => None,
    }
}

fn is_registered(device: &Json) -> bool {
    let ids = device["physicalIds"].as_array().into_iter().flatten().filter_map(Json::as_str);
    ids.into_iter().any(|id| id.to_lowercase().starts_with("[ztdid]"))
}

async fn of_runs(cx: &mut Cx, graph: &Client, runs: &Runs, group: &str, ids: &[String]) {
    let reads = ids.iter().map(|id| graph.read_listed(runs.collection, id, "$expand=assignments"));
    let (mut unassigned, mut as_user) = (Vec::new(), Vec::new());
    for answer in join_all(reads).await {
        let Some(object) = there(cx, answer, runs.nouns, runs.permission) else { continue };
        if !is_assigned(&object, runs.is_app, group) {
            unassigned.push(called(&object));
        }
        let experience = if runs.is_app { &object["installExperience"] } else { &object };
        if experience["runAsAccount"] == "user" {
            as_user.push(called(&object));
        }
    }
    let Runs { attribute, nouns, .. } = runs;
    if !unassigned.is_empty() {
        let how = if runs.is_app { "assigned to the device group as required" } else { "assigned to the device group" };
        let rule = format!(
            "names {nouns} that are not {how}: {}. Unless this run assigns them, device preparation skips them.",
            some_of(&unassigned, NAMED)
        );
        tell(cx, "Not Assigned to the Device Group", attribute, &rule);
    }
    if !as_user.is_empty() {
        let rule = format!(
            "names {nouns} that run as the user: {}. Device preparation runs only what runs as the system, and skips these.",
            some_of(&as_user, NAMED)
        );
        tell(cx, "Runs as the User", attribute, &rule);
    }
}

/// To the group, or to all devices. An app has to be required there.
fn is_assigned(object: &Json, is_app: bool, group: &str) -> bool {
    object["assignments"].as_array().into_iter().flatten().any(|assignment| {
        let target = &assignment["target"];
        let reaches = match target["@odata.type"].as_str() {
            Some("#microsoft.graph.groupAssignmentTarget") => {
                target["groupId"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(group))
            }
            Some("#microsoft.graph.allDevicesAssignmentTarget") => true,
            _ => false,
        };
        reaches && (!is_app || assignment["intent"] == "required")
    })
}

/// What was read; `None` where it is not there, and where it could not be read, which is told.
fn there<T>(cx: &mut Cx, answer: Result<T, graph::Error>, nouns: &'static str, permission: &'static str) -> Option<T> {
    match answer {
        Err(error) if matches!(error.status(), Some(400 | 404)) => None,
        answer => looks::answered(cx, answer, nouns, permission),
    }
}

fn called(object: &Json) -> String {
    quoted(object["displayName"].as_str().or(object["id"].as_str()).unwrap_or_default())
}

fn tell(cx: &mut Cx, summary: &str, attribute: &'static str, rule: &str) {
    let told = Diagnostic::invalid(Path::of(attribute), rule);
    cx.diagnostics.push(Diagnostic { severity: Severity::Warning, summary: summary.into(), ..told });
}
