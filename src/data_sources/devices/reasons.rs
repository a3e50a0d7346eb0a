//! What can be seen of why devices have no profile: their objects in Microsoft Entra ID, and the groups that profiles are
//! assigned to. What cannot be read is left out, but for a permission that is missing.

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value as Json;
use tokio::time::Instant;

use crate::{
    autopilot::{device::Device, property::text},
    graph::{Client, Error, segment},
};

/// At most so many devices, and so many groups, are looked at: one batch of each.
const MOST: usize = 20;
/// How long it may take.
const TIME: Duration = Duration::from_secs(20);

/// As sentences.
pub(super) async fn of(graph: &Client, devices: &[&Device]) -> Vec<String> {
    let now = Instant::now();
    let graph = graph.until(graph.deadline().map_or(now + TIME, |deadline| deadline.min(now + TIME)));
    let mut reasons = in_entra(&graph, devices).await;
    reasons.extend(of_groups(&graph).await);
    reasons
}

async fn in_entra(graph: &Client, devices: &[&Device]) -> Vec<String> {
    let known = devices.iter().filter_map(|device| Some((device, device.entra_device_id.as_deref()?)));
    let known: Vec<_> = known.take(MOST).collect();
    let path =
        |id: &str| format!("/devices?$filter={}&$select=id,accountEnabled", segment(&format!("deviceId eq '{id}'")));
    let paths: Vec<_> = known.iter().map(|(_, id)| path(id)).collect();
    let answers = graph.get_many("v1.0", &paths).await.unwrap_or_default();
    if answers.iter().any(is_forbidden) {
        return vec![
            "Whether their objects in Microsoft Entra ID are enabled needs the permission Device.Read.All.".into(),
        ];
    }
    let told = known.iter().zip(answers).filter_map(|((device, _), answer)| {
        let found = answer.ok()?;
        let name = &device.serial_number;
        match found["value"].as_array()?.first() {
            None => Some(format!("{name} has no device object in Microsoft Entra ID, so it is in no group.")),
            Some(object) if object["accountEnabled"] == false => {
                Some(format!("{name} is disabled in Microsoft Entra ID."))
            }
            Some(_) => None,
        }
    });
    told.collect()
}

/// How far Entra is with the groups that profiles are assigned to.
async fn of_groups(graph: &Client) -> Vec<String> {
    let path = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles?$expand=assignments";
    let profiles = graph.list(path).await.unwrap_or_default();
    let targets = profiles.iter().filter_map(|profile| profile["assignments"].as_array()).flatten();
    let included = targets.map(|assignment| &assignment["target"]);
    let included = included.filter(|target| target["@odata.type"] == "#microsoft.graph.groupAssignmentTarget");
    let groups: BTreeSet<&str> = included.filter_map(|target| text(target, "groupId")).collect();
    let select = "$select=id,displayName,membershipRuleProcessingState,membershipRuleProcessingStatus";
    let paths: Vec<_> = groups.iter().take(MOST).map(|id| format!("/groups/{}?{select}", segment(id))).collect();
    let answers = graph.get_many("beta", &paths).await.unwrap_or_default();
    if answers.iter().any(is_forbidden) {
        return vec!["How far their groups are processed needs the permission Group.Read.All.".into()];
    }
    answers.iter().filter_map(|group| of_group(group.as_ref().ok()?)).collect()
}

fn of_group(group: &Json) -> Option<String> {
    let name = text(group, "displayName")?;
    if group["membershipRuleProcessingState"] == "Paused" {
        return Some(format!("The processing of the membership rule of the group {name:?} is paused."));
    }
    let status = &group["membershipRuleProcessingStatus"];
    match text(status, "status")? {
        "Failed" => {
            let why = text(status, "errorMessage").unwrap_or("no reason is given").trim_end_matches('.');
            Some(format!("The membership rule of the group {name:?} fails: {why}."))
        }
        status @ ("NotStarted" | "Running") => {
            Some(format!("The members of the group {name:?} are not all known yet: its processing status is {status}."))
        }
        _ => None,
    }
}

fn is_forbidden(answer: &Result<Json, Error>) -> bool {
    answer.as_ref().is_err_and(|error| error.status() == Some(403))
}
