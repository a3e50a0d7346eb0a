//! What time does: imports finish, syncs run, rules are evaluated, profiles reach devices, deletions complete.
//!
//! Nothing runs in the background. Each tenant keeps a queue of what is due when; [`catch_up`] works it off in the
//! order of time before a request is served, each piece at the time it was due, so that a clock that was stepped by an
//! hour gives what an hour would have given. The queue is rebuilt from the rows when a store is opened ([`resume`]).

mod assignment;
mod membership;
mod registration;
mod remediation;

use std::collections::HashMap;

use super::clock::Millis;
use super::entra::rule;
use super::settings::Settings;
use super::tenant::{ImportState, Machine, Remediation, Tenant, Text};
use super::world::World;
use assignment::{assign_profile, settle};
use membership::evaluate;
use registration::{apply_change, deregister, end_sync, finish_import, start_sync};
pub(crate) use registration::{enroll, register, sync_now};
use remediation::check_in;
pub(crate) use remediation::hardware_changed;

/// Something that is due at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Work {
    FinishImport(u64),
    StartSync,
    EndSync,
    Evaluate,
    Settle,
    AssignProfile(Text),
    ApplyChange(Text),
    CheckIn(Text),
    Deregister(Text),
}

type Registry = HashMap<Machine, (Text, Text)>;

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
        Work::CheckIn(id) => check_in(tenant, at, id),
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
        for device in tenant.autopilot.values() {
            let id = &device.id;
            registry.insert(device.hardware.key(), (Text::word(&tenant.id), id.clone()));
            if !device.synced {
                tenant.index.unsynced.insert(id.clone());
            }
            for change in &device.changes {
                tenant.index.plan(change.due, Work::ApplyChange(id.clone()));
            }
            if let Some(at) = device.deleted_at {
                tenant.index.plan(at, Work::Deregister(id.clone()));
            }
            if let Some((Remediation::Automatic { check_in }, _)) = device.remediation.as_deref() {
                tenant.index.plan(*check_in, Work::CheckIn(id.clone()));
            }
            if let Some(at) = device.assigned_by {
                tenant.index.plan(at, Work::AssignProfile(id.clone()));
            }
        }
        let affairs = tenant.affairs().clone();
        if let Some(at) = affairs.membership_due {
            tenant.index.changed_groups = tenant.groups.iter().map(|(id, _)| id.to_owned()).collect();
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
pub(crate) fn object_changed(tenant: &mut Tenant, id: impl Into<Text>, now: Millis, delay: u64) {
    tenant.index.changed_objects.insert(id.into());
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
