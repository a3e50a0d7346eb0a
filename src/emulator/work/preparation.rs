//! Device preparation deploys a laptop: by the policy of its association, or by that of the user who signs in.
//!
//! Facts: Microsoft's pages on device preparation. Of several policies that reach the user the one with the smallest
//! priority counts. The device joins the policy's group while it enrols, if the group will still do. Apps and scripts
//! are delivered where they are assigned to that group and run as the system; all others are skipped.

use std::collections::BTreeSet;

use serde_json::Value;
use uuid::Uuid;

use super::switched_on::SwitchedOn;
use crate::emulator::clock::Millis;
use crate::emulator::marks::{assignments_changed, object_changed};
use crate::emulator::model::name_of;
use crate::emulator::settings::Settings;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::assignment::Target;
use crate::emulator::tenant::association::{Association, State};
use crate::emulator::tenant::device::Hardware;
use crate::emulator::tenant::device_group::objection;
use crate::emulator::tenant::directory::{EntraDevice, User};
use crate::emulator::tenant::event::Phase;
use crate::emulator::tenant::item::{APPS, Item, POLICIES, SCRIPTS};
use crate::emulator::tenant::membership::{groups_of, join};
use crate::emulator::tenant::preparation::{Delivered, Deployment, Outcome, PRIORITY, targets, texts};
use crate::emulator::text::shared;

/// A minute for the enrolment, eight for the rest.
const MINUTES: i64 = 9;

pub(super) fn deploy(
    tenant: &mut Tenant,
    settings: &Settings,
    now: Millis,
    on: &SwitchedOn,
    association: Option<Association>,
) -> Result<(), String> {
    let serial = &on.serial;
    if on.fails_in(Phase::AccountSetup) {
        return Err("device preparation has no account setup".into());
    }
    let associated = association.as_ref();
    let upn = on.user.as_deref().or_else(|| associated.and_then(|row| row.assigned_to.as_deref()));
    let upn = upn.ok_or_else(|| format!("device '{serial}' is associated: say by \"user\" who signs in"))?;
    let user = tenant.user(upn).ok_or_else(|| format!("no user '{upn}'"))?.clone();
    let own = associated.and_then(|row| tenant.items(POLICIES).get(&row.policy.as_ref()?.0));
    let policy = own.or_else(|| policy_of(tenant, &user));
    let policy = policy.cloned().ok_or_else(|| format!("no device preparation policy reaches '{upn}'"))?;
    let hardware = associated.map_or_else(|| unknown(on), |row| row.hardware.clone());
    let (group, objection) = match targets(&policy).next() {
        None => (None, None),
        Some(id) => match objection(tenant, id, now) {
            "unknown" => (Some(id.to_owned()), None),
            objection => (None, Some(format!("The device group cannot be joined: {objection}."))),
        },
    };
    let ordered = on.failure.as_ref().map(|failed| failed.details.clone());
    let mut deployment = begun(tenant, hardware, now, &user);
    deployment.policy.clone_from(&policy.id);
    deployment.enrolled = !on.fails_in(Phase::Enrollment);
    deployment.failure = ordered.or(objection);
    if deployment.enrolled {
        let failing = on.fails_in(Phase::DeviceSetup);
        deployment.apps = apps(tenant, &policy, group.as_deref(), failing);
        deployment.scripts = scripts(tenant, &policy, group.as_deref(), failing);
        enrol(tenant, settings, now, &deployment, policy.text("name"), group.as_deref());
    }
    if let Some(mut row) = association.filter(|row| deployment.enrolled || tenant.associations.has(&row.id)) {
        row.last_contact = Some(now);
        if deployment.enrolled {
            row.state = State::Associated;
            row.associated_at.get_or_insert(now);
            row.enrolled_at = Some(now);
            row.assigned_to = Some(user.upn);
            row.managed = Some((deployment.id.clone(), deployment.name.clone()));
            tenant.marked.take(&row.identity);
        }
        tenant.associations.put(row.id.clone(), row);
    }
    tenant.deployments.put(deployment.id.clone(), deployment);
    Ok(())
}

/// A laptop that the service knows nothing of.
fn unknown(on: &SwitchedOn) -> Hardware {
    let or = |text: &Option<String>, otherwise: &str| text.clone().unwrap_or_else(|| otherwise.to_owned());
    Hardware::new(&on.serial, &or(&on.manufacturer, "Contoso Hardware"), &or(&on.model, "Model 1"))
}

/// The policy that reaches a user.
fn policy_of<'a>(tenant: &'a Tenant, user: &User) -> Option<&'a Item> {
    let groups = groups_of(tenant, &user.id);
    let priority = |policy: &Item| policy.hidden.get(PRIORITY).and_then(Value::as_i64);
    let policies = tenant.items(POLICIES).values().filter(|policy| reaches(policy, &groups));
    policies.filter(|policy| priority(policy).is_some()).min_by_key(|policy| priority(policy))
}

