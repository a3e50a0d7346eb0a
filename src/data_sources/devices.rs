//! `autopilot_devices`: the registered devices of the tenant, and which profile each has.
//!
//! Graph: [windowsAutopilotDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-windowsautopilotdeviceidentity)
//! on beta: v1.0 does not tell the assignment. `$filter` and `$select` on the collection cannot be relied on, so it is
//! read whole and chosen from here. A date that is not there is in year 1.

mod choice;
mod profiles;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use serde_json::Value as Json;
use tokio::time::{Instant, timeout_at};

use self::{
    choice::{Choice, Seen},
    profiles::Profiles,
};
use crate::{
    graph::{self, Client, Patience, segment},
    knowledge::device_status,
    resource::{Cx, DataSource, DataSpec, Result},
    schema::{boolean, map_of, string, strings, timestamp},
    value::Value,
};

/// The collection on Graph, without its version.
const COLLECTION: &str = "/deviceManagement/windowsAutopilotDeviceIdentities";
/// Devices in a page of the collection.
const PAGE: usize = 1000;
/// Calls in a batch.
const BATCH: usize = 20;

/// The data source.
pub(super) struct Devices;

#[async_trait]
impl DataSource for Devices {
    fn spec(&self) -> DataSpec {
        let device = vec![
            string("id", "Identifier of the registration.").read_only(),
            string("serial_number", "Serial number, as Graph writes it.").read_only(),
            string("group_tag", "Group tag.").read_only(),
            string("assigned_user", "User principal name of the assigned user.").read_only(),
            string("display_name", "Name that the device is given during Autopilot.").read_only(),
            string("manufacturer", "Manufacturer.").read_only(),
            string("model", "Model.").read_only(),
            string(
                "profile_status",
                "Profile status as the admin center calls it: Not assigned, Assigning, Assigned, Fix \
                 pending, Attention required; else Failed or Unknown.",
            )
            .read_only(),
            timestamp("date_assigned", "When the profile was assigned.").read_only(),
            string("assigned_profile", "Display name of the deployment profile that the device has.").read_only(),
            string(
                "intended_profile",
                "Display name of the deployment profile that the device is to have. Only with \
                 `include_intended_profile`.",
            )
            .read_only(),
            string("entra_device_id", "Device id of the device's object in Microsoft Entra ID.").read_only(),
            string(
                "enrollment_state",
                "Enrollment state: Enrolled, Pending reset, Failed, Not contacted, Blocked, Unknown.",
            )
            .read_only(),
            timestamp("last_contacted", "When the device last called Intune.").read_only(),
        ];
        let mut spec = DataSpec::new(
            "devices",
            "Reads registered Windows Autopilot devices and the deployment profile that each has.",
            vec![
                string("group_tag", "Only devices with this group tag. \"\" is devices without one."),
                strings(
                    "serial_numbers",
                    "Only devices with these serial numbers. One that is not registered is left out.",
                ),
                string(
                    "wait_for",
                    "What to wait for, at most as long as `timeouts` allows; then a warning names the devices that are \
                     not there yet. With assigned, each device has a profile and a date assigned.",
                )
                .one_of(&["assigned"]),
                boolean(
                    "include_intended_profile",
                    "Whether to read which profile each device is to have. Costs a read of \
                     each device.",
                ),
                map_of("devices", "The devices, by serial number.").read_only().of(device),
            ],
        )
        .permission("DeviceManagementServiceConfig.Read.All")
        .timeout(Duration::from_secs(30 * 60));
        spec.noun = "Windows Autopilot devices";
        spec
    }

