//! Membership rules are evaluated: for groups whose rule has changed over all objects, for objects that have changed
//! over all rules.

use std::collections::BTreeSet;

use ecow::EcoString;

use crate::emulator::clock::Millis;
use crate::emulator::marks::{evaluation_due, settling_due};
use crate::emulator::rule;
use crate::emulator::rule::{Rule, Subject, Test};
use crate::emulator::settings::Settings;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::facts::{DeviceFacts, UserFacts};
use crate::emulator::tenant::membership::{join, part};

/// Brings every dynamic group's members up to date with what has changed.
pub(super) fn evaluate(tenant: &mut Tenant, settings: &Settings, at: Millis) {
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
    let brought = joining.iter().chain(&parting).map(|(group, _)| group).chain(&groups);
    for group in brought.collect::<BTreeSet<_>>() {
        if tenant.index.rules.contains_key(group)
            && let Some(group) = tenant.groups.edit(group)
        {
            group.processing.updated = Some(at);
            group.processing.outcome = Some(true);
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
    let devices: Vec<EcoString> = changed
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

/// A rule that was stored while paused and cannot be evaluated is found to be so: the members stay as they are.
pub(super) fn fail_rule(tenant: &mut Tenant, id: &str, at: Millis) {
    if let Some(group) = tenant.groups.edit(id).filter(|group| group.processing.fails.is_some_and(|due| due <= at)) {
        group.processing.fails = None;
        group.processing.outcome = Some(false);
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
