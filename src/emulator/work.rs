//! What time does: imports finish, syncs run, rules are evaluated, profiles reach devices, deletions complete.
//!
//! Nothing runs in the background. Each tenant keeps a queue of what is due when; [`catch_up`] works it off in the
//! order of time before a request is served, each piece at the time it was due, so that a clock that was stepped by an
//! hour gives what an hour would have given. The queue is rebuilt from the rows when a store is opened ([`resume`]).

use std::collections::{BTreeSet, HashMap};

use super::clock::Millis;
use super::entra::devices::physical_ids;
use super::entra::facts::{DeviceFacts, UserFacts};
use super::entra::members::{forget_object, groups_of, join, part};
use super::entra::rule::{self, Rule, Subject, Test};
use super::intune::assignment_target::Target;
use super::settings::Settings;
use super::tenant::{AutopilotDevice, EntraDevice, Hardware, ImportState, Profile, Tenant};
use super::world::World;

/// Something that is due at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    FinishImport(u64),
    StartSync,
    EndSync,
    Evaluate,
    Settle,
    AssignProfile(String),
    ApplyChange(String),
    Deregister(String),
}

type Registry = HashMap<Hardware, (String, String)>;

fn millis(seconds: u64) -> Millis {
    Millis::try_from(seconds.saturating_mul(1000)).unwrap_or(Millis::MAX / 4)
}

/// Does everything that was due by now.
pub(crate) fn catch_up(world: &mut World) {
    let now = world.clock.now();
    let World { tenants, registry, settings, .. } = world;
    for tenant in tenants.values_mut() {
        while tenant.index.queue.first().is_some_and(|(at, ..)| *at <= now) {
            if let Some((at, _, work)) = tenant.index.queue.pop_first() {
                run(tenant, registry, settings, at, &work);
            }
        }
    }
}

fn run(tenant: &mut Tenant, registry: &mut Registry, settings: &Settings, at: Millis, work: &Work) {
    match work {
        Work::FinishImport(batch) => finish_import(tenant, registry, settings, at, *batch),
        Work::StartSync => start_sync(tenant, settings, at),
        Work::EndSync => end_sync(tenant, settings, at),
        Work::Evaluate => evaluate(tenant, settings, at),
        Work::Settle => settle(tenant, settings, at),
        Work::AssignProfile(id) => assign_profile(tenant, settings, at, id),
        Work::ApplyChange(id) => apply_change(tenant, settings, at, id),
        Work::Deregister(id) => deregister(tenant, registry, settings, at, id),
    }
}

/// Works out all indexes and the queue from the rows.
pub(crate) fn resume(world: &mut World) {
    let World { tenants, registry, .. } = world;
    for tenant in tenants.values_mut() {
        for (id, group) in tenant.groups.iter() {
            for member in &group.members {
                tenant.index.member_of.entry(member.clone()).or_default().insert(id.to_owned());
            }
            if let Some(rule) = group.running_rule().and_then(|rule| rule::parse(rule).ok()) {
                tenant.index.rules.insert(id.to_owned(), rule);
            }
        }
        for (id, import) in tenant.imports.iter().filter(|(_, import)| import.state == ImportState::Waiting) {
            let rows = tenant.index.batches.entry(import.batch).or_default();
            if rows.is_empty() {
                tenant.index.plan(import.due, Work::FinishImport(import.batch));
            }
            tenant.index.batches.entry(import.batch).or_default().push(id.to_owned());
        }
        for (id, device) in tenant.autopilot.iter() {
            registry.insert(device.hardware.key(), (tenant.id.clone(), id.to_owned()));
            if !device.synced {
                tenant.index.unsynced.insert(id.to_owned());
            }
            for change in &device.changes {
                tenant.index.plan(change.due, Work::ApplyChange(id.to_owned()));
            }
            if let Some(at) = device.deleted_at {
                tenant.index.plan(at, Work::Deregister(id.to_owned()));
            }
            if let Some(at) = device.assigned_by {
                tenant.index.plan(at, Work::AssignProfile(id.to_owned()));
            }
        }
        let affairs = tenant.affairs().clone();
        if let Some(at) = affairs.membership_due {
            tenant.index.changed_groups = tenant.groups.ids().into_iter().collect();
            tenant.index.plan(at, Work::Evaluate);
        }
        if let Some(at) = affairs.assignment_due {
            tenant.index.all_unsettled = true;
            tenant.index.plan(at, Work::Settle);
        }
        if let Some(at) = affairs.sync_due {
            tenant.index.plan(at, Work::StartSync);
        }
        if let Some(at) = affairs.sync_ends {
            tenant.index.plan(at, Work::EndSync);
        }
    }
}

