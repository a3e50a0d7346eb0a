//! What the tenant holds beyond what it began with.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{lab::Lab, wish::Kind};

/// The objects of each kind by their ids, as Graph shows them.
pub(crate) struct View(BTreeMap<Kind, BTreeMap<String, Value>>);

/// The ids of what was there before.
pub(crate) type Baseline = BTreeSet<String>;

pub(crate) fn look(lab: &Lab, but: &Baseline) -> View {
    let of = |kind: Kind| {
        let objects = match kind {
            // As they are, seen already or not.
            Kind::Group => {
                let groups = lab.emulator.snapshot().groups.into_iter();
                groups.map(|group| json!({ "id": group.id, "displayName": group.name })).collect()
            }
            _ => lab.tenant.list(kind.collection()),
        };
        let with_id = |object: Value| Some((object["id"].as_str()?.to_owned(), object));
        objects.into_iter().filter_map(with_id).filter(|(id, _)| !but.contains(id)).collect()
    };
    View(Kind::ALL.into_iter().map(|kind| (kind, of(kind))).collect())
}

impl View {
    pub(crate) fn of(&self, kind: Kind) -> &BTreeMap<String, Value> {
        &self.0[&kind]
    }

    pub(crate) fn has(&self, kind: Kind, id: &str) -> bool {
        self.of(kind).contains_key(id)
    }

    pub(crate) fn ids(&self) -> Baseline {
        self.0.values().flat_map(|objects| objects.keys().cloned()).collect()
    }

    /// The devices by serial number, each with its id.
    pub(crate) fn devices(&self) -> BTreeMap<String, String> {
        let serial = |device: &Value| device["serialNumber"].as_str().unwrap_or_default().to_uppercase();
        self.of(Kind::Import).iter().map(|(id, device)| (serial(device), id.clone())).collect()
    }
}

/// Removes an object as an administrator would.
pub(crate) fn remove(lab: &Lab, kind: Kind, id: &str) {
    let object = format!("{}/{id}", kind.collection());
    if kind == Kind::Profile {
        for assignment in lab.tenant.list(&format!("{object}/assignments")) {
            lab.tenant.delete(&format!("{object}/assignments/{}", assignment["id"].as_str().unwrap_or_default()));
        }
    }
    lab.tenant.delete(&object);
}

/// Whether it is assigned to All Devices.
pub(crate) fn is_everywhere(lab: &Lab, kind: Kind, id: &str) -> bool {
    kind == Kind::Profile
        && targets(lab, kind, id)
            .iter()
            .any(|target| target["@odata.type"] == "#microsoft.graph.allDevicesAssignmentTarget")
}

/// Whom it is assigned to, in Graph's words.
pub(crate) fn targets(lab: &Lab, kind: Kind, id: &str) -> Vec<Value> {
    let assignments = lab.tenant.list(&format!("{}/{id}/assignments", kind.collection()));
    assignments.into_iter().map(|mut assignment| assignment["target"].take()).collect()
}