    async fn read(&self, cx: &mut Cx, config: &Value) -> Result<Value> {
        let graph = cx.graph()?;
        let choice = Choice::of(config);
        let expand = config.get("include_intended_profile").as_bool() == Some(true);
        let mut seen = choice.among(graph.list(&format!("/beta{COLLECTION}")).await?);
        let profiles = if config.get("wait_for").is_null() {
            profiles::of(&graph, &seen, expand).await?
        } else {
            wait(cx, &graph, &choice, &mut seen, expand).await?
        };
        for (serial_number, ids) in &seen.twice {
            let detail = format!("The registrations {} have it. The first one is shown.", ids.join(", "));
            cx.warn(format!("Serial Number {serial_number} Registered More Than Once"), detail);
        }
        let mut state = config.clone();
        let device = |(serial_number, device): (&String, &Json)| (serial_number.clone(), value(device, &profiles));
        state.insert("devices", Value::Map(seen.devices.iter().map(device).collect()));
        Ok(state)
    }
}

/// Looks until each device has a profile, a date, and the profile's name, or the time is over. Then a warning.
async fn wait(
    cx: &mut Cx,
    graph: &Client,
    choice: &Choice,
    seen: &mut Seen,
    expand: bool,
) -> Result<BTreeMap<String, Profiles>> {
    // What is left is for the last look: a tenth, and where that is little, up to two seconds.
    let time = cx.deadline() - Instant::now();
    let least = Duration::from_secs(2).min(time / 2);
    let end = cx.deadline() - (time / 10).clamp(least, least.max(Duration::from_secs(30)));
    let is_final = |(_, status): &(String, &str)| *status == device_status::ATTENTION_REQUIRED;
    let mut patience = Patience::default();
    let mut profiles = BTreeMap::new();
    loop {
        let is_last = Instant::now() >= end;
        let mut waiting = without_profile(seen);
        if is_last || waiting.iter().all(is_final) {
            if let Some(read) = unless_late(profiles::of(graph, seen, expand).await)? {
                profiles = read;
            }
            let nameless = seen.devices.iter().filter(|(_, it)| is_assigned(it) && !has_profile(it, &profiles));
            waiting.extend(nameless.map(|(serial_number, _)| (serial_number.clone(), "its profile is not known yet")));
            if is_last || waiting.iter().all(is_final) {
                warn(cx, seen, &waiting);
                return Ok(profiles);
            }
        }
        let last = format!("{} of {} devices have no profile", waiting.len(), seen.count());
        match timeout_at(end, graph.pause(&mut patience, "waiting for profiles to be assigned", &last)).await {
            Ok(paused) => paused?,
            Err(_) => tracing::debug!("the time to wait is over"),
        }
        unless_late(look_again(graph, choice, seen).await)?;
    }
}