/// A group is new, or its rule is: it will be evaluated.
pub(crate) fn group_changed(tenant: &mut Tenant, id: &str, now: Millis, delay: u64) {
    let rule = tenant.groups.get(id).and_then(|group| group.running_rule()).and_then(|rule| rule::parse(rule).ok());
    match rule {
        Some(rule) => {
            tenant.index.rules.insert(id.to_owned(), rule);
            tenant.index.changed_groups.insert(id.to_owned());
            evaluation_due(tenant, now, delay);
        }
        None => {
            tenant.index.rules.remove(id);
        }
    }
}

/// A user or device is new or has changed: all rules will be evaluated for it.
pub(crate) fn object_changed(tenant: &mut Tenant, id: &str, now: Millis, delay: u64) {
    tenant.index.changed_objects.insert(id.to_owned());
    evaluation_due(tenant, now, delay);
}

fn evaluation_due(tenant: &mut Tenant, now: Millis, delay: u64) {
    if tenant.affairs().membership_due.is_none() {
        let at = now + millis(delay);
        tenant.affairs_mut().membership_due = Some(at);
        tenant.index.plan(at, Work::Evaluate);
    }
}

/// A profile, an assignment or a membership has changed: every device's profile will be worked out again.
pub(crate) fn assignments_changed(tenant: &mut Tenant, now: Millis, delay: u64) {
    tenant.index.all_unsettled = true;
    settling_due(tenant, now, delay);
}

fn settling_due(tenant: &mut Tenant, now: Millis, delay: u64) {
    if tenant.affairs().assignment_due.is_none() {
        let at = now + millis(delay);
        tenant.affairs_mut().assignment_due = Some(at);
        tenant.index.plan(at, Work::Settle);
    }
}

/// A sync will start at the time, unless one is planned before.
pub(crate) fn sync_due(tenant: &mut Tenant, at: Millis) {
    if tenant.affairs().sync_due.is_none_or(|due| due > at) {
        tenant.affairs_mut().sync_due = Some(at);
        tenant.index.plan(at, Work::StartSync);
    }
}

fn finish_import(tenant: &mut Tenant, registry: &mut Registry, settings: &Settings, at: Millis, batch: u64) {
    for id in tenant.index.batches.remove(&batch).unwrap_or_default() {
        let Some(import) = tenant.imports.get(&id).cloned() else { continue };
        let state = match import.hardware {
            Err((code, name)) => ImportState::Refused { code, name },
            Ok(hardware) => match registry.get(&hardware.key()) {
                Some((holder, _)) if *holder == tenant.id => {
                    ImportState::Refused { code: 806, name: "ZtdDeviceAlreadyAssigned".into() }
                }
                Some(_) => ImportState::Refused { code: 808, name: "ZtdDeviceAssignedToOtherTenant".into() },
                None => {
                    let mut device = new_device(hardware);
                    device.product_key = import.product_key;
                    if let Some(tag) = import.group_tag {
                        device.values.insert("groupTag".into(), tag);
                    }
                    if let Some(user) = import.user {
                        device.values.insert("userPrincipalName".into(), user);
                    }
                    let id = device.id.clone();
                    register(tenant, registry, settings, at, device);
                    ImportState::Complete { device: id }
                }
            },
        };
        if let Some(import) = tenant.imports.edit(&id) {
            import.state = state;
        }
    }
}

