//! What a tenant holds now, as plain data: for the table a person reads, and for tests.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::deployed::{self, Deployed};
use crate::emulator::clock::intune_date;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::assignment::{Assigned, Target};
use crate::emulator::tenant::fitness;
use crate::emulator::tenant::item::{CONFIGURATIONS, POLICIES, PROFILES};

/// A tenant's contents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Snapshot {
    /// Registered Autopilot devices that a sync has brought in, by serial number.
    pub devices: Vec<Device>,
    /// Import records that have not been deleted.
    pub imports: usize,
    /// Groups, by name.
    pub groups: Vec<Group>,
    /// Autopilot deployment profiles, by name.
    pub profiles: Vec<Policy>,
    /// Enrollment Status Pages, by priority, without the default one.
    pub enrollment_status_pages: Vec<Policy>,
    /// Entra device objects that Autopilot made.
    pub entra_devices: usize,
    /// Associated devices, by serial number.
    pub associations: Vec<Association>,
    /// How laptops were deployed, in the order of time.
    pub deployments: Vec<Deployed>,
    /// How many objects of every kind came of what people asked for, by collection; kinds of which there are none are
    /// left out. Users and defaults do not count.
    pub made: BTreeMap<String, usize>,
}

/// A registered device.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Device {
    /// Its id in Autopilot.
    pub id: String,
    /// Its serial number.
    pub serial_number: String,
    /// Who made it.
    pub manufacturer: String,
    /// What it is.
    pub model: String,
    /// Its group tag, empty for none.
    pub group_tag: String,
    /// The address of the user it is assigned to, empty for none.
    pub user: String,
    /// Graph's word: `notAssigned`, `pending`, `assignedUnkownSyncState`, `assignedInSync`, `failed`.
    pub status: String,
    /// When the profile was assigned.
    pub assigned_at: Option<String>,
    /// The name of the profile it has.
    pub profile: Option<String>,
    /// Whether it is enrolled.
    pub enrolled: bool,
    /// Its name, empty for none.
    pub name: String,
    /// Graph's word for what its hardware calls for: `noRemediationRequired`, `automaticRemediationRequired`,
    /// `manualRemediationRequired`.
    pub remediation: String,
    /// Whether a technician has prepared it for its user.
    pub preprovisioned: bool,
}

/// A device tied to the tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Association {
    /// Its id.
    pub id: String,
    /// The device's serial number.
    pub serial_number: String,
    /// Who made it.
    pub manufacturer: String,
    /// What it is.
    pub model: String,
    /// Graph's word: `preassociated`, `associated`, `pendingRemoval`.
    pub state: String,
    /// The name of the device preparation policy it is given.
    pub policy: Option<String>,
    /// The address of the user who signed in, empty for none.
    pub user: String,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its membership rule, if it is dynamic.
    pub rule: Option<String>,
    /// How many members it has.
    pub members: usize,
}

/// A profile or an Enrollment Status Page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whom it is assigned to: names of groups, `All Devices`, `All Users`; excluded groups after `not in `.
    pub assigned_to: Vec<String>,
    /// How many devices have it; 0 for a page.
    pub devices: usize,
}

impl Snapshot {
    /// Whether nothing is left but what every tenant has: users and defaults.
    pub fn is_empty(&self) -> bool {
        self.made.is_empty()
    }
}

