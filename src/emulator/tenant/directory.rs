//! Directory objects as they are kept: users, devices, groups.

use std::collections::BTreeSet;

use ecow::EcoString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::emulator::clock::Millis;
use crate::emulator::model::check::Object;
use crate::emulator::text::maybe_word;

/// A user. `extra` holds whatever else membership rules may look at, by Graph's name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) upn: String,
    pub(crate) display_name: String,
    #[serde(default)]
    pub(crate) manager: Option<String>,
    /// How often the user's sessions were ended.
    #[serde(default)]
    pub(crate) sessions: u32,
    #[serde(default)]
    pub(crate) extra: Object,
}

/// An Entra device object.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct EntraDevice {
    pub(crate) id: EcoString,
    pub(crate) device_id: EcoString,
    pub(crate) display_name: EcoString,
    /// What Autopilot has written into `physicalIds`, beside its own id.
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) order: Option<EcoString>,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) purchase_order: Option<EcoString>,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) manufacturer: Option<EcoString>,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) model: Option<EcoString>,
    /// The Autopilot registration that made it.
    pub(crate) autopilot: Option<EcoString>,
    /// Whether the device has joined; an object that never did goes with its registration.
    pub(crate) joined: bool,
    pub(crate) registered_at: Millis,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) enrollment_profile: Option<EcoString>,
    /// Nothing, rather than an empty map for each of many devices.
    #[serde(default)]
    pub(crate) extra: Option<Box<Object>>,
}

impl EntraDevice {
    /// What Autopilot writes into `physicalIds`.
    pub(crate) fn physical_ids(&self) -> Vec<String> {
        let parts = self.physical_id_parts().into_iter().filter(|(_, text)| !text.is_empty());
        parts.map(|(head, text)| [head, text].concat()).collect()
    }

    /// The same as heads and texts; one without a text is none.
    pub(crate) fn physical_id_parts(&self) -> [(&'static str, &str); 3] {
        fn given<'a>(device: &EntraDevice, text: &'a Option<EcoString>) -> &'a str {
            text.as_deref().filter(|_| device.autopilot.is_some()).unwrap_or_default()
        }
        [
            ("[ZTDID]:", given(self, &self.autopilot)),
            ("[OrderID]:", given(self, &self.order)),
            ("[PurchaseOrderId]:", given(self, &self.purchase_order)),
        ]
    }
}

/// Old values that reads still show, while a write replicates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stale {
    pub(crate) until: Millis,
    /// Nothing: the object is new and not found yet.
    pub(crate) shown: Option<Object>,
    /// The owners of before, when they are what changed.
    #[serde(default)]
    pub(crate) owners: Option<BTreeSet<String>>,
}

/// A group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: String,
    /// Its properties by Graph's names, but for those that are as their type has them by default.
    pub(crate) entity: Object,
    pub(crate) members: BTreeSet<String>,
    pub(crate) owners: BTreeSet<String>,
    #[serde(default)]
    pub(crate) stale: Option<Stale>,
    #[serde(default)]
    pub(crate) processing: Processing,
}

/// How far the service has come with a group's rule.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Processing {
    /// When the rule was written or switched on.
    pub(crate) since: Option<Millis>,
    /// When the members were last brought up to date.
    pub(crate) updated: Option<Millis>,
    /// When a rule that cannot be evaluated is found to be so.
    pub(crate) fails: Option<Millis>,
    /// Whether it went well; nothing while it is under way.
    pub(crate) outcome: Option<bool>,
}

impl Group {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.entity.get(name).and_then(Value::as_str)
    }

    pub(crate) fn is_dynamic(&self) -> bool {
        has_dynamic_type(&self.entity)
    }

    /// Its rule, when the service is to evaluate it.
    pub(crate) fn running_rule(&self) -> Option<&str> {
        let runs = self.is_dynamic() && self.text("membershipRuleProcessingState") == Some("On");
        self.text("membershipRule").filter(|_| runs)
    }
}

pub(crate) fn has_dynamic_type(entity: &Object) -> bool {
    let types = entity.get("groupTypes").and_then(Value::as_array);
    types.is_some_and(|types| types.iter().any(|each| each == "DynamicMembership"))
}