/// A device that is registered but nothing else.
pub(crate) fn new_device(hardware: Hardware) -> AutopilotDevice {
    AutopilotDevice {
        id: uuid::Uuid::new_v4().to_string(),
        hardware,
        product_key: None,
        purchase_order: None,
        entra_object: uuid::Uuid::new_v4().to_string(),
        entra_device_id: uuid::Uuid::new_v4().to_string(),
        enrolled: false,
        last_contact: None,
        synced: false,
        values: Default::default(),
        changes: Vec::new(),
        deleted_at: None,
        assigned: None,
        intended: None,
        assigned_at: None,
        assigned_by: None,
        direct: None,
    }
}

/// Registers a machine: the service knows it, the directory has an object for it, Intune will after the next sync.
pub(crate) fn register(
    tenant: &mut Tenant,
    registry: &mut Registry,
    settings: &Settings,
    at: Millis,
    device: AutopilotDevice,
) {
    registry.insert(device.hardware.key(), (tenant.id.clone(), device.id.clone()));
    let object = EntraDevice {
        id: device.entra_object.clone(),
        device_id: device.entra_device_id.clone(),
        display_name: device.hardware.serial.clone(),
        physical_ids: physical_ids(&device),
        manufacturer: Some(device.hardware.manufacturer.clone()),
        model: Some(device.hardware.model.clone()),
        autopilot: Some(device.id.clone()),
        joined: device.enrolled,
        registered_at: at,
        ..EntraDevice::default()
    };
    tenant.devices.put(&device.entra_object, object);
    object_changed(tenant, &device.entra_object, at, settings.membership_seconds);
    if device.synced {
        tenant.index.unsettled.insert(device.id.clone());
        settling_due(tenant, at, settings.assignment_seconds);
    } else {
        tenant.index.unsynced.insert(device.id.clone());
        sync_due(tenant, at + millis(settings.automatic_sync_seconds));
    }
    let id = device.id.clone();
    tenant.autopilot.put(&id, device);
}

/// A user switches a registered device on: it joins the directory and enrols, under the profile it has.
pub(crate) fn enroll(world: &mut World, tenant: &str, serial: &str) -> Result<(), String> {
    let now = world.clock.now();
    let World { tenants, settings, .. } = world;
    let tenant = tenants.get_mut(tenant).ok_or_else(|| format!("no tenant '{tenant}'"))?;
    let known =
        tenant.autopilot.values().find(|device| device.synced && device.hardware.serial.eq_ignore_ascii_case(serial));
    let id = known.map(|device| device.id.clone()).ok_or_else(|| format!("no device '{serial}'"))?;
    let Some(device) = tenant.autopilot.edit(&id) else { return Ok(()) };
    device.enrolled = true;
    device.last_contact = Some(now);
    let (object, profile) = (device.entra_object.clone(), device.assigned.clone());
    let name = profile.and_then(|profile| tenant.profiles.get(&profile).map(|profile| profile.name().to_owned()));
    if let Some(found) = tenant.devices.edit(&object) {
        found.joined = true;
        found.enrollment_profile = name;
        object_changed(tenant, &object, now, settings.membership_seconds);
    }
    Ok(())
}

fn start_sync(tenant: &mut Tenant, settings: &Settings, at: Millis) {
    // A sync that was moved forward leaves its old entry behind.
    if tenant.affairs().sync_due.is_some_and(|due| due <= at) {
        sync_now(tenant, at, settings.sync_seconds);
    }
}

/// Starts a sync, which takes in the planned one.
pub(crate) fn sync_now(tenant: &mut Tenant, at: Millis, seconds: u64) {
    let ends = at + millis(seconds);
    let affairs = tenant.affairs_mut();
    affairs.sync_due = None;
    affairs.sync_ends = Some(ends);
    tenant.index.plan(ends, Work::EndSync);
}