pub(crate) fn take(tenant: &Tenant) -> Snapshot {
    let name_of = |id: &str| tenant.items(PROFILES).get(id).map(|profile| profile.name().to_owned());
    let mut devices: Vec<Device> = tenant
        .autopilot
        .values()
        .filter(|device| device.synced)
        .map(|device| Device {
            id: device.id.to_string(),
            serial_number: device.hardware.serial.to_string(),
            manufacturer: device.hardware.manufacturer.to_string(),
            model: device.hardware.model.to_string(),
            group_tag: device.value("groupTag").unwrap_or_default().to_owned(),
            user: device.value("userPrincipalName").unwrap_or_default().to_owned(),
            status: fitness::status(tenant, device).0.to_owned(),
            assigned_at: device.assigned_at.map(intune_date),
            profile: device.assigned.as_deref().and_then(name_of),
            enrolled: device.enrolled,
            name: device.value("displayName").unwrap_or_default().to_owned(),
            remediation: device.remediation_word().to_owned(),
            preprovisioned: device.preprovisioned,
        })
        .collect();
    devices.sort_by(|left, right| left.serial_number.cmp(&right.serial_number));
    let mut groups: Vec<Group> = tenant
        .groups
        .values()
        .map(|group| Group {
            id: group.id.clone(),
            name: group.text("displayName").unwrap_or_default().to_owned(),
            rule: group.text("membershipRule").map(str::to_owned),
            members: group.members.len(),
        })
        .collect();
    groups.sort_by(|left, right| left.name.cmp(&right.name));
    let mut profiles: Vec<Policy> = tenant
        .items(PROFILES)
        .values()
        .map(|profile| Policy {
            id: profile.id.clone(),
            name: profile.name().to_owned(),
            assigned_to: targets(tenant, &profile.assignments),
            devices: tenant.autopilot.values().filter(|device| device.assigned.as_deref() == Some(&profile.id)).count(),
        })
        .collect();
    profiles.sort_by(|left, right| left.name.cmp(&right.name));
    let mut pages: Vec<_> = tenant.items(CONFIGURATIONS).values().filter(|each| !each.by_service).collect();
    pages.sort_by_key(|page| page.entity.get("priority").and_then(Value::as_i64));
    let pages = pages.into_iter().map(|page| Policy {
        id: page.id.clone(),
        name: page.name().to_owned(),
        assigned_to: targets(tenant, &page.assignments),
        devices: 0,
    });
    let policy = |id: &str| tenant.items(POLICIES).get(id).map(|policy| policy.text("name").to_owned());
    let mut associations: Vec<_> = tenant.associations.values().collect();
    associations.sort_by_key(|row| (&row.hardware.serial, row.sequence));
    let associations = associations.into_iter().map(|row| Association {
        id: row.id.clone(),
        serial_number: row.hardware.serial.to_string(),
        manufacturer: row.hardware.manufacturer.to_string(),
        model: row.hardware.model.to_string(),
        state: row.state.word().to_owned(),
        policy: row.policy.as_ref().and_then(|(id, _)| policy(id)),
        user: row.assigned_to.clone().unwrap_or_default(),
    });
    let made = tenant.made();
    Snapshot {
        devices,
        imports: tenant.imports.len(),
        groups,
        profiles,
        enrollment_status_pages: pages.collect(),
        entra_devices: tenant.devices.values().filter(|device| device.autopilot.is_some()).count(),
        associations: associations.collect(),
        deployments: deployed::take(tenant),
        made: made.into_iter().filter(|(_, rows)| *rows > 0).map(|(name, rows)| (name.to_owned(), rows)).collect(),
    }
}

fn targets(tenant: &Tenant, assignments: &[Assigned]) -> Vec<String> {
    let name = |id: &str| tenant.groups.get(id).and_then(|group| group.text("displayName")).unwrap_or(id).to_owned();
    let word = |assigned: &Assigned| match &assigned.assignment.target {
        Target::Group(id) => name(id),
        Target::Exclusion(id) => format!("not in {}", name(id)),
        Target::AllDevices => "All Devices".into(),
        Target::AllUsers => "All Users".into(),
        Target::Collection(id) => format!("Collection {id}"),
    };
    assignments.iter().map(word).collect()
}

/// A snapshot as `GET state` answers it: with counts, not more than `devices` devices, and up to `names` members of each group by name.
pub(crate) fn state(tenant: &Tenant, devices: Option<usize>, names: usize) -> Value {
    let mut taken = take(tenant);
    let registered = taken.devices.len();
    taken.devices.truncate(devices.unwrap_or(usize::MAX));
    let mut body = json!(taken);
    body["counts"] = json!({"devices": registered});
    if names > 0 {
        for group in body["groups"].as_array_mut().into_iter().flatten() {
            let members = group["id"].as_str().and_then(|id| tenant.groups.get(id)).map(|found| &found.members);
            let shown: Vec<&str> = members.into_iter().flatten().take(names).map(|id| name(tenant, id)).collect();
            group["names"] = json!(shown);
        }
    }
    body
}

/// What a member of a group is called.
pub(crate) fn name<'a>(tenant: &'a Tenant, id: &'a str) -> &'a str {
    if let Some(device) = tenant.devices.get(id) {
        return &device.display_name;
    }
    if let Some(user) = tenant.users.get(id) {
        return &user.display_name;
    }
    tenant.groups.get(id).and_then(|group| group.text("displayName")).unwrap_or(id)
}
