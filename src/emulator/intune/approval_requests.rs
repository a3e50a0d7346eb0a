//! Requests for approval (beta): writes that wait for a second administrator, and what became of them.
//!
//! Facts: "Use Multi Admin Approval with the Microsoft Graph API", Graph's `operationApprovalRequest`, and reports of its
//! clients in 2026. A request ends by itself after some days. Whoever asked may withdraw it, another person decides; an
//! application never does. What is written, the payload, is not in it.

use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::{Millis, intune_date};
use crate::emulator::collection::{Collection, PLAIN};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::Item;

pub(crate) static APPROVAL_REQUESTS: Collection = Collection {
    name: "operationApprovalRequests",
    kind: "operationApprovalRequest",
    show: |item, entity, view| {
        entity.insert("status".into(), json!(status(item, view.now)));
    },
    ..PLAIN
};

const NEEDS_APPROVAL: &str = "needsApproval";
const APPROVED: &str = "approved";

/// What whoever asked is told who would decide.
pub(crate) const OWN: &str = "Nobody decides on a request of their own.";

const DAY: Millis = 24 * 60 * 60 * 1000;

/// What somebody asks approval for.
pub(crate) struct Wish<'a> {
    pub(crate) call: &'a Call,
    pub(crate) justification: &'a str,
    /// Tells this very request from any other.
    pub(crate) fingerprint: &'a str,
    pub(crate) days: u64,
}

/// Files a request and tells its id.
pub(crate) fn file(tenant: &mut Tenant, wish: &Wish<'_>) -> String {
    let Wish { call, justification, fingerprint, days } = wish;
    let id = uuid::Uuid::new_v4().to_string();
    let expires = call.now.saturating_add(i64::try_from(*days).unwrap_or(i64::MAX).saturating_mul(DAY));
    let mut entity = Object::new();
    entity.insert("requestId".into(), json!(id));
    entity.insert("requestDateTime".into(), json!(intune_date(call.now)));
    entity.insert("expirationDateTime".into(), json!(intune_date(expires)));
    entity.insert("status".into(), json!(NEEDS_APPROVAL));
    entity.insert("requestJustification".into(), json!(justification));
    let mut item = Item::of_service(&id, entity);
    item.modified = Some(call.now);
    item.sequence = tenant.next_number();
    item.hidden = Object::from_iter(
        [
            ("expires", json!(expires)),
            ("fingerprint", json!(fingerprint)),
            ("principal", json!(call.caller.principal)),
            ("clientId", json!(call.caller.app_id)),
            ("method", json!(call.method)),
            ("path", json!(call.path)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    tenant.items_mut(APPROVAL_REQUESTS.name).put(&id, item);
    id
}

/// Where a request stands.
pub(crate) fn status(item: &Item, now: Millis) -> &str {
    let status = item.text("status");
    let over = item.hidden.get("expires").and_then(Value::as_i64).is_some_and(|expires| expires <= now);
    if over && matches!(status, NEEDS_APPROVAL | APPROVED) { "expired" } else { status }
}

/// Whether a request still stands: nobody has decided on it, or it is approved and was not made use of.
pub(crate) fn is_active(item: &Item, now: Millis) -> bool {
    matches!(status(item, now), NEEDS_APPROVAL | APPROVED)
}

pub(crate) fn is_approved(item: &Item, now: Millis) -> bool {
    status(item, now) == APPROVED
}

pub(crate) fn is_undecided(item: &Item, now: Millis) -> bool {
    status(item, now) == NEEDS_APPROVAL
}

/// Whether whoever this is asked for it.
pub(crate) fn is_of(item: &Item, principal: &str) -> bool {
    hidden(item, "principal") == principal
}

/// What is known of a request besides what Graph shows.
pub(crate) fn hidden<'a>(item: &'a Item, name: &str) -> &'a str {
    item.hidden.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The request was made use of.
pub(crate) fn complete(tenant: &mut Tenant, id: &str, now: Millis) {
    end(tenant, id, "completed", now);
}

/// An administrator approves a request, or rejects it. Tells whether it was there to be decided on.
pub(crate) fn decide(tenant: &mut Tenant, id: &str, reject: bool, reason: &str, now: Millis) -> bool {
    let waits = tenant.items(APPROVAL_REQUESTS.name).get(id).is_some_and(|item| is_undecided(item, now));
    if waits {
        end(tenant, id, if reject { "rejected" } else { APPROVED }, now);
        if let Some(item) = tenant.items_mut(APPROVAL_REQUESTS.name).edit(id) {
            item.entity.insert("approvalJustification".into(), json!(reason));
        }
    }
    waits
}

fn end(tenant: &mut Tenant, id: &str, status: &str, now: Millis) {
    if let Some(item) = tenant.items_mut(APPROVAL_REQUESTS.name).edit(id) {
        item.entity.insert("status".into(), json!(status));
        item.modified = Some(now);
    }
}

/// `cancelMyRequest`: whoever asked withdraws it.
pub(crate) fn cancel(site: &mut Site<'_>, call: &Call) -> Outcome {
    let id = call.object()?.get("id").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let found = site.tenant.items(APPROVAL_REQUESTS.name).get(&id);
    let item = found.filter(|item| is_of(item, &call.caller.principal));
    let item = item.ok_or_else(Failure::no_intune_object)?;
    if !is_undecided(item, call.now) {
        return Err(Failure::intune_says(format!("The approval request is {}.", status(item, call.now))));
    }
    end(site.tenant, &id, "cancelled", call.now);
    Ok(Answer::json(200, json!({"@odata.context": call.context(false), "value": "cancelled"})))
}

pub(crate) fn approve(site: &mut Site<'_>, call: &Call) -> Outcome {
    by_person(site, call, false)
}

pub(crate) fn reject(site: &mut Site<'_>, call: &Call) -> Outcome {
    by_person(site, call, true)
}

fn by_person(site: &mut Site<'_>, call: &Call, reject: bool) -> Outcome {
    let id = call.id(0);
    let found = site.tenant.items(APPROVAL_REQUESTS.name).get(&id);
    let item = found.ok_or_else(Failure::no_intune_object)?;
    if is_of(item, &call.caller.principal) {
        return Err(Failure::intune(403, "Forbidden", OWN));
    }
    let reason = call.object()?.get("justification").and_then(Value::as_str).unwrap_or_default();
    let said = status(item, call.now).to_owned();
    if !decide(site.tenant, &id, reject, reason, call.now) {
        return Err(Failure::intune_says(format!("The approval request is {said}.")));
    }
    let word = if reject { "rejected" } else { APPROVED };
    Ok(Answer::json(200, json!({"@odata.context": call.context(false), "value": word})))
}
