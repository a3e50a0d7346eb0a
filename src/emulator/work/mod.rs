//! What time does: imports finish, syncs run, rules are evaluated, profiles reach devices, deletions complete.
//!
//! Nothing runs in the background. Each tenant keeps a queue of what is due when; [`catch_up`] works it off in the
//! order of time before a request is served, each piece at the time it was due, so that a clock that was stepped by an
//! hour gives what an hour would have given. The queue is rebuilt from the rows when a store is opened ([`resume`]).
//! Time knows no calls: who waits for it makes a mark ([`crate::emulator::marks`]).

mod assignment;
mod association;
mod deployment;
mod membership;
mod preparation;
mod registration;
mod remediation;
mod switched_on;

use std::collections::BTreeMap;

use crate::emulator::clock::Millis;
use crate::emulator::rule;
use crate::emulator::settings::Settings;
use crate::emulator::site::Registry;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::device::Remediation;
use crate::emulator::tenant::import::ImportState;
use crate::emulator::tenant::queue::Work;
use crate::emulator::text::shared;
use assignment::{assign_profile, settle};
use association::end_association;
pub(crate) use deployment::switch_on;
use membership::{evaluate, fail_rule};
use registration::{apply_change, deregister, end_sync, finish_import, start_sync};
use remediation::check_in;
pub(crate) use remediation::hardware_changed;
pub(crate) use switched_on::SwitchedOn;

/// By id.
type Tenants = BTreeMap<String, Tenant>;

/// Does everything that was due by now.
pub(crate) fn catch_up(tenants: &mut Tenants, registry: &mut Registry, settings: &Settings, now: Millis) {
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
        Work::FailRule(id) => fail_rule(tenant, id, at),
        Work::Settle => settle(tenant, settings, at),
        Work::AssignProfile(id) => assign_profile(tenant, settings, at, id),
        Work::ApplyChange(id) => apply_change(tenant, settings, at, id),
        Work::CheckIn(id) => check_in(tenant, at, id),
        Work::Deregister(id) => deregister(tenant, registry, settings, at, id),
        Work::EndAssociation(id) => end_association(tenant, at, id),
    }
}

/// Works out all indexes and the queue from the rows.
pub(crate) fn resume(tenants: &mut Tenants, registry: &mut Registry) {
    for tenant in tenants.values_mut() {
        for (id, group) in tenant.groups.iter() {
            for member in &group.members {
                tenant.index.member_of.entry(member.clone()).or_default().insert(id.to_owned());
            }
            if let Some(at) = group.processing.fails {
                tenant.index.plan(at, Work::FailRule(id.to_owned()));
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
            registry.insert(device.hardware.key(), (shared(&tenant.id), id.clone()));
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
        for row in tenant.associations.values() {
            if let Some(at) = row.ends() {
                tenant.index.plan(at, Work::EndAssociation(row.id.as_str().into()));
            }
        }
        let affairs = tenant.affairs().clone();
        if let Some(at) = affairs.membership_due {
            // Which objects had changed is not kept, so that all are looked at; of a group its processing tells.
            let unprocessed = tenant.groups.iter().filter(|(_, group)| group.processing.outcome.is_none());
            tenant.index.changed_groups = unprocessed.map(|(id, _)| id.to_owned()).collect();
            let users = tenant.users.iter().map(|(id, _)| id.into());
            tenant.index.changed_objects = tenant.devices.ids().into_iter().chain(users).collect();
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
