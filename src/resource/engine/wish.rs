//! Says what a resource wants among the others of its process, before anything is asked of Graph.

use std::hash::{DefaultHasher, Hash, Hasher};

use uuid::Uuid;

use super::Scope;
use crate::{
    diagnostic::Diagnostic,
    path::Path,
    resource::{
        Cx, Private, Registered, Shape, Tenant, shared,
        wishes::{Busy, Holder, Other, Things},
    },
    value::{Name, Value},
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
        if let Some(holder) = enter(cx, registered, id, false) {
            holder.holds(&things);
        }
    }
}

/// Tells who has in the state what is in this one's too. Resources that are no rows and no singletons tell it themselves.
pub(super) async fn tell_shared(cx: &mut Cx, registered: &Registered, state: &Value) {
    if let (Shape::Rows(_) | Shape::Singleton, Some(holder)) = (&registered.spec.shape, cx.holder()) {
        let others = holder.held_elsewhere().await;
        tell(cx, registered, state, &others);
    }
}

/// Tells who has the same.
fn tell(cx: &mut Cx, registered: &Registered, object: &Value, others: &[Other]) {
    let rows = match &registered.spec.shape {
        Shape::Rows(rows) => Some(rows.attribute),
        _ => None,
    };
    let keys: Vec<_> = object.as_map().into_iter().flatten().filter_map(|(_, value)| value.as_map()).collect();
    let written = |key: &str| {
        let found = keys.iter().flat_map(|map| map.keys()).find(|written| written.to_lowercase() == key);
        found.map_or(key, Name::as_str).to_owned()
    };
    let at = |told: Diagnostic| match rows {
        Some(attribute) => told.at(Path::of(attribute)),
        None => told,
    };
    cx.diagnostics.extend(others.iter().map(|other| at(other.warning(written))));
}

/// What the words of an import took together is told from another one of the same words.
pub(super) fn import(cx: &mut Cx, registered: &Registered) {
    if registered.spec.by_words {
        cx.private.set(HOLDER, Uuid::new_v4().to_string());
    }
}

/// A plan wants what is planned. A create has no id yet: until its apply it is known by what it wants, so that a plan that
/// is asked for again says the same.
pub(super) fn plan(cx: &mut Cx, registered: &Registered, prior: &Value, planned: &Value) {
    let Some((before, wanted)) = change(cx, registered, prior, planned) else { return };
    let known = if prior.is_null() { Some(of_plan(&wanted)) } else { known(&cx.private, prior) };
    if let Some(holder) = enter(cx, registered, known, true) {
        let others = holder.wants(before, &wanted);
        tell(cx, registered, planned, &others);
    }
}

/// What a destroy must not remove, since another resource has it too, goes along with its plan: Terraform 1.11.4 plans the
/// destroy of what the configuration has no more before it refreshes it, so that no read has said it.
pub(super) async fn remember_shared(cx: &mut Cx, registered: &Registered, prior: &Value) {
    let Some(things) = things(registered, prior, &cx.private) else { return };
    let Some(holder) = cx.holder() else { return };
    holder.holds(&things);
    let mut keys = shared::keys(&cx.private);
    keys.extend(holder.held_elsewhere().await.into_iter().flat_map(|other| other.both));
    shared::remember(&mut cx.private, &keys);
}

/// An apply wants what is planned. What the plan of a create said is now its own.
pub(super) fn apply(cx: &mut Cx, registered: &Registered, prior: &Value, planned: &Value) {
    let Some((before, wanted)) = change(cx, registered, prior, planned) else { return };
    let id = match prior {
        Value::Null => {
            let id = Uuid::new_v4().to_string();
            cx.private.set(HOLDER, id.as_str());
            Some(id)
        }
        prior => known(&cx.private, prior),
    };
    if let Some(holder) = enter(cx, registered, id, false) {
        let others = holder.wants(before, &wanted);
        tell(cx, registered, planned, &others);
    }
    if prior.is_null()
        && let Ok(graph) = cx.graph()
    {
        Holder::new(&graph, registered.spec.handed_over_as, &of_plan(&wanted)).ends();
    }
}

fn change(cx: &Cx, registered: &Registered, prior: &Value, planned: &Value) -> Option<(Things, Things)> {
    things(registered, prior, &cx.private).zip(things(registered, planned, &cx.private))
}

fn of_plan(wanted: &Things) -> String {
    let keys: Vec<_> = wanted.keys().map(String::as_str).collect();
    Uuid::new_v5(&Uuid::NAMESPACE_OID, keys.join("\n").as_bytes()).to_string()
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

/// What tells a configuration from others.
fn digest(config: &Value) -> u64 {
    fn mix(value: &Value, hasher: &mut DefaultHasher) {
        std::mem::discriminant(value).hash(hasher);
        match value {
            Value::String(text) => text.hash(hasher),
            Value::List(elements) | Value::Set(elements) => elements.iter().for_each(|element| mix(element, hasher)),
            Value::Map(map) => map.iter().for_each(|(key, value)| {
                key.hash(hasher);
                mix(value, hasher);
            }),
            Value::Null | Value::Unknown => {}
            Value::Bool(known) => known.hash(hasher),
            Value::Number(number) => number.hash(hasher),
            Value::Dynamic(inner) => mix(&inner.1, hasher),
        }
    }
    let mut hasher = DefaultHasher::new();
    mix(config, &mut hasher);
    hasher.finish()
}

fn enter<'a>(cx: &'a mut Cx, registered: &Registered, id: Option<String>, is_plan: bool) -> Option<&'a Holder> {
    if !cx.has_tenant() {
        return None;
    }
    let holder = Holder::new(&cx.graph().ok()?, registered.spec.handed_over_as, &id?);
    let holder = holder.of(&registered.type_name, digest(&cx.config));
    cx.set_holder(if is_plan { holder.planning() } else { holder });
    cx.holder()
}