fn reaches(policy: &Item, groups: &BTreeSet<String>) -> bool {
    let targets = || policy.assignments.iter().map(|each| &each.assignment.target);
    let included = targets().any(|target| match target {
        Target::Group(group) => groups.contains(group),
        Target::AllUsers => true,
        _ => false,
    });
    included && !targets().any(|target| matches!(target, Target::Exclusion(group) if groups.contains(group)))
}

/// A deployment of a machine that keeps its ids from one to the next, and those of its registration.
fn begun(tenant: &Tenant, hardware: Hardware, now: Millis, user: &User) -> Deployment {
    let id = Uuid::new_v5(&Uuid::from_bytes(hardware.key()), b"managedDevice").to_string();
    let registered = || tenant.autopilot.values().find(|device| device.hardware.key() == hardware.key());
    let (entra_object, entra_device_id) = match (tenant.deployments.get(&id), registered()) {
        (Some(before), _) => (before.entra_object.clone(), before.entra_device_id.clone()),
        (None, Some(device)) => (device.entra_object.to_string(), device.entra_device_id.to_string()),
        (None, None) => (Uuid::new_v4().to_string(), Uuid::new_v4().to_string()),
    };
    Deployment {
        id,
        name: hardware.serial.to_string(),
        hardware,
        user: user.upn.clone(),
        policy: String::new(),
        entra_object,
        entra_device_id,
        enrolled: false,
        at: now,
        minutes: MINUTES,
        failure: None,
        apps: Vec::new(),
        scripts: Vec::new(),
    }
}

/// The device joins the directory, and the group.
fn enrol(
    tenant: &mut Tenant,
    settings: &Settings,
    now: Millis,
    deployment: &Deployment,
    policy: &str,
    group: Option<&str>,
) {
    let object = deployment.entra_object.as_str();
    let mut device = tenant.devices.get(object).cloned().unwrap_or_else(|| EntraDevice {
        id: object.into(),
        device_id: deployment.entra_device_id.as_str().into(),
        display_name: deployment.name.as_str().into(),
        manufacturer: Some(deployment.hardware.manufacturer.clone()),
        model: Some(deployment.hardware.model.clone()),
        registered_at: now,
        ..EntraDevice::default()
    });
    device.joined = true;
    device.enrollment_profile = Some(shared(policy));
    tenant.devices.put(device.id.clone(), device);
    object_changed(tenant, object, now, settings.membership_seconds);
    if let Some(group) = group {
        join(tenant, group, object);
        assignments_changed(tenant, now, settings.assignment_seconds);
    }
}

/// Whether an app or a script is for the devices of the group, and runs as the system.
fn is_delivered(item: &Item, group: &str) -> bool {
    let required =
        |more: &crate::emulator::model::check::Object| more.get("intent").is_none_or(|intent| intent == "required");
    let assigned = item
        .assignments
        .iter()
        .any(|each| matches!(&each.assignment.target, Target::Group(id) if id == group) && required(&each.more));
    let account = item.entity.get("runAsAccount").or_else(|| item.entity.get("installExperience")?.get("runAsAccount"));
    assigned && account.is_none_or(|account| account == "system")
}

fn delivered(found: Option<&Item>, id: &str, group: Option<&str>) -> Delivered {
    let good = found.is_some_and(|item| group.is_some_and(|group| is_delivered(item, group)));
    Delivered {
        id: id.to_owned(),
        name: found.map_or("", Item::name).to_owned(),
        kind: found.map_or("", |item| name_of(item.text("@odata.type"))).to_owned(),
        outcome: if good { Outcome::Installed } else { Outcome::Skipped },
    }
}

/// Where the device setup fails, the first app to be installed is what fails, and nothing comes after it.
fn apps(tenant: &Tenant, policy: &Item, group: Option<&str>, failing: bool) -> Vec<Delivered> {
    let ids = texts(policy, "enrollment_autopilot_dpp_allowedappids").map(|text| {
        let told: Option<Value> = serde_json::from_str(text).ok();
        told.as_ref().and_then(|told| told.get("id")?.as_str()).unwrap_or(text).to_owned()
    });
    let mut all: Vec<Delivered> = ids.map(|id| delivered(tenant.items(APPS).get(&id), &id, group)).collect();
    let mut failed = false;
    for app in all.iter_mut().filter(|app| failing && app.outcome == Outcome::Installed) {
        app.outcome = if failed { Outcome::Skipped } else { Outcome::Failed };
        failed = true;
    }
    all
}

fn scripts(tenant: &Tenant, policy: &Item, group: Option<&str>, failing: bool) -> Vec<Delivered> {
    let group = group.filter(|_| !failing);
    let ids = texts(policy, "enrollment_autopilot_dpp_allowedscriptids");
    ids.map(|id| delivered(tenant.items(SCRIPTS).get(id), id, group)).collect()
}
