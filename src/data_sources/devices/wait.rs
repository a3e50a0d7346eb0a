//! Waiting until devices have their profiles.

use std::{collections::BTreeMap, time::Duration};

use tokio::time::{Instant, timeout_at};

use super::{
    choice::{Choice, Seen},
    profiles::{self, Profiles},
    reasons,
};
use crate::{
    autopilot::{device::Device, devices},
    graph::{self, Client, Patience},
    knowledge::device_status,
    resource::{Cx, Result},
};

/// The profile statuses of devices whose hardware was changed.
const CHANGED: [&str; 2] = [device_status::FIX_PENDING, device_status::ATTENTION_REQUIRED];

/// Looks until each device has a profile, a date, and the profile's name, or the time is over. Then a warning.
pub(super) async fn wait(
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
    // A hardware change ends with the device, and no profile comes before.
    let is_final = |(_, status): &(String, &str)| CHANGED.contains(status);
    let mut patience = Patience::default();
    let mut profiles = BTreeMap::new();
    loop {
        let is_last = Instant::now() >= end;
        let mut waiting = without_profile(seen);
        if is_last || waiting.iter().all(is_final) {
            if let Some(read) = unless_late(profiles::of(graph, seen, expand).await)? {
                profiles = read;
            }
            let is_nameless = |device: &Device| device.is_assigned() && !has_profile(device, &profiles);
            let nameless = seen.devices.iter().filter(|(_, device)| is_nameless(device));
            waiting.extend(nameless.map(|(serial_number, _)| (serial_number.clone(), "its profile is not known yet")));
            if is_last || waiting.iter().all(is_final) {
                if !waiting.is_empty() {
                    let reasons = if is_last { reasons::of(graph, &unassigned(seen)).await } else { Vec::new() };
                    warn(cx, seen, &waiting, &reasons);
                }
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
    let waiting = seen.devices.iter().filter(|(_, device)| !device.is_assigned());
    let waiting: Vec<(String, String)> =
        waiting.map(|(serial_number, device)| (serial_number.clone(), device.id.clone())).collect();
    if !seen.missing.is_empty() || !devices::are_few(waiting.len(), seen.in_tenant) {
        *seen = choice.among(devices::list(graph).await?);
        return Ok(());
    }
    let ids: Vec<&str> = waiting.iter().map(|(_, id)| id.as_str()).collect();
    let read = devices::read(graph, &ids).await?;
    let mut read: BTreeMap<String, Device> = read.into_iter().map(|device| (device.id.clone(), device)).collect();
    for (serial_number, id) in waiting {
        match read.remove(&id) {
            Some(device) => _ = seen.devices.insert(serial_number, device),
            None => _ = seen.devices.remove(&serial_number),
        }
    }
    Ok(())
}

fn has_profile(device: &Device, profiles: &BTreeMap<String, Profiles>) -> bool {
    profiles.get(&device.id).is_some_and(|profiles| profiles.assigned.is_some())
}

/// Serial number and profile status of each device that has no profile yet.
fn without_profile(seen: &Seen) -> Vec<(String, &'static str)> {
    let missing = seen.missing.iter().map(|serial_number| (serial_number.clone(), "Not registered"));
    let devices = seen.devices.iter().filter(|(_, device)| !device.is_assigned()).map(|(serial_number, device)| {
        // Assigned without a date is not done.
        let status = Some(device.profile_status).filter(|status| *status != device_status::ASSIGNED);
        (serial_number.clone(), status.unwrap_or("Assigning"))
    });
    missing.chain(devices).collect()
}

/// The devices that Intune should have assigned a profile to.
fn unassigned(seen: &Seen) -> Vec<&Device> {
    let without = seen.devices.values().filter(|device| !device.is_assigned());
    without.filter(|device| !CHANGED.contains(&device.profile_status)).collect()
}

fn warn(cx: &mut Cx, seen: &Seen, waiting: &[(String, &str)], reasons: &[String]) {
    const NAMED: usize = 20;
    let (count, all) = (waiting.len(), seen.count());
    let named: Vec<_> =
        waiting.iter().take(NAMED).map(|(serial_number, status)| format!("{serial_number} ({status})")).collect();
    let more = if count > NAMED { format!(" and {} more", count - NAMED) } else { String::new() };
    let mut detail = format!("{count} of {all} devices have no deployment profile yet: {}{more}.", named.join(", "));
    let mut tell = |words: &str| detail.push_str(&format!("\n\n{words}"));
    if waiting.iter().any(|(_, status)| !CHANGED.contains(status)) {
        tell(
            "Intune assigns profiles by itself to the devices in the groups that a profile is assigned to, which can take a \
             while: refresh later, or allow more time with `timeouts`.",
        );
    }
    // Microsoft, "Verify device has an Autopilot profile assigned to it".
    for (status, remedy) in [
        (
            device_status::FIX_PENDING,
            "the hardware was changed, and Intune tries to register it by itself. Switch the device on, online: the status \
             changes when it next checks in.",
        ),
        (
            device_status::ATTENTION_REQUIRED,
            "the hardware was changed, and Intune cannot register it by itself. Deregister the device, reset it, and \
             register it again with a hardware hash that is collected anew.",
        ),
    ] {
        if waiting.iter().any(|(_, found)| *found == status) {
            tell(&format!("{status}: {remedy}"));
        }
    }
    reasons.iter().for_each(|reason| tell(reason));
    cx.warn("Devices Without a Profile", detail);
}
