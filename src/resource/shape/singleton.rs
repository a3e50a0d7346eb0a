//! An object that every tenant has: it is neither made nor deleted. What the first apply replaces comes back at destroy.

use std::time::Duration;

use serde_json::{Map as JsonMap, Value as Json};
use tokio::sync::Mutex;

use super::{collection, object};
use crate::{
    diagnostic::Diagnostic,
    graph::Client,
    resource::{Cx, Result, body},
    value::Value,
};

/// Where private state keeps the properties of before.
const BEFORE: &str = "before";

/// Where private state keeps a name of the resource's own.
const HOLDER: &str = "holder";

/// Who has taken over what in this process: the tenant, the path of the collection, and the holder. Locked while one is
/// made or removed, since core does both side by side where a resource is renamed.
static TAKEN: Mutex<Vec<(Client, &'static str, String)>> = Mutex::const_new(Vec::new());

/// How long a create waits for the destroy of the same object under another name: it comes milliseconds apart.
const OTHERS_FIRST: Duration = Duration::from_millis(500);

/// Changes the object that is there, and remembers what it was.
pub async fn create(cx: &mut Cx, planned: &Value) -> Result<Value> {
    let spec = cx.spec();
    tokio::select! {
        () = tokio::time::sleep(OTHERS_FIRST) => {}
        () = cx.cancelled() => {}
    }
    let mut taken = TAKEN.lock().await;
    let json = current(cx).await?;
    let before: JsonMap<String, Json> = body::written_properties(&spec)
        .into_iter()
        .filter_map(|property| Some((property.clone(), json.get(&property)?.clone())))
        .collect();
    if cx.private.get(BEFORE).is_none() {
        cx.private.set(BEFORE, Json::Object(before));
    }
    let prior = object::state(cx, json, None).await?;
    let made = collection::update(cx, &prior, planned).await?;
    let holder = uuid::Uuid::new_v4().to_string();
    cx.private.set(HOLDER, holder.as_str());
    taken.push((cx.graph()?, spec.collection, holder));
    Ok(made)
}

/// Puts back what the first apply replaced. Without that (imported, or from another workspace) all stays as it is, and also
/// where another resource has taken the object over in this run.
pub async fn delete(cx: &mut Cx, state: &Value) -> Result<()> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let taken = TAKEN.lock().await;
    let last = taken.iter().rfind(|(other, collection, _)| other.is_same(&graph) && *collection == spec.collection);
    if last.is_some_and(|(.., holder)| cx.private.get(HOLDER) != Some(&holder.as_str().into())) {
        let detail = format!(
            "Another resource manages the {} since this run, so what it was before was not put back.",
            spec.noun
        );
        cx.warn("Settings Left as They Are", detail);
        return Ok(());
    }
    match cx.private.get(BEFORE).cloned() {
        Some(before) => {
            graph.patch(&object::path(&spec, &object::identifier(state)?), &before).await?;
        }
        None => cx.warn(
            "Settings Left as They Are",
            format!(
                "The {} was imported, so it is not known what it was before. It is no longer managed, and keeps its \
                 settings.",
                spec.noun
            ),
        ),
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
