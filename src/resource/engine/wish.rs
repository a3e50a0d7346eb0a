//! Says what a resource wants among the others of its process, before anything is asked of Graph.

use uuid::Uuid;

use super::Scope;
use crate::{
    resource::{
        Cx, Private, Registered, Tenant,
        wishes::{Busy, Holder, Things},
    },
    value::Value,
};

/// Where private state keeps what tells the resource from the others of its kind, where its id does not.
const HOLDER: &str = "holder";

/// Until it is dropped, something goes on in this process.
pub(super) fn busy(scope: &Scope) -> Option<Busy> {
    match &scope.tenant {
        Tenant::Ready(client) => Some(Busy::begin(client)),
        Tenant::Missing(_) => None,
    }
}

/// A read has what is in the state.
pub(super) fn read(cx: &mut Cx, registered: &Registered, state: &Value) {
    if let Some(things) = things(registered, state, &cx.private) {
        let id = known(&cx.private, state);
        if let Some(holder) = enter(cx, registered, id) {
            holder.holds(&things);
        }
    }
}

/// A plan wants what is planned. Each plan of a create is another holder: core plans a replacement with the private state
/// of what is replaced.
pub(super) fn plan(cx: &mut Cx, registered: &Registered, prior: &Value, planned: &Value) {
    let known = if prior.is_null() { None } else { known(&cx.private, prior) };
    change(cx, registered, prior, planned, known);
}

/// An apply wants what is planned.
pub(super) fn apply(cx: &mut Cx, registered: &Registered, prior: &Value, planned: &Value) {
    let known = known(&cx.private, prior);
    change(cx, registered, prior, planned, known);
}

fn change(cx: &mut Cx, registered: &Registered, prior: &Value, planned: &Value, known: Option<String>) {
    let before = things(registered, prior, &cx.private);
    let Some((before, wanted)) = before.zip(things(registered, planned, &cx.private)) else { return };
    let id = known.unwrap_or_else(|| {
        let id = Uuid::new_v4().to_string();
        cx.private.set(HOLDER, id.as_str());
        id
    });
    if let Some(holder) = enter(cx, registered, Some(id)) {
        holder.wants(before, &wanted);
    }
}

fn things(registered: &Registered, object: &Value, private: &Private) -> Option<Things> {
    match object {
        Value::Null => Some(Things::new()),
        _ => registered.resource.things(&registered.spec, object, private),
    }
}

fn known(private: &Private, object: &Value) -> Option<String> {
    let held = private.get(HOLDER).and_then(|id| id.as_str());
    held.or_else(|| object.get("id").as_str()).map(str::to_owned)
}

fn enter<'a>(cx: &'a mut Cx, registered: &Registered, id: Option<String>) -> Option<&'a Holder> {
    if !cx.has_tenant() {
        return None;
    }
    let holder = Holder::new(&cx.graph().ok()?, registered.spec.name, &id?);
    cx.set_holder(holder);
    cx.holder()
}