fn end_sync(tenant: &mut Tenant, settings: &Settings, at: Millis) {
    let affairs = tenant.affairs_mut();
    if affairs.sync_ends.is_none_or(|ends| ends > at) {
        return;
    }
    affairs.sync_ends = None;
    affairs.last_sync = Some(at);
    for id in std::mem::take(&mut tenant.index.unsynced) {
        if let Some(device) = tenant.autopilot.edit(&id) {
            device.synced = true;
            tenant.index.unsettled.insert(id);
        }
    }
    settling_due(tenant, at, settings.assignment_seconds);
}

/// Brings every dynamic group's members up to date with what has changed.
fn evaluate(tenant: &mut Tenant, settings: &Settings, at: Millis) {
    tenant.affairs_mut().membership_due = None;
    let groups = std::mem::take(&mut tenant.index.changed_groups);
    let objects = std::mem::take(&mut tenant.index.changed_objects);
    let mut joining = Vec::new();
    let mut parting = Vec::new();
    for (id, rule) in &tenant.index.rules {
        let Some(group) = tenant.groups.get(id) else { continue };
        let mut judge = |object: &str, fits: bool| match (fits, group.members.contains(object)) {
            (true, false) => joining.push((id.clone(), object.to_owned())),
            (false, true) => parting.push((id.clone(), object.to_owned())),
            _ => {}
        };
        if groups.contains(id) {
            for object in subjects(tenant, rule) {
                judge(object, applies(tenant, rule, object, at));
            }
            for member in group.members.iter().filter(|member| !is_subject(tenant, rule, member)) {
                judge(member, false);
            }
        } else {
            for object in objects.iter().filter(|object| is_subject(tenant, rule, object)) {
                judge(object, applies(tenant, rule, object, at));
            }
        }
    }
    let changed: BTreeSet<String> = joining.iter().chain(&parting).map(|(_, object)| object.clone()).collect();
    for (group, object) in &joining {
        join(tenant, group, object);
    }
    for (group, object) in &parting {
        part(tenant, group, object);
    }
    if changed.is_empty() {
        return;
    }
    let devices: Vec<String> = changed
        .iter()
        .filter_map(|object| tenant.devices.get(object).and_then(|device| device.autopilot.clone()))
        .collect();
    tenant.index.unsettled.extend(devices);
    settling_due(tenant, at, settings.assignment_seconds);
    // Rules that look at other groups see the new members at the next evaluation.
    let nested = tenant.index.rules.iter().filter(|(_, rule)| matches!(rule.test, Test::MemberOf(_)));
    let nested: Vec<String> = nested.map(|(id, _)| id.clone()).collect();
    if !nested.is_empty() {
        tenant.index.changed_groups.extend(nested);
        evaluation_due(tenant, at, settings.membership_seconds);
    }
}

fn subjects<'a>(tenant: &'a Tenant, rule: &Rule) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    match rule.subject {
        Subject::Device => Box::new(tenant.devices.iter().map(|(id, _)| id)),
        Subject::User => Box::new(tenant.users.iter().map(|(id, _)| id)),
    }
}

fn is_subject(tenant: &Tenant, rule: &Rule, object: &str) -> bool {
    match rule.subject {
        Subject::Device => tenant.devices.has(object),
        Subject::User => tenant.users.has(object),
    }
}

fn applies(tenant: &Tenant, rule: &Rule, object: &str, at: Millis) -> bool {
    match rule.subject {
        Subject::Device => tenant
            .devices
            .get(object)
            .is_some_and(|device| rule::holds(&rule.test, &DeviceFacts { tenant, device, now: at / 1000 })),
        Subject::User => tenant
            .users
            .get(object)
            .is_some_and(|user| rule::holds(&rule.test, &UserFacts { tenant, user, now: at / 1000 })),
    }
}

