//! The devices that are registered in the tenant.
//!
//! Graph: [windowsAutopilotDeviceIdentity](https://learn.microsoft.com/graph/api/resources/intune-enrollment-windowsautopilotdeviceidentity).
//! `$select` answers 500 and `eq` filters 400, so the list is read whole: 1,000 devices in a page.

use std::collections::HashMap;

use crate::graph::{self, Client, Json, segment};

/// The collection, without a version.
pub(super) const DEVICES: &str = "/deviceManagement/windowsAutopilotDeviceIdentities";

/// Fewer devices than this are read one by one, twenty in a batch; more by the list.
const FEW: usize = 40;

/// A registered device. A blank is no value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Device {
    pub(super) id: String,
    pub(super) serial_number: String,
    pub(super) group_tag: Option<String>,
    pub(super) user: Option<String>,
    pub(super) display_name: Option<String>,
    /// Whether it is in use: enrolled in Intune.
    pub(super) enrolled: bool,
}

impl Device {
    pub(super) fn from_json(json: &Json) -> Option<Device> {
        let text = |name: &str| json[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Device {
            id: text("id")?,
            serial_number: text("serialNumber").unwrap_or_default(),
            group_tag: text("groupTag"),
            user: text("userPrincipalName"),
            display_name: text("displayName"),
            enrolled: matches!(json["enrollmentState"].as_str(), Some("enrolled" | "pendingReset")),
        })
    }
}

/// Serial numbers are compared without blanks around them and without case.
pub(super) fn key(serial_number: &str) -> String {
    serial_number.trim().to_lowercase()
}

/// Devices by id and by serial number.
#[derive(Debug, Default)]
pub(super) struct Registered {
    devices: Vec<Device>,
    by_id: HashMap<String, usize>,
    by_serial: HashMap<String, Vec<usize>>,
}

impl Registered {
    pub(super) fn new(devices: Vec<Device>) -> Registered {
        let mut registered = Registered { devices, ..Registered::default() };
        for (at, device) in registered.devices.iter().enumerate() {
            registered.by_id.insert(device.id.to_lowercase(), at);
            registered.by_serial.entry(key(&device.serial_number)).or_default().push(at);
        }
        registered
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Device> {
        self.devices.get(*self.by_id.get(&id.to_lowercase())?)
    }

    pub(super) fn by_serial(&self, serial_number: &str) -> Option<&Device> {
        self.devices.get(*self.by_serial.get(&key(serial_number))?.first()?)
    }

    /// Whether a serial number names one device and no other. Two manufacturers may use one.
    pub(super) fn is_unique(&self, serial_number: &str) -> bool {
        self.by_serial.get(&key(serial_number)).is_some_and(|devices| devices.len() == 1)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Device> {
        self.devices.iter()
    }
}

/// Every registered device, by one paged list.
pub(super) async fn list(graph: &Client) -> Result<Registered, graph::Error> {
    let devices = graph.list_as(&format!("/beta{DEVICES}"), |json| Device::from_json(&json)).await?;
    Ok(Registered::new(devices))
}

/// The devices of these ids, as far as they are there, in as few requests as it takes. Where an id is not known, all.
pub(super) async fn look(graph: &Client, ids: &[Option<String>]) -> Result<Registered, graph::Error> {
    let Some(ids) = ids.iter().cloned().collect::<Option<Vec<String>>>().filter(|ids| ids.len() <= FEW) else {
        return list(graph).await;
    };
    let paths: Vec<_> = ids.iter().map(|id| path(id)).collect();
    let mut devices = Vec::new();
    for found in graph.get_many("beta", &paths).await? {
        match found {
            Ok(json) => devices.extend(Device::from_json(&json)),
            // Intune answers either for what is not there (yet).
            Err(error) if matches!(error.status(), Some(400 | 404)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Registered::new(devices))
}

/// The path of one device, without a version.
pub(super) fn path(id: &str) -> String {
    format!("{DEVICES}/{}", segment(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn devices_are_found_by_id_and_serial_number_in_any_case() {
        let device = |id: &str, serial: &str, state: &str| json!({"id": id, "serialNumber": serial, "groupTag": "", "userPrincipalName": "a@b", "enrollmentState": state});
        let json =
            [device("A-1", "PF3a", "enrolled"), device("A-2", "X", "unknown"), device("A-3", "x", "notContacted")];
        let registered = Registered::new(json.iter().filter_map(Device::from_json).collect());
        let found = registered.by_id("a-1").unwrap();
        assert_eq!((found.group_tag.as_deref(), found.user.as_deref(), found.enrolled), (None, Some("a@b"), true));
        assert_eq!(registered.by_serial(" pF3A "), Some(found));
        assert!(registered.is_unique("PF3A") && !registered.is_unique("X"));
        assert!(registered.iter().skip(1).all(|device| !device.enrolled));
    }
}
