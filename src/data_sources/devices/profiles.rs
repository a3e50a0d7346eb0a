//! Which profile each device has.
//!
//! For many devices from each profile's assigned devices: as many requests as there are profiles. For few, or where the
//! intended profile is asked for too, from each device with `$expand`, in batches.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::choice::Seen;
use crate::{
    autopilot::{
        devices::{BATCH, path},
        property::{owned, text},
    },
    graph::{Client, Error, segment},
    resource::Result,
};

const PROFILES: &str = "/deviceManagement/windowsAutopilotDeploymentProfiles";

/// Display names of a device's profiles.
#[derive(Clone, Default)]
pub(super) struct Profiles {
    pub(super) assigned: Option<String>,
    pub(super) intended: Option<String>,
}

/// The profiles of the devices, by the devices' ids.
pub(super) async fn of(graph: &Client, seen: &Seen, expand: bool) -> Result<BTreeMap<String, Profiles>> {
    let ids: Vec<&str> = seen.devices.values().map(|device| device.id.as_str()).collect();
    if expand || ids.len() <= BATCH { of_each_device(graph, &ids, expand).await } else { of_each_profile(graph).await }
}

async fn of_each_device(graph: &Client, ids: &[&str], intended: bool) -> Result<BTreeMap<String, Profiles>> {
    let expand = if intended { "deploymentProfile,intendedDeploymentProfile" } else { "deploymentProfile" };
    let paths: Vec<String> = ids.iter().map(|id| format!("{}?$expand={expand}", path(id))).collect();
    let mut found = BTreeMap::new();
    for (id, answer) in ids.iter().zip(graph.get_many("beta", &paths).await?) {
        let Some(device) = unless_gone(answer)? else { continue };
        let name = |property: &str| owned(device.get(property)?, "displayName");
        let assigned = name("deploymentProfile");
        let intended = if intended { name("intendedDeploymentProfile") } else { None };
        found.insert((*id).to_owned(), Profiles { assigned, intended });
    }
    Ok(found)
}

async fn of_each_profile(graph: &Client) -> Result<BTreeMap<String, Profiles>> {
    let profiles = graph.list(&format!("/beta{PROFILES}")).await?;
    let profiles: Vec<(&str, &str)> =
        profiles.iter().filter_map(|profile| Some((text(profile, "id")?, text(profile, "displayName")?))).collect();
    let paths: Vec<String> =
        profiles.iter().map(|(id, _)| format!("{PROFILES}/{}/assignedDevices", segment(id))).collect();
    let mut found = BTreeMap::new();
    for ((_, name), answer) in profiles.iter().zip(graph.get_many("beta", &paths).await?) {
        let Some(mut page) = unless_gone(answer)? else { continue };
        let mut devices = match page["value"].take() {
            Json::Array(devices) => devices,
            _ => Vec::new(),
        };
        if let Some(next) = text(&page, "@odata.nextLink") {
            devices.extend(graph.list(next).await?);
        }
        for id in devices.iter().filter_map(|device| text(device, "id")) {
            let profiles = Profiles { assigned: Some((*name).to_owned()), intended: None };
            found.entry(id.to_owned()).or_insert(profiles);
        }
    }
    Ok(found)
}

/// What was deleted since it was listed is no error.
fn unless_gone(answer: std::result::Result<Json, Error>) -> Result<Option<Json>> {
    match answer {
        Ok(json) => Ok(Some(json)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(error.into()),
    }
}
