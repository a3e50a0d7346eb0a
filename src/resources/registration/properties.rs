//! Group tag, user and name of a registered device.
//!
//! Graph: [updateDeviceProperties](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotdeviceidentity-updatedeviceproperties),
//! [assignUserToDevice](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotdeviceidentity-assignusertodevice)
//! and unassignUserFromDevice. They answer before reads show the change.

use std::time::Duration;

use serde_json::{Map, json};

use super::fleet::{Fleet, Phase, Want};
use super::why::count;
use crate::{
    autopilot::{
        device::Device,
        devices::{self, path},
    },
    graph::{self, Call, Client, Json, Patience},
};

/// A change that no read shows after this time of the service's is sent once more: now and then one is answered with success
/// and has no effect (microsoft-graph-docs-contrib issue 11620).
const SEND_AGAIN: Duration = Duration::from_secs(300);

/// The calls that make a device what is wanted. None where it is so already.
fn calls(want: &Want, device: &Device) -> Vec<Call> {
    let path = path(&device.id);
    let mut calls = Vec::new();
    let mut changed = Map::new();
    let is_user_there = want.user.as_deref().is_none_or(|user| user.eq_ignore_ascii_case(blank(&device.user)));
    let pairs = [
        ("groupTag", &want.group_tag, &device.group_tag),
        ("displayName", &want.display_name, &device.display_name),
        // Who is assigned anew is assigned with it.
        ("addressableUserName", &want.greeting.clone().filter(|_| is_user_there), &device.greeting),
    ];
    for (property, wanted, there) in pairs {
        if let Some(wanted) = wanted.as_deref().filter(|wanted| *wanted != blank(there)) {
            changed.insert(property.to_owned(), wanted.into());
        }
    }
    if !changed.is_empty() {
        calls.push(Call::action(format!("{path}/updateDeviceProperties"), Json::Object(changed)));
    }
    match want.user.as_deref() {
        _ if is_user_there => {}
        Some("") => calls.push(Call::action(format!("{path}/unassignUserFromDevice"), Json::Null)),
        Some(user) => {
            // The greeting on the sign-in page: where no name is known, the mailbox part is what people recognize.
            let greeting = want.greeting.as_deref().unwrap_or_else(|| user.split('@').next().unwrap_or(user));
            let body = json!({"userPrincipalName": user, "addressableUserName": greeting});
            calls.push(Call::action(format!("{path}/assignUserToDevice"), body));
        }
        None => {}
    }
    calls
}

fn blank(text: &Option<String>) -> &str {
    text.as_deref().unwrap_or_default()
}

/// Writes what differs, and waits until reads show it. A device that refuses is noted in its row. The tenant has about
/// `in_tenant` devices.
pub(super) async fn write(graph: &Client, fleet: &mut Fleet, in_tenant: usize) -> Result<(), graph::Error> {
    if !send(graph, fleet).await? {
        return Ok(());
    }
    let sent_at = graph.service_time();
    let (mut patience, mut is_repeated) = (Patience::default(), false);
    loop {
        let waiting: Vec<_> = waiting(fleet).map(|(_, device)| device.id.clone()).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = waiting.iter().map(|id| Some(id.as_str())).collect();
        let seen = devices::look(graph, &ids, in_tenant).await?;
        for row in fleet.rows.values_mut() {
            if let Phase::Registered(device) = &mut row.phase
                && let Some(now) = seen.by_id(&device.id)
            {
                *device = now.clone();
            }
        }
        let left = self::waiting(fleet).count();
        if left > 0 {
            if !is_repeated && graph.has_passed(sent_at, SEND_AGAIN) {
                is_repeated = true;
                send(graph, fleet).await?;
            }
            graph.pause(&mut patience, &format!("waiting for {} to show the changes", count(left)), "").await?;
        }
    }
}

/// Sends what differs. False where there was nothing to send.
async fn send(graph: &Client, fleet: &mut Fleet) -> Result<bool, graph::Error> {
    let (mut of, mut all) = (Vec::new(), Vec::new());
    for (serial_number, device) in waiting(fleet) {
        for call in calls(&fleet.rows[serial_number].want, device) {
            of.push(serial_number.clone());
            all.push(call);
        }
    }
    let answers = graph.send_many("beta", &all).await;
    let mut stopped = None;
    for (serial_number, answer) in of.iter().zip(answers) {
        match answer {
            Ok(_) => fleet.sent = true,
            Err(error @ graph::Error::Refused { .. }) => {
                if let Some(row) = fleet.rows.get_mut(serial_number) {
                    row.trouble = Some((&error).into());
                }
            }
            Err(error) => stopped = Some(error),
        }
    }
    stopped.map_or(Ok(!all.is_empty()), Err)
}

/// The rows whose devices are not yet what is wanted.
fn waiting(fleet: &Fleet) -> impl Iterator<Item = (&String, &Device)> {
    let rows = fleet.rows.iter().filter(|(_, row)| row.trouble.is_none());
    let rows = rows.filter_map(|(serial_number, row)| Some((serial_number, row, row.device()?)));
    rows.filter(|(_, row, device)| !calls(&row.want, device).is_empty())
        .map(|(serial_number, _, device)| (serial_number, device))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device() -> Device {
        let text = |text: &str| Some(text.to_owned());
        let (group_tag, user) = (text("Sales"), text("Ada@contoso.com"));
        Device { id: "d".to_owned(), group_tag, user, ..Device::default() }
    }

    fn told(want: &Want) -> String {
        format!("{:?}", calls(want, &device()))
    }

    #[test]
    fn what_is_not_wanted_is_left_and_what_is_there_is_not_sent() {
        assert!(calls(&Want::default(), &device()).is_empty());
        let same = Want {
            group_tag: Some("Sales".into()),
            user: Some("ada@CONTOSO.com".into()),
            greeting: Some(String::new()),
            display_name: Some(String::new()),
            hash: Some("hash".into()),
        };
        assert!(calls(&same, &device()).is_empty());
    }

    #[test]
    fn an_empty_text_clears() {
        let told = told(&Want { group_tag: Some(String::new()), user: Some(String::new()), ..Want::default() });
        assert!(told.contains("updateDeviceProperties") && told.contains("unassignUserFromDevice"), "{told}");
        assert!(!told.contains("displayName"), "{told}");
    }

    #[test]
    fn a_user_is_assigned_with_a_greeting() {
        let wanted = Want { user: Some("grace@contoso.com".into()), ..Want::default() };
        let told = [told(&wanted), told(&Want { greeting: Some("Grace".into()), ..wanted })];
        assert!(told[0].contains("assignUserToDevice") && told[0].contains("\"grace\""), "{told:?}");
        assert!(told[1].contains("assignUserToDevice") && told[1].contains("\"Grace\""), "{told:?}");
        assert!(!told[1].contains("updateDeviceProperties"), "{told:?}");
    }

    #[test]
    fn a_greeting_alone_is_a_property() {
        let told = told(&Want { greeting: Some("Ada L.".into()), ..Want::default() });
        assert!(told.contains("updateDeviceProperties") && told.contains("Ada L."), "{told}");
        assert!(!told.contains("assignUserToDevice"), "{told}");
    }
}