/// A profile with its targets sorted out.
struct Reach<'a> {
    profile: &'a Profile,
    included: Vec<&'a str>,
    excluded: Vec<&'a str>,
    all_devices: bool,
}

/// Works out which profile each unsettled device is to have: of those that reach it the oldest; the one for All
/// Devices comes last.
fn settle(tenant: &mut Tenant, settings: &Settings, at: Millis) {
    tenant.affairs_mut().assignment_due = None;
    let unsettled = std::mem::take(&mut tenant.index.unsettled);
    let ids: Vec<String> = if std::mem::take(&mut tenant.index.all_unsettled) {
        tenant.autopilot.ids()
    } else {
        unsettled.into_iter().collect()
    };
    let mut reaches: Vec<Reach<'_>> = tenant.profiles.values().map(reach).collect();
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
        let intended = found.map(|reach| reach.profile.id.clone());
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

fn reach(profile: &Profile) -> Reach<'_> {
    let mut reach = Reach { profile, included: Vec::new(), excluded: Vec::new(), all_devices: false };
    for assignment in &profile.assignments {
        match &assignment.target {
            Target::Group(group) => reach.included.push(group),
            Target::Exclusion(group) => reach.excluded.push(group),
            Target::AllDevices => reach.all_devices = true,
            Target::AllUsers | Target::Collection(_) => {}
        }
    }
    reach
}

fn assign_profile(tenant: &mut Tenant, settings: &Settings, at: Millis, id: &str) {
    let Some(device) = tenant.autopilot.edit(id).filter(|device| device.assigned_by.is_some_and(|due| due <= at))
    else {
        return;
    };
    device.assigned_by = None;
    device.assigned = device.intended.clone();
    device.assigned_at = Some(at);
    let (object, enrolled, profile) = (device.entra_object.clone(), device.enrolled, device.assigned.clone());
    let name = profile.and_then(|profile| tenant.profiles.get(&profile).map(|profile| profile.name().to_owned()));
    if enrolled && let Some(found) = tenant.devices.edit(&object) {
        found.enrollment_profile = name;
        object_changed(tenant, &object, at, settings.membership_seconds);
    }
}

fn apply_change(tenant: &mut Tenant, settings: &Settings, at: Millis, id: &str) {
    let Some(device) = tenant.autopilot.edit(id) else { return };
    let (due, later) = std::mem::take(&mut device.changes).into_iter().partition(|change| change.due <= at);
    device.changes = later;
    let due: Vec<super::tenant::Change> = due;
    for (name, value) in due.into_iter().flat_map(|change| change.values) {
        if value.is_empty() {
            device.values.remove(&name);
        } else {
            device.values.insert(name, value);
        }
    }
    let (ids, object) = (physical_ids(device), device.entra_object.clone());
    if tenant.devices.get(&object).is_some_and(|found| found.physical_ids != ids) {
        if let Some(found) = tenant.devices.edit(&object) {
            found.physical_ids = ids;
        }
        object_changed(tenant, &object, at, settings.membership_seconds);
    }
}

/// Ends a registration. The directory object goes with it, unless the device has joined.
fn deregister(tenant: &mut Tenant, registry: &mut Registry, settings: &Settings, at: Millis, id: &str) {
    let Some(device) = tenant.autopilot.take(id) else { return };
    registry.remove(&device.hardware.key());
    tenant.index.unsynced.remove(id);
    tenant.index.unsettled.remove(id);
    let object = device.entra_object;
    match tenant.devices.get(&object).map(|found| found.joined) {
        Some(true) => {
            if let Some(found) = tenant.devices.edit(&object) {
                found.autopilot = None;
                found.physical_ids.clear();
            }
            object_changed(tenant, &object, at, settings.membership_seconds);
        }
        Some(false) => {
            tenant.devices.take(&object);
            forget_object(tenant, &object);
        }
        None => {}
    }
}
