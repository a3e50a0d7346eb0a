//! One object of Graph's, with its parts and facets, and its state.

use futures_util::future::join_all;
use serde_json::{Value as Json, json};

use crate::{
    diagnostic::Diagnostic,
    graph::{Client, segment},
    resource::{Cx, Error, Held, Result, Spec, Update, body},
    schema::Unset,
    value::Value,
};

/// The id in a state.
pub(super) fn identifier(state: &Value) -> Result<String> {
    match state.get("id").as_str() {
        Some(id) if !id.is_empty() => Ok(id.to_owned()),
        _ => {
            let detail = "Microsoft Graph answered without an id, or the state holds none.";
            Err(Diagnostic::error("Object without an Id", detail).into())
        }
    }
}

/// The path of an object.
pub(super) fn path(spec: &Spec, id: &str) -> String {
    format!("{}/{}", spec.collection, segment(id))
}

/// Whether an object of the collection is of the table's kind.
pub(crate) fn is_of_kind(spec: &Spec, json: &Json) -> bool {
    spec.odata_type.is_none_or(|odata_type| json.get(body::ODATA_TYPE) == Some(&odata_type.into()))
        && spec.owns.is_none_or(|owns| owns(json))
}

/// The facets that a state holds. What is not managed unless it is set is read at an import only (`state` is `None`).
pub(super) fn facets<'a>(spec: &'a Spec, state: Option<&'a Value>) -> impl Iterator<Item = &'a Held> {
    let is_held = move |held: &&Held| {
        let attribute = &held.attribute;
        attribute.unset != Unset::Unmanaged || state.is_none_or(|state| !state.get(attribute.name).is_null())
    };
    spec.facets.iter().filter(is_held)
}

/// What a read asks for beside the object, as the end of its path.
pub(super) fn expansion<'a>(facets: impl Iterator<Item = &'a Held>) -> String {
    let expands: Vec<_> = facets.filter_map(|held| held.facet.expands()).collect();
    if expands.is_empty() { String::new() } else { format!("$expand={}", expands.join(",")) }
}

/// The JSON of an object; that there is none is an error.
pub(super) async fn get(graph: &Client, spec: &Spec, id: &str, state: Option<&Value>) -> Result<Json> {
    let expansion = expansion(facets(spec, state));
    if !spec.listed_in_part && spec.alone.is_none() {
        return Ok(graph.read_listed(spec.collection, id, &expansion).await?);
    }
    let separator = if expansion.is_empty() { "" } else { "?" };
    Ok(graph.read(&format!("{}{separator}{expansion}", path(spec, id))).await?)
}

/// Changes an object, and gives Graph's answer where it has one.
pub(super) async fn change(graph: &Client, spec: &Spec, id: &str, change: &Json) -> Result<Option<Json>> {
    let path = &path(spec, id);
    match spec.update {
        Update::Put => return Ok(graph.put(path, change).await?),
        Update::Merged(properties) => {
            let whole = graph.get(path).await?;
            return Ok(graph.put(path, &body::merged(&whole, properties, change)).await?);
        }
        Update::Changes | Update::Whole => {}
    }
    let Some((property, resulting)) = spec.apart else { return Ok(graph.patch(path, change).await?) };
    let mut rest = change.clone();
    let apart = rest.as_object_mut().and_then(|rest| rest.remove(property)).filter(|word| word != resulting);
    let mut answer = None;
    let apart = apart.map(|word| json!({ property: word }));
    for body in [Some(rest), apart].into_iter().flatten().filter(|body| *body != json!({})) {
        answer = graph.patch(path, &body).await?;
    }
    Ok(answer)
}

/// What was found; `None` where there is none.
pub(super) fn optional<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Err(error) if error.is_not_found() => Ok(None),
        found => found.map(Some),
    }
}

/// The state of an object: of its JSON, with what is read by calls of its own. `prior` is `None` at an import.
pub(super) async fn state(cx: &Cx, mut json: Json, prior: Option<&Value>) -> Result<Value> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let id = json["id"].as_str().unwrap_or_default().to_owned();
    let object = path(&spec, &id);
    for part in spec.parts {
        json[*part] = graph.read_list(&format!("{object}/{part}")).await?.into();
    }
    let mut state = body::read(&spec.attributes, &json, prior);
    let held: Vec<&Held> = facets(&spec, prior).collect();
    // At once, so that they go out together and what two of them ask for is asked once.
    let reads = held.iter().map(|held| {
        let before = prior.map(|prior| prior.get(held.attribute.name).clone()).unwrap_or_default();
        let (graph, object, json) = (&graph, &object, &json);
        async move { held.facet.read(graph, object, json, &before).await }
    });
    for (held, read) in held.iter().zip(join_all(reads).await) {
        let attribute = &held.attribute;
        let mut value = read.map_err(|error| about(held, &spec, error, "reading"))?;
        if prior.is_none() && attribute.unset == Unset::Unmanaged && value == Value::set(Vec::new()) {
            // nothing there is nothing to be managed
            value = Value::Null;
        }
        state.insert(attribute.name, value);
    }
    Ok(state)
}

/// Writes the facets that the plan changes.
pub(super) async fn write_facets(cx: &Cx, id: &str, prior: &Value, planned: &Value) -> Result<()> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    for held in &spec.facets {
        let name = held.attribute.name;
        if prior.get(name) != planned.get(name) {
            let written = held.facet.write(&graph, &path(&spec, id), prior.get(name), planned.get(name)).await;
            written.map_err(|error| about(held, &spec, error, "changing"))?;
        }
    }
    Ok(())
}

/// An error of a facet that needs permissions of its own, which the table does not name.
fn about(held: &Held, spec: &Spec, error: Error, doing: &str) -> Error {
    match &error {
        Error::Graph(graph) if graph.status() == Some(403) && !held.facet.permissions().is_empty() => {
            let doing = format!("{doing} `{}` of the {}", held.attribute.name, spec.noun);
            error.diagnostic(&doing, &held.facet.permissions().join(" or ")).into()
        }
        _ => error,
    }
}

/// A state whose facets are still those of another one.
pub(super) fn with_facets_of(spec: &Spec, mut state: Value, other: &Value) -> Value {
    for held in &spec.facets {
        let name = held.attribute.name;
        state.insert(name, other.get(name).clone());
    }
    state
}
