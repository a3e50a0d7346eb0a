//! An object that every tenant has: it is neither made nor deleted. What the first apply replaces comes back at destroy.

use serde_json::{Map as JsonMap, Value as Json};

use super::{collection, object};
use crate::{
    diagnostic::Diagnostic,
    resource::{Cx, Held, Private, Result, Things, body, wishes::Fate},
    schema::Unset,
    value::Value,
};

/// Where private state keeps the properties of before.
const BEFORE: &str = "before";

/// The key of the one thing there is.
const IT: &str = "";

/// The object itself, with what it was before the first apply.
pub(super) fn things(private: &Private) -> Things {
    Things::from([(IT.to_owned(), private.get(BEFORE).cloned().unwrap_or_default())])
}

/// Changes the object that is there, and remembers what it was; where another resource lets it go in this run, what that one
/// remembers.
pub async fn create(cx: &mut Cx, planned: &Value) -> Result<Value> {
    let spec = cx.spec();
    if let Some(holder) = cx.holder() {
        // It is being put back.
        cx.graph()?.unless_stopped("waiting for the other changes of this run", holder.fate(IT)).await?;
    }
    let json = current(cx).await?;
    let mut before: JsonMap<String, Json> = body::written_properties(&spec)
        .into_iter()
        .filter_map(|property| Some((property.clone(), json.get(&property)?.clone())))
        .collect();
    let prior = object::state(cx, json, None).await?;
    if cx.private.get(BEFORE).is_none() {
        let ids = |value: &Value| value.elements().iter().filter_map(Value::as_str).map(Json::from).collect();
        // Facets by the names of their attributes, which no property has: each is a set of texts.
        before.extend(
            spec.facets
                .iter()
                .map(|Held { attribute, .. }| (attribute.name.to_owned(), ids(prior.get(attribute.name)))),
        );
        cx.private.set(BEFORE, Json::Object(before));
    }
    let mut planned = planned.clone();
    for attribute in &spec.attributes {
        // What is kept is known by now.
        if attribute.unset == Unset::Stable && planned.get(attribute.name).is_unknown() {
            planned.insert(attribute.name, prior.get(attribute.name).clone());
        }
    }
    let made = match collection::update(cx, &prior, &planned).await {
        Ok(made) => made,
        // What has to be approved is not refused, and what was interrupted is not asked for more.
        Err(stopped) if stopped.is_stop() || stopped.awaits_approval() => return Err(stopped),
        Err(refused) => {
            undo(cx).await;
            return Err(refused);
        }
    };
    let inherited = match cx.holder() {
        Some(holder) => {
            holder.makes_again(IT);
            tokio::select! {
                () = holder.wait_for_heirloom() => {}
                () = cx.cancelled() => {}
            }
            holder.inherit(IT)
        }
        None => None,
    };
    if let Some(before) = inherited {
        match before {
            Json::Null => cx.private.remove(BEFORE),
            before => cx.private.set(BEFORE, before),
        }
    }
    Ok(made)
}

/// Puts back what the first apply replaced. Without that (imported, or from another workspace) all stays as it is, and also
/// where another resource takes the object over in this run.
pub async fn delete(cx: &mut Cx, state: &Value) -> Result<()> {
    let spec = cx.spec();
    let Some(before) = cx.private.get(BEFORE).cloned() else {
        let detail = format!(
            "The {} was imported, so it is not known what it was before. It is no longer managed, and keeps its settings.",
            spec.noun
        );
        cx.warn("Settings Left as They Are", detail);
        return Ok(());
    };
    cx.wait_for_others().await?;
    let let_go = cx.holder().map(|holder| holder.let_go([IT])).unwrap_or_default();
    match let_go.handed_over.get(IT) {
        Some(true) => {}
        Some(false) => {
            let detail = format!(
                "Another resource manages the {} since this run, so what it was before was not put back.",
                spec.noun
            );
            cx.warn("Settings Left as They Are", detail);
        }
        None => {
            put_back(cx, state, &before).await?;
            if let Some(holder) = cx.holder() {
                holder.removed(IT, Fate::Gone);
            }
        }
    }
    Ok(())
}

/// Puts back what was, where Graph refuses a part of what is to be. Only where that fails too is it kept, with the error.
async fn undo(cx: &mut Cx) {
    let (kept, before) = (cx.take_kept(), cx.private.get(BEFORE).cloned());
    // Where nothing is kept and all goes in one request, that one was refused.
    let Some(before) = before.filter(|_| kept.is_some() || cx.spec().apart.is_some()) else { return };
    let undone = async {
        // How far it came is not known.
        let there = object::state(cx, current(cx).await?, None).await?;
        put_back(cx, &there, &before).await
    };
    if let Err(error) = undone.await {
        let told = cx.spec().failed_writing("undoing the change of", &error);
        cx.diagnostics.push(told);
        if let Some(kept) = kept {
            cx.keep(kept);
        }
    }
}

/// Writes the properties and the facets of before.
async fn put_back(cx: &Cx, state: &Value, before: &Json) -> Result<()> {
    let (spec, graph, id) = (cx.spec(), cx.graph()?, object::identifier(state)?);
    let mut properties = before.clone();
    let mut facets = Vec::new();
    for held in &spec.facets {
        let ids = properties.as_object_mut().and_then(|all| all.remove(held.attribute.name));
        let ids = ids.iter().filter_map(Json::as_array).flatten().filter_map(Json::as_str);
        facets.push((held, Value::set(ids.map(Value::from).collect())));
    }
    object::change(&graph, &spec, &id, &properties).await?;
    for (Held { attribute, facet }, before) in facets {
        facet.write(&graph, &object::path(&spec, &id), state.get(attribute.name), &before).await?;
    }
    Ok(())
}

/// Its state, named by the tenant's id or its own.
pub async fn import(cx: &mut Cx, id: &str) -> Result<Value> {
    let state = there(cx).await?;
    let tenant = cx.graph()?.tenant_id().await?;
    let own = object::identifier(&state)?;
    if [&tenant, &own].iter().any(|known| known.eq_ignore_ascii_case(id)) {
        return Ok(state);
    }
    let spec = cx.spec();
    let detail = format!(
        "A tenant has one {}. It is imported by the id of the tenant, {tenant}, or by its own, {own}; got: {id:?}.",
        spec.noun
    );
    Err(Diagnostic::error("Object Not Found", detail).into())
}

/// Its state.
pub(super) async fn there(cx: &Cx) -> Result<Value> {
    object::state(cx, current(cx).await?, None).await
}

/// The object of the collection that the table owns.
async fn current(cx: &Cx) -> Result<Json> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    if let Some(id) = spec.alone {
        return object::get(&graph, &spec, id, None).await;
    }
    let all = graph.list(spec.collection).await?;
    let found = all.into_iter().find(|json| object::is_of_kind(&spec, json));
    found.ok_or_else(|| {
        let detail = format!(
            "This tenant has no {}. Intune gives one to every tenant: check that the tenant has an Intune licence.",
            spec.noun
        );
        Diagnostic::error("Object Not Found", detail).into()
    })
}
