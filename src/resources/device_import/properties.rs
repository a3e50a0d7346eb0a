//! Group tag, user and name of a registered device.
//!
//! Graph: [updateDeviceProperties](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotdeviceidentity-updatedeviceproperties),
//! [assignUserToDevice](https://learn.microsoft.com/graph/api/intune-enrollment-windowsautopilotdeviceidentity-assignusertodevice)
//! and unassignUserFromDevice. They answer before reads show the change.

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

/// The calls that make a device what is wanted. None where it is so already.
fn calls(want: &Want, device: &Device) -> Vec<Call> {
    let path = path(&device.id);
    let mut calls = Vec::new();
    let mut changed = Map::new();
    let pairs =
        [("groupTag", &want.group_tag, &device.group_tag), ("displayName", &want.display_name, &device.display_name)];
    for (property, wanted, there) in pairs {
        if let Some(wanted) = wanted.as_deref().filter(|wanted| *wanted != blank(there)) {
            changed.insert(property.to_owned(), wanted.into());
        }
    }
    if !changed.is_empty() {
        calls.push(Call::action(format!("{path}/updateDeviceProperties"), Json::Object(changed)));
    }
    match want.user.as_deref() {
        Some(user) if user.eq_ignore_ascii_case(blank(&device.user)) => {}
        Some("") => calls.push(Call::action(format!("{path}/unassignUserFromDevice"), Json::Null)),
        Some(user) => {
            // The greeting on the sign-in page; the name is not known here, the mailbox part is what people recognize.
            let greeting = user.split('@').next().unwrap_or(user);
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
    let (mut of, mut all) = (Vec::new(), Vec::new());
    for (serial_number, row) in &fleet.rows {
        if let Phase::Registered(device) = &row.phase {
            for call in calls(&row.want, device) {
                of.push(serial_number.clone());
                all.push(call);
            }
        }
    }
    if all.is_empty() {
        return Ok(());
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
    match stopped {
        Some(error) => Err(error),
        None => wait_until_shown(graph, fleet, &of, in_tenant).await,
    }
}

async fn wait_until_shown(
    graph: &Client,
    fleet: &mut Fleet,
    written: &[String],
    in_tenant: usize,
) -> Result<(), graph::Error> {
    let mut patience = Patience::default();
    loop {
        let waiting: Vec<_> = written
            .iter()
            .filter_map(|serial_number| fleet.rows.get(serial_number))
            .filter(|row| row.trouble.is_none())
            .filter_map(|row| row.device().filter(|device| !calls(&row.want, device).is_empty()))
            .map(|device| device.id.clone())
            .collect();
        if waiting.is_empty() {
            return Ok(());
        }
        let left = waiting.len();
        let ids: Vec<_> = waiting.iter().map(|id| Some(id.as_str())).collect();
        let seen = devices::look(graph, &ids, in_tenant).await?;
        let mut still = 0;
        for row in fleet.rows.values_mut() {
            let Phase::Registered(device) = &mut row.phase else { continue };
            if let Some(now) = seen.by_id(&device.id) {
                *device = now.clone();
                still += usize::from(row.trouble.is_none() && !calls(&row.want, device).is_empty());
            }
        }
        if still > 0 {
            graph.pause(&mut patience, &format!("waiting for {} to show the changes", count(left)), "").await?;
        }
    }
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
        let told = told(&Want { user: Some("grace@contoso.com".into()), ..Want::default() });
        assert!(told.contains("assignUserToDevice") && told.contains("\"grace\""), "{told}");
    }
}
