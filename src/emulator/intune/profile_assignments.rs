//! Assignments of Autopilot profiles: made and ended one by one.
//!
//! Facts: recorded answers of the service. `assign` takes devices, not groups, unlike every other Intune action of that
//! name. One profile only may target All Devices.

use std::collections::BTreeSet;

use serde_json::Value;

use super::devices;
use super::profiles::PROFILES;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::collection::target::read;
use crate::emulator::error::Failure;
use crate::emulator::marks;
use crate::emulator::model::check::{Object, concrete, writable};
use crate::emulator::model::kind;
use crate::emulator::odata::path::key;
use crate::emulator::paging::{page, position};
use crate::emulator::site::Site;
use crate::emulator::tenant::assignment::{Assigned, Assignment, Target};

pub(crate) fn create(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let assignment = kind("windowsAutopilotDeploymentProfileAssignment");
    let mut rest = body.clone();
    rest.remove("target");
    writable(concrete(assignment, body)?, &rest, call.version)?;
    let delay = site.settings.assignment_seconds;
    let no_filters = site.settings.profile_filters_refused;
    let exclusive = site.settings.exclusion_beside_all_devices_refused;
    let tenant = &mut *site.tenant;
    let id = call.guid(0)?;
    let profile = tenant.items(PROFILES.name).get(&id).ok_or_else(Failure::no_intune_object)?;
    // Assignment filters do not work here: the service is believed to drop them, or else to refuse.
    let (target, filter) = read(tenant, body.get("target"), call.version)?;
    if no_filters && filter.is_some() {
        return Err(Failure::intune_refuses());
    }
    let has = |test: fn(&Target) -> bool| profile.assignments.iter().any(|each| test(&each.assignment.target));
    match &target {
        Target::AllUsers | Target::Collection(_) => return Err(Failure::intune_refuses()),
        Target::AllDevices => {
            let holder = tenant
                .items(PROFILES.name)
                .values()
                .find(|profile| profile.assignments.iter().any(|each| each.assignment.target == Target::AllDevices));
            if let Some(holder) = holder {
                let text = format!("Another Profile {} is already assigned to All Devices.", holder.id);
                return Err(Failure::intune_says(text));
            }
            if exclusive && has(|target| matches!(target, Target::Exclusion(_))) {
                return Err(Failure::intune_refuses());
            }
        }
        Target::Exclusion(_) if exclusive && has(|target| *target == Target::AllDevices) => {
            return Err(Failure::intune_refuses());
        }
        _ => {}
    }
    // A group is targeted once, be it included or excluded.
    if target
        .group()
        .is_some_and(|group| profile.assignments.iter().any(|each| each.assignment.target.group() == Some(group)))
    {
        return Err(Failure::intune_refuses());
    }
    let assignment = Assignment::new(&id, target, None);
    let answer = call.entity(201, assignment.shown());
    if let Some(profile) = tenant.items_mut(PROFILES.name).edit(&id) {
        profile.assignments.push(Assigned { assignment, more: Object::new() });
    }
    marks::assignments_changed(tenant, call.now, delay);
    Ok(answer)
}

pub(crate) fn delete(site: &mut Site<'_>, call: &Call) -> Outcome {
    let delay = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let assignment = call.ids.get(1).map(String::as_str).unwrap_or_default();
    let id = call.guid(0)?;
    let profile = tenant.items(PROFILES.name).get(&id).ok_or_else(Failure::no_intune_object)?;
    let at = profile.assignments.iter().position(|each| each.assignment.id.eq_ignore_ascii_case(assignment));
    let at = at.ok_or_else(Failure::no_intune_object)?;
    if let Some(profile) = tenant.items_mut(PROFILES.name).edit(&id) {
        profile.assignments.remove(at);
    }
    marks::assignments_changed(tenant, call.now, delay);
    Ok(Answer::done())
}

/// `assign {"deviceIds": [...]}`: gives the profile to these devices themselves.
pub(crate) fn assign_devices(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let ids = body.get("deviceIds").and_then(Value::as_array).filter(|_| body.len() == 1);
    let ids = ids.ok_or_else(Failure::intune_refuses)?;
    let delay = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let profile = call.guid(0)?;
    if !tenant.items(PROFILES.name).has(&profile) {
        return Err(Failure::no_intune_object());
    }
    let ids: Option<BTreeSet<String>> = ids.iter().map(|id| id.as_str().map(key)).collect();
    let ids = ids.ok_or_else(Failure::intune_refuses)?;
    if ids.iter().any(|id| tenant.autopilot.get(id).is_none_or(|device| !device.synced)) {
        return Err(Failure::intune_refuses());
    }
    for id in ids {
        if let Some(device) = tenant.autopilot.edit(&id) {
            device.direct = Some(profile.clone());
        }
    }
    marks::assignments_changed(tenant, call.now, delay);
    Ok(Answer::done())
}

/// The devices that have the profile.
pub(crate) fn assigned_devices(site: &mut Site<'_>, call: &Call) -> Outcome {
    devices::refuse_options(call)?;
    let size = call.query.top(devices::PAGE)?.unwrap_or(devices::PAGE);
    let tenant = &*site.tenant;
    let profile = call.guid(0)?;
    if !tenant.items(PROFILES.name).has(&profile) {
        return Err(Failure::no_intune_object());
    }
    let from = position(call)?;
    let rows = tenant.autopilot.after(from.as_deref());
    let rows = rows.filter(|(_, device)| device.synced && device.assigned.as_deref() == Some(&profile));
    Ok(page(call, rows, size, None, |device| Value::Object(devices::entity(tenant, device, call.version))))
}
