//! Taking devices out of Windows Autopilot. Their objects in Intune and Entra stay.
//!
//! Graph: [delete](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotdeviceidentity-delete) and, for
//! many at once,
//! [deleteDevices](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotdeviceidentity-deletedevices).
//! Both answer at once and take minutes; now and then they answer success and nothing happens, so they are repeated.

use serde_json::json;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use super::why::{Why, count, several};
use crate::{
    autopilot::{
        device::Device,
        devices::{self, Registered},
    },
    diagnostic::Diagnostic,
    graph::{self, Call, Client, Json, Patience},
    knowledge::serial_number::Key,
    path::Path,
};

/// More devices than this go by serial number, a hundred in a call.
const FEW: usize = 20;
const IN_ONE_CALL: usize = 100;
/// A deletion that has not happened in this time of the service's is asked for again.
const ASK_AGAIN: Duration = Duration::from_secs(300);

/// Refuses to deregister devices in use: their next reset would not come back to the company.
pub(super) fn refuse_enrolled<'a>(leaving: impl Iterator<Item = &'a Device>) -> Option<Diagnostic> {
    let enrolled: Vec<_> =
        leaving.filter(|device| device.is_enrolled).map(|device| device.serial_number.as_str()).collect();
    if enrolled.is_empty() {
        return None;
    }
    let detail = format!(
        "This would deregister {} from Windows Autopilot that {} enrolled in Intune, so probably in use: {}. Keep \
         {3} in the configuration, or retire {3} first, or set deregister_enrolled = true (apply it before a destroy).",
        if enrolled.len() == 1 { "a device".to_owned() } else { format!("{} devices", enrolled.len()) },
        if enrolled.len() == 1 { "is" } else { "are" },
        several(&enrolled),
        if enrolled.len() == 1 { "it" } else { "them" },
    );
    Some(Diagnostic::error("Enrolled Device Not Deregistered", detail).at(Path::of("devices")))
}

/// What became of devices that were to be deregistered.
#[derive(Debug, Default)]
pub(super) struct Gone {
    /// Ids that are gone.
    pub(super) ids: HashSet<String>,
    /// Ids that are not, and why.
    pub(super) failed: HashMap<String, Why>,
    /// Why it stopped before the end.
    pub(super) stopped: Option<graph::Error>,
}

/// Deregisters devices and waits until they are gone.
pub(super) async fn deregister(graph: &Client, devices: &[Arc<Device>], registered: &Registered) -> Gone {
    let mut gone = Gone::default();
    if devices.is_empty() {
        return gone;
    }
    // An assigned user has been seen to hold a device back; that there is none (any more) is no matter.
    let with_user = devices.iter().filter(|device| device.user.is_some());
    let unassign: Vec<_> = with_user
        .map(|device| Call::action(format!("{}/unassignUserFromDevice", devices::path(&device.id)), Json::Null))
        .collect();
    let _ = graph.send_many("beta", &unassign).await;

    let mut left: Vec<Arc<Device>> = devices.to_vec();
    let mut patience = Patience::default();
    let mut asked_at = None;
    while !left.is_empty() {
        if asked_at.is_none_or(|asked_at| graph.has_passed(asked_at, ASK_AGAIN)) {
            if let Err(error) = ask(graph, &left, registered, &mut gone).await {
                gone.stopped = Some(error);
                return gone;
            }
            left.retain(|device| !gone.failed.contains_key(&device.id));
            asked_at = Some(graph.service_time());
        }
        let ids: Vec<_> = left.iter().map(|device| Some(device.id.as_str())).collect();
        let there = match devices::look(graph, &ids, registered.len()).await {
            Ok(there) => there,
            Err(error) => {
                gone.stopped = Some(error);
                return gone;
            }
        };
        let (still, absent): (Vec<_>, Vec<_>) = left.into_iter().partition(|device| there.by_id(&device.id).is_some());
        gone.ids.extend(absent.into_iter().map(|device| device.id.clone()));
        left = still;
        if !left.is_empty() {
            let what = format!("waiting for {} to be deregistered", count(left.len()));
            if let Err(error) = graph.pause(&mut patience, &what, "").await {
                gone.stopped = Some(error);
                return gone;
            }
        }
    }
    gone
}

async fn ask(
    graph: &Client,
    devices: &[Arc<Device>],
    registered: &Registered,
    gone: &mut Gone,
) -> Result<(), graph::Error> {
    // By serial number only where it names one device; two manufacturers may use the same.
    let by_serial = |device: &&Arc<Device>| devices.len() > FEW && registered.is_unique(&device.serial_number);
    let (many, single): (Vec<&Arc<Device>>, Vec<&Arc<Device>>) = devices.iter().partition(by_serial);
    let mut single = single;
    for chunk in many.chunks(IN_ONE_CALL) {
        let serial_numbers: Vec<_> = chunk.iter().map(|device| device.serial_number.as_str()).collect();
        let path = format!("/v1.0{}/deleteDevices", devices::COLLECTION);
        let answer = match graph.action(&path, &json!({ "serialNumbers": serial_numbers })).await {
            Ok(answer) => answer.unwrap_or_default(),
            // Its documented permission is doubtful; one by one it works with the one that we ask for.
            Err(error) if matches!(error.status(), Some(400 | 403 | 404 | 405 | 501)) => {
                single.extend(chunk);
                continue;
            }
            Err(error) => return Err(error),
        };
        let refused: HashMap<Key, String> = answer["value"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|state| matches!(state["deletionState"].as_str(), Some("failed" | "error")))
            .filter_map(|state| {
                let why = state["errorMessage"].as_str().filter(|why| !why.is_empty()).unwrap_or("no reason was given");
                Some((Key::of(state["serialNumber"].as_str()?), why.to_owned()))
            })
            .collect();
        for device in chunk {
            if let Some(why) = refused.get(&Key::of(&device.serial_number)) {
                gone.failed.insert(device.id.clone(), why.as_str().into());
            }
        }
    }
    let calls: Vec<_> = single.iter().map(|device| Call::delete(devices::path(&device.id))).collect();
    let mut stopped = None;
    for (device, sent) in single.iter().zip(graph.send_many("beta", &calls).await) {
        match sent {
            Ok(_) => {}
            Err(error @ graph::Error::Refused { .. }) => {
                gone.failed.insert(device.id.clone(), (&error).into());
            }
            Err(error) => stopped = Some(error),
        }
    }
    stopped.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(serial_number: &str, is_enrolled: bool) -> Device {
        Device { serial_number: serial_number.to_owned(), is_enrolled, ..Device::default() }
    }

    #[test]
    fn an_enrolled_device_is_refused_with_its_serial_number() {
        let devices = [device("A", false), device("B", true)];
        let told = refuse_enrolled(devices.iter()).unwrap().detail;
        assert!(
            told.contains("a device from Windows Autopilot that is enrolled in Intune, so probably in use: B."),
            "{told}"
        );
        assert_eq!(refuse_enrolled(devices.iter().take(1)), None);
    }

    #[test]
    fn many_are_not_all_named() {
        let names: Vec<_> = (0..23).map(|n| format!("S{n}")).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        assert!(several(&names).ends_with("S19 and 3 more"));
        assert_eq!(several(&names[..2]), "S0, S1");
    }
}
