//! Device preparation: where its policies keep what is read by other ways, and what deployments leave behind.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::device::Hardware;
use super::item::Item;
use crate::emulator::clock::Millis;

/// Where a policy of the settings catalog keeps its settings,
pub(crate) const SETTINGS: &str = "settings";
/// its place among its like, a number,
pub(crate) const PRIORITY: &str = "priority";
/// and the group that devices join when they enrol.
pub(crate) const TARGETS: &str = "enrollmentTimeDeviceMembershipTargets";

/// The ids of the groups of a policy.
pub(crate) fn targets(policy: &Item) -> impl Iterator<Item = &str> {
    policy.hidden.get(TARGETS).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The texts that a setting of a policy holds.
pub(crate) fn texts<'a>(policy: &'a Item, definition: &'a str) -> impl Iterator<Item = &'a str> {
    let settings = policy.hidden.get(SETTINGS).and_then(Value::as_array).into_iter().flatten();
    let instances = settings.filter_map(|setting| setting.get("settingInstance"));
    let found = instances.filter(move |instance| {
        instance.get("settingDefinitionId").and_then(Value::as_str).is_some_and(|id| id == definition)
    });
    let values = found.filter_map(|instance| instance.get("simpleSettingCollectionValue")?.as_array());
    values.flatten().filter_map(|value| value.get("value")?.as_str())
}

/// What became of an app or a script of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Installed,
    /// It is not there, not assigned to the policy's group, or not for the system.
    Skipped,
    Failed,
}

impl Outcome {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Outcome::Installed => "Installed",
            Outcome::Skipped => "Skipped",
            Outcome::Failed => "Failed",
        }
    }
}

/// An app or a script of a deployment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivered {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Graph's type of an app.
    pub(crate) kind: String,
    pub(crate) outcome: Outcome,
}

/// The last deployment of a device by a device preparation policy.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Deployment {
    /// The id of the managed device.
    pub(crate) id: String,
    pub(crate) hardware: Hardware,
    pub(crate) name: String,
    pub(crate) user: String,
    pub(crate) policy: String,
    /// The Entra object's id, and the device id it carries.
    pub(crate) entra_object: String,
    pub(crate) entra_device_id: String,
    pub(crate) enrolled: bool,
    pub(crate) at: Millis,
    pub(crate) minutes: i64,
    pub(crate) failure: Option<String>,
    pub(crate) apps: Vec<Delivered>,
    pub(crate) scripts: Vec<Delivered>,
}
