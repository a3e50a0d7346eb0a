//! Windows Autopilot device preparation: policies of the settings catalog after two templates, with a group that
//! devices join when they enrol, and an order among each other.
//!
//! Facts: recorded traffic of the admin center for templates and settings; Graph's page on
//! `setEnrollmentTimeDeviceMembershipTarget`, which answers 200 also when the group will not do; Microsoft's page on
//! the device group, which has to be owned by the Intune Provisioning Client.

use serde_json::{Value, json};

use super::preparation_templates::{template_of, templates};
use super::settings_catalog::POLICIES;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::collection::found;
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Misfit, Object, concrete, writable};
use crate::emulator::model::kind;
use crate::emulator::odata::path::key;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::device_group::objection;
use crate::emulator::tenant::item::Item;
use crate::emulator::tenant::preparation::{PRIORITY, TARGETS, targets};

const LOWEST_PRIORITY: i64 = 500;
/// The type of a target.
const TARGET: &str = "enrollmentTimeDeviceMembershipTarget";
/// The parameter of `reorder`.
const ORDERED: &str = "priority";

/// The device preparation policy of the path.
fn policy<'a>(tenant: &'a Tenant, call: &Call) -> Result<&'a Item, Failure> {
    let item = found(tenant, &POLICIES, call)?;
    if templates(template_of(&item.entity)).is_some() { Ok(item) } else { Err(Failure::intune_refuses()) }
}

/// Moves a policy to a place of the order; 1 comes first. Others keep their order and move on.
pub(crate) fn reorder(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let wanted = match body.get(ORDERED) {
        Some(Value::Number(number)) if body.len() == 1 => number.as_i64().unwrap_or_default(),
        Some(_) if body.len() == 1 => {
            return Err(Misfit::Wrong { property: ORDERED.into(), expected: "Edm.Int32".into() }.into());
        }
        _ => return Err(Misfit::Missing { property: ORDERED.into() }.into()),
    };
    if !(1..=LOWEST_PRIORITY).contains(&wanted) {
        return Err(Failure::intune_refuses());
    }
    let tenant = &mut *site.tenant;
    let id = policy(tenant, call)?.id.clone();
    let ordered =
        tenant.items(POLICIES.name).values().filter_map(|each| Some((each.hidden.get(PRIORITY)?.as_i64()?, &each.id)));
    let mut ordered: Vec<(i64, &String)> = ordered.filter(|(_, other)| **other != id).collect();
    ordered.sort();
    let mut order: Vec<String> = ordered.into_iter().map(|(_, id)| id.clone()).collect();
    let place = usize::try_from(wanted - 1).unwrap_or(0).min(order.len());
    order.insert(place, id);
    for (priority, id) in (1_i64..).zip(&order) {
        if let Some(item) = tenant.items_mut(POLICIES.name).edit(id) {
            item.hidden.insert(PRIORITY.into(), json!(priority));
        }
    }
    Ok(Answer::done())
}

fn result(site: &Site<'_>, call: &Call, statuses: Vec<(String, &'static str)>) -> Answer {
    let good = statuses.iter().all(|(_, code)| *code == "unknown");
    let statuses: Vec<Value> = statuses
        .into_iter()
        .map(|(id, code)| json!({"targetId": id, "validationSucceeded": code == "unknown", "targetValidationErrorCode": code}))
        .collect();
    let result = json!({
        "validationSucceeded": good,
        "enrollmentTimeDeviceMembershipTargetValidationStatuses": statuses,
    });
    Answer::json(200, in_value(site.settings.membership_results_in_value, call, result))
}

/// The result of an action, inside `value` or bare.
fn in_value(wrapped: bool, call: &Call, result: Value) -> Value {
    let mut body = match result {
        Value::Object(object) if !wrapped => object,
        result => Object::from_iter([("value".to_owned(), result)]),
    };
    body.insert("@odata.context".into(), Value::from(call.context(false)));
    Value::Object(body)
}

/// Sets the group. 200 says nothing: the answer's body tells whether the group will do, and only then it is kept.
pub(crate) fn set_target(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let wanted = body.get(TARGETS).and_then(Value::as_array).filter(|_| body.len() == 1);
    let wanted = wanted.ok_or_else(|| Failure::from(Misfit::Missing { property: TARGETS.into() }))?;
    let declared = kind(TARGET);
    let mut ids = Vec::new();
    for target in wanted {
        let wrong =
            || Misfit::Wrong { property: TARGETS.into(), expected: format!("Collection(microsoft.graph.{TARGET})") };
        let target = target.as_object().ok_or_else(wrong)?;
        let target = writable(concrete(declared, target)?, target, call.version)?;
        if target.get("targetType").and_then(Value::as_str) != Some("staticSecurityGroup") {
            return Err(Failure::intune_refuses());
        }
        ids.push(key(target.get("targetId").and_then(Value::as_str).unwrap_or_default()));
    }
    if ids.len() != 1 {
        return Err(Failure::intune_refuses());
    }
    let tenant = &mut *site.tenant;
    let policy = policy(tenant, call)?.id.clone();
    let statuses: Vec<(String, &str)> =
        ids.into_iter().map(|id| (id.clone(), objection(tenant, &id, call.now))).collect();
    if statuses.iter().all(|(_, code)| *code == "unknown")
        && let Some(item) = tenant.items_mut(POLICIES.name).edit(&policy)
    {
        let ids = statuses.iter().map(|(id, _)| Value::from(id.as_str())).collect();
        item.hidden.insert(TARGETS.into(), Value::Array(ids));
    }
    Ok(result(site, call, statuses))
}

/// The group as it is now, looked at again.
pub(crate) fn retrieve_target(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let statuses = targets(policy(tenant, call)?).map(|id| (id.to_owned(), objection(tenant, id, call.now))).collect();
    Ok(result(site, call, statuses))
}

pub(crate) fn clear_target(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &mut *site.tenant;
    let id = policy(tenant, call)?.id.clone();
    if let Some(item) = tenant.items_mut(POLICIES.name).edit(&id) {
        item.hidden.remove(TARGETS);
    }
    Ok(Answer::json(200, in_value(true, call, json!(true))))
}
