//! Profiles reach devices: which one each is to have, and when it has it.

use ecow::EcoString;

use crate::emulator::clock::{Millis, millis};
use crate::emulator::marks::object_changed;
use crate::emulator::settings::Settings;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::assignment::Target;
use crate::emulator::tenant::item::{Item, PROFILES};
use crate::emulator::tenant::membership::groups_of;
use crate::emulator::tenant::queue::Work;
use crate::emulator::text::shared;

/// A profile with its targets sorted out.
struct Reach<'a> {
    profile: &'a Item,
    included: Vec<&'a str>,
    excluded: Vec<&'a str>,
    all_devices: bool,
}

/// Works out which profile each unsettled device is to have: of those that reach it the oldest; the one for All
/// Devices comes last.
pub(super) fn settle(tenant: &mut Tenant, settings: &Settings, at: Millis) {
    tenant.affairs_mut().assignment_due = None;
    let unsettled = std::mem::take(&mut tenant.index.unsettled);
    let ids: Vec<EcoString> = if std::mem::take(&mut tenant.index.all_unsettled) {
        tenant.autopilot.ids()
    } else {
        unsettled.into_iter().collect()
    };
    let mut reaches: Vec<Reach<'_>> = tenant.items(PROFILES).values().map(reach).collect();
    reaches.sort_by_key(|reach| (reach.profile.created, reach.profile.sequence));
    let mut changes = Vec::new();
    for id in ids {
        let Some(device) = tenant.autopilot.get(&id).filter(|device| device.synced) else { continue };
        let groups = groups_of(tenant, &device.entra_object);
        let inside = |targets: &[&str]| targets.iter().any(|group| groups.contains(*group));
        let direct = reaches.iter().find(|reach| device.direct.as_deref() == Some(&reach.profile.id));
        let by_group = || reaches.iter().find(|reach| inside(&reach.included) && !inside(&reach.excluded));
        let by_all = || reaches.iter().find(|reach| reach.all_devices && !inside(&reach.excluded));
        let (found, at_once) = match direct.or_else(by_group) {
            Some(found) => (Some(found), false),
            None => (by_all(), true),
        };
        let intended = found.map(|reach| shared(&reach.profile.id));
        if intended != device.intended || (intended != device.assigned && device.assigned_by.is_none()) {
            changes.push((id, intended, at_once));
        }
    }
    for (id, intended, at_once) in changes {
        let Some(device) = tenant.autopilot.edit(&id) else { continue };
        device.intended = intended;
        device.assigned_by = None;
        if device.intended.is_none() {
            device.assigned = None;
            device.assigned_at = None;
        } else if device.intended != device.assigned {
            // With All Devices the portal jumps straight to Assigned.
            let due = at + if at_once { 0 } else { millis(settings.pending_seconds) };
            device.assigned_by = Some(due);
            tenant.index.plan(due, Work::AssignProfile(id));
        }
    }
}

fn reach(profile: &Item) -> Reach<'_> {
    let mut reach = Reach { profile, included: Vec::new(), excluded: Vec::new(), all_devices: false };
    for assigned in &profile.assignments {
        match &assigned.assignment.target {
            Target::Group(group) => reach.included.push(group),
            Target::Exclusion(group) => reach.excluded.push(group),
            Target::AllDevices => reach.all_devices = true,
            Target::AllUsers | Target::Collection(_) => {}
        }
    }
    reach
}

pub(super) fn assign_profile(tenant: &mut Tenant, settings: &Settings, at: Millis, id: &str) {
    let Some(device) = tenant.autopilot.edit(id).filter(|device| device.assigned_by.is_some_and(|due| due <= at))
    else {
        return;
    };
    device.assigned_by = None;
    device.assigned = device.intended.clone();
    device.assigned_at = Some(at);
    let (object, enrolled, profile) = (device.entra_object.clone(), device.enrolled, device.assigned.clone());
    let name =
        profile.and_then(|profile| tenant.items(PROFILES).get(&profile).map(|profile| profile.name().to_owned()));
    if enrolled && let Some(found) = tenant.devices.edit(&object) {
        found.enrollment_profile = name.as_deref().map(shared);
        object_changed(tenant, object, at, settings.membership_seconds);
    }
}
