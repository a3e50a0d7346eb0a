//! Marks what a change makes due: rules to be evaluated, profiles to be worked out again. When it is due, time does it.

use ecow::EcoString;

use crate::emulator::clock::{Millis, millis};
use crate::emulator::rule;
use crate::emulator::settings::Settings;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::association::Association;
use crate::emulator::tenant::directory::Processing;
use crate::emulator::tenant::queue::Work;

/// A group is new, or its rule is: it will be evaluated, or found to be no rule.
pub(crate) fn group_changed(tenant: &mut Tenant, id: &str, now: Millis, settings: &Settings) {
    tenant.index.rules.remove(id);
    let Some(group) = tenant.groups.edit(id) else { return };
    let rule = group.running_rule().map(rule::parse);
    group.processing = Processing { updated: group.processing.updated, ..Processing::default() };
    let Some(rule) = rule else { return };
    group.processing.since = Some(now);
    match rule {
        Ok(rule) => {
            tenant.index.rules.insert(id.to_owned(), rule);
            tenant.index.changed_groups.insert(id.to_owned());
            evaluation_due(tenant, now, settings.membership_seconds);
        }
        Err(_) => {
            let at = now + millis(settings.rule_failure_seconds);
            group.processing.fails = Some(at);
            tenant.index.plan(at, Work::FailRule(id.to_owned()));
        }
    }
}

/// A user or device is new or has changed: all rules will be evaluated for it.
pub(crate) fn object_changed(tenant: &mut Tenant, id: impl Into<EcoString>, now: Millis, delay: u64) {
    tenant.index.changed_objects.insert(id.into());
    evaluation_due(tenant, now, delay);
}

pub(crate) fn evaluation_due(tenant: &mut Tenant, now: Millis, delay: u64) {
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

/// An association is new or is to be removed: it ends when its time has come.
pub(crate) fn association_ends(tenant: &mut Tenant, row: &Association) {
    if let Some(at) = row.ends() {
        tenant.index.plan(at, Work::EndAssociation(row.id.as_str().into()));
    }
}

pub(crate) fn settling_due(tenant: &mut Tenant, now: Millis, delay: u64) {
    if tenant.affairs().assignment_due.is_none() {
        let at = now + millis(delay);
        tenant.affairs_mut().assignment_due = Some(at);
        tenant.index.plan(at, Work::Settle);
    }
}
