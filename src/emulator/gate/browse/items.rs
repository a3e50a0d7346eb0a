//! Policies, apps and whatever else is an [`Item`], for a person.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::part::{Part, Wanted, by_text};
use crate::emulator::clock::intune_date;
use crate::emulator::model::name_of;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::assignment::{Assigned, Target};
use crate::emulator::tenant::item::{self, Item};
use crate::emulator::tenant::{event, item::CONFIGURATIONS};

/// A collection of items: its name, and how its path begins.
pub(super) struct Place {
    collection: &'static str,
    below: &'static str,
    assigned: bool,
}

const fn intune(collection: &'static str, assigned: bool) -> Place {
    Place { collection, below: "/beta/deviceManagement", assigned }
}

pub(super) const PROFILES: Place = intune(item::PROFILES, true);
pub(super) const PAGES: Place = intune(CONFIGURATIONS, true);
pub(super) const EVENTS: Place = intune(event::EVENTS, false);
pub(super) const FILTERS: Place = intune(item::FILTERS, false);
pub(super) const IDENTIFIERS: Place = intune("importedDeviceIdentities", false);
pub(super) const TAGS: Place = intune("roleScopeTags", false);
pub(super) const SCRIPTS: Place = intune("deviceManagementScripts", true);
pub(super) const APPS: Place = Place { collection: "mobileApps", below: "/beta/deviceAppManagement", assigned: true };
const SETTINGS_CATALOG: Place = intune("configurationPolicies", true);
const DEVICE_CONFIGURATIONS: Place = intune("deviceConfigurations", true);

impl Place {
    pub(super) fn count(&self, tenant: &Tenant) -> usize {
        tenant.items(self.collection).len()
    }

    /// The path by which one is read, its assignments included.
    fn path(&self, item: &Item) -> String {
        let expand = if self.assigned { "?$expand=assignments" } else { "" };
        format!("{}/{}/{}{expand}", self.below, self.collection, item.id)
    }

    pub(super) fn rows(&self, tenant: &Tenant, wanted: &Wanted) -> Part {
        let found = tenant.items(self.collection).values().filter(|item| is_wanted(item, wanted));
        Part::sorted(found, wanted, |item| by_text(name(item)), |item| self.row(tenant, item))
    }

    fn row(&self, tenant: &Tenant, item: &Item) -> Value {
        json!({
            "id": item.id,
            "path": self.path(item),
            "name": name(item),
            "type": name_of(item.text("@odata.type")),
            "description": item.text("description"),
            "default": item.by_service,
            "assigned_to": item.assignments.iter().map(|each| target(tenant, each)).collect::<Vec<_>>(),
            "assignable": self.assigned,
        })
    }
}

/// The settings catalog calls its policies' names otherwise, and a corporate identifier is its own name.
fn name(item: &Item) -> &str {
    let names = ["displayName", "name", "importedDeviceIdentifier"].map(|name| item.text(name));
    names.into_iter().find(|name| !name.is_empty()).unwrap_or_default()
}

fn is_wanted(item: &Item, wanted: &Wanted) -> bool {
    wanted.finds(|say| [name(item), item.text("description"), item.text("@odata.type")].into_iter().for_each(say))
}

/// Whom an assignment means, by name.
fn target(tenant: &Tenant, assigned: &Assigned) -> Value {
    let group = |id: &str| tenant.groups.get(id).and_then(|group| group.text("displayName")).unwrap_or(id).to_owned();
    let assignment = &assigned.assignment;
    let name = match &assignment.target {
        Target::Group(id) | Target::Exclusion(id) => group(id),
        Target::AllDevices => "All Devices".into(),
        Target::AllUsers => "All Users".into(),
        Target::Collection(id) => format!("collection {id}"),
    };
    let filter = assignment.filter.as_ref().map(|(id, mode)| {
        let name = tenant.items(item::FILTERS).get(id).map_or(id.as_str(), |filter| filter.name());
        json!({"name": name, "mode": mode})
    });
    json!({
        "name": name,
        "excluded": matches!(assignment.target, Target::Exclusion(_)),
        "filter": filter,
        "intent": assigned.more.get("intent"),
    })
}

pub(super) fn profiles(tenant: &Tenant, wanted: &Wanted) -> Part {
    let mut part = PROFILES.rows(tenant, wanted);
    let mut devices: BTreeMap<&str, usize> = BTreeMap::new();
    for profile in tenant.autopilot.values().filter_map(|device| device.assigned.as_deref()) {
        *devices.entry(profile).or_default() += 1;
    }
    for row in &mut part.rows {
        let count = row["id"].as_str().and_then(|id| devices.get(id)).copied().unwrap_or_default();
        row["devices"] = json!(count);
    }
    part
}

pub(super) fn pages(tenant: &Tenant, wanted: &Wanted) -> Part {
    let priority = |item: &Item| item.entity.get("priority").and_then(Value::as_i64);
    let found = tenant.items(PAGES.collection).values().filter(|item| is_wanted(item, wanted));
    // The first one that is meant for somebody wins; defaults come last.
    let order = |item: &'_ Item| (item.by_service, priority(item), item.sequence);
    Part::sorted(found, wanted, order, |item| {
        let mut row = PAGES.row(tenant, item);
        row["priority"] = json!(priority(item));
        row
    })
}

pub(super) fn count_policies(tenant: &Tenant) -> usize {
    SETTINGS_CATALOG.count(tenant) + DEVICE_CONFIGURATIONS.count(tenant)
}

pub(super) fn policies(tenant: &Tenant, wanted: &Wanted) -> Part {
    let all = [SETTINGS_CATALOG, DEVICE_CONFIGURATIONS];
    let found = all.iter().flat_map(|place| tenant.items(place.collection).values().map(move |item| (place, item)));
    let found: Vec<_> = found.filter(|(_, item)| is_wanted(item, wanted)).collect();
    Part::sorted(found.iter(), wanted, |(_, item)| by_text(name(item)), |(place, item)| place.row(tenant, item))
}

pub(super) fn events(tenant: &Tenant, wanted: &Wanted) -> Part {
    let texts = ["deviceSerialNumber", "userPrincipalName", "deploymentState", "enrollmentFailureDetails"];
    let found = tenant.items(EVENTS.collection).values();
    let found = found.filter(|item| wanted.finds(|say| texts.into_iter().for_each(|name| say(item.text(name)))));
    let show = |item: &Item| {
        json!({
            "id": item.id,
            "path": EVENTS.path(item),
            "serial_number": item.text("deviceSerialNumber"),
            "user": item.text("userPrincipalName"),
            "profile": item.text("windowsAutopilotDeploymentProfileDisplayName"),
            "state": item.text("deploymentState"),
            "failure": item.text("enrollmentFailureDetails"),
            "duration": item.text("deploymentTotalDuration"),
            "at": item.created.map(intune_date),
        })
    };
    Part::sorted(found, wanted, |item| std::cmp::Reverse(item.sequence), show)
}