/// A look that the deadline ended, or that Graph put off beyond it, shows nothing new; what was seen before is told.
fn unless_late<T>(looked: Result<T>) -> Result<Option<T>> {
    let is_late = |error: &graph::Error| matches!(error, graph::Error::TimedOut { .. }) || error.status() == Some(429);
    match looked {
        Ok(seen) => Ok(Some(seen)),
        Err(error) if error.graph().is_some_and(is_late) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads what is waited for, or the whole collection where that is fewer requests or something is not there yet.
async fn look_again(graph: &Client, choice: &Choice, seen: &mut Seen) -> Result<()> {
    let waiting: Vec<(String, String)> = seen
        .devices
        .iter()
        .filter(|(_, device)| !is_assigned(device))
        .map(|(serial_number, device)| (serial_number.clone(), text(device, "id").unwrap_or_default().to_owned()))
        .collect();
    if !seen.missing.is_empty() || waiting.len().div_ceil(BATCH) >= seen.in_tenant.div_ceil(PAGE) {
        *seen = choice.among(graph.list(&format!("/beta{COLLECTION}")).await?);
        return Ok(());
    }
    let paths: Vec<String> = waiting.iter().map(|(_, id)| format!("{COLLECTION}/{}", segment(id))).collect();
    for ((serial_number, _), answer) in waiting.into_iter().zip(graph.get_many("beta", &paths).await?) {
        match answer {
            Ok(device) => _ = seen.devices.insert(serial_number, device),
            Err(error) if error.is_not_found() => _ = seen.devices.remove(&serial_number),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn is_assigned(device: &Json) -> bool {
    status(device) == device_status::ASSIGNED && time(device, "deploymentProfileAssignedDateTime").is_some()
}

fn has_profile(device: &Json, profiles: &BTreeMap<String, Profiles>) -> bool {
    text(device, "id").and_then(|id| profiles.get(id)).is_some_and(|profiles| profiles.assigned.is_some())
}

fn status(device: &Json) -> &'static str {
    let word = |property| text(device, property).unwrap_or_default();
    device_status::profile_status(word("deploymentProfileAssignmentStatus"), word("remediationState"))
}

/// Serial number and profile status of each device that has no profile yet.
fn without_profile(seen: &Seen) -> Vec<(String, &'static str)> {
    let missing = seen.missing.iter().map(|serial_number| (serial_number.clone(), "Not registered"));
    let devices = seen.devices.iter().filter(|(_, device)| !is_assigned(device)).map(|(serial_number, device)| {
        // Assigned without a date is not done.
        let status = Some(status(device)).filter(|status| *status != device_status::ASSIGNED);
        (serial_number.clone(), status.unwrap_or("Assigning"))
    });
    missing.chain(devices).collect()
}

fn warn(cx: &mut Cx, seen: &Seen, waiting: &[(String, &str)]) {
    const NAMED: usize = 20;
    if waiting.is_empty() {
        return;
    }
    let (count, all) = (waiting.len(), seen.count());
    let named: Vec<_> =
        waiting.iter().take(NAMED).map(|(serial_number, status)| format!("{serial_number} ({status})")).collect();
    let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
    let detail = format!(
        "{count} of {all} devices have no deployment profile yet: {}{more}.\n\nIntune assigns profiles by itself to the \
         devices in the groups that a profile is assigned to, which can take a while: refresh later, or allow more time \
         with `timeouts`. A device that requires attention has to be reset and registered again.",
        named.join(", ")
    );
    cx.warn("Devices Without a Profile", detail);
}

fn value(device: &Json, profiles: &BTreeMap<String, Profiles>) -> Value {
    let word = |property| Value::from(text(device, property));
    let profiles = text(device, "id").and_then(|id| profiles.get(id)).cloned().unwrap_or_default();
    let entra = ["azureAdDeviceId", "azureActiveDirectoryDeviceId"].into_iter().find_map(|name| text(device, name));
    Value::object([
        ("id", word("id")),
        ("serial_number", word("serialNumber")),
        ("group_tag", word("groupTag")),
        ("assigned_user", word("userPrincipalName")),
        ("display_name", word("displayName")),
        ("manufacturer", word("manufacturer")),
        ("model", word("model")),
        ("profile_status", status(device).into()),
        ("date_assigned", time(device, "deploymentProfileAssignedDateTime").into()),
        ("assigned_profile", profiles.assigned.into()),
        ("intended_profile", profiles.intended.into()),
        ("entra_device_id", entra.into()),
        (
            "enrollment_state",
            device_status::enrollment_state(text(device, "enrollmentState").unwrap_or_default()).into(),
        ),
        ("last_contacted", time(device, "lastContactedDateTime").into()),
    ])
}

/// A text that says something. A GUID of zeros says that there is none.
fn text<'a>(json: &'a Json, property: &str) -> Option<&'a str> {
    let text = json.get(property)?.as_str()?;
    (!text.is_empty() && text != "00000000-0000-0000-0000-000000000000").then_some(text)
}

/// A time that is not in year 1.
fn time<'a>(json: &'a Json, property: &str) -> Option<&'a str> {
    use time::{OffsetDateTime, format_description::well_known::Rfc3339};
    let text = text(json, property)?;
    OffsetDateTime::parse(text, &Rfc3339).is_ok_and(|time| time.year() > 1).then_some(text)
}
