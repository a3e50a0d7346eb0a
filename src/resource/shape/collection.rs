//! A thing in a collection of Graph's: it is made, changed and deleted there.

use serde_json::Value as Json;

use super::{
    find,
    object::{self, identifier},
};
use crate::{
    diagnostic::Diagnostic,
    graph::{self, Client, Patience, segment},
    resource::{Cx, Error, Listing, Result, Spec, Update, body, listing::NAME_CONTAINS},
    value::Value,
};

/// Makes it: POST, then its facets.
pub async fn create(cx: &mut Cx, planned: &Value) -> Result<Value> {
    create_with(cx, planned, body::create(&cx.spec(), planned), None).await
}

/// Makes it with a body of the resource's own. `ours` is a filter that only the object made by this very body can match:
/// with it, an object whose answer was lost is found again.
pub async fn create_with(cx: &mut Cx, planned: &Value, body: Json, ours: Option<String>) -> Result<Value> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let made = match (graph.post(spec.collection, &body).await, ours) {
        (Err(lost), Some(ours)) if lost.is_lost() => find_lost(&spec, &graph, &ours, lost).await?,
        (made, _) => made?.unwrap_or_default(),
    };
    let made_state = body::read(&spec.attributes, &made, Some(planned));
    let id = identifier(&made_state)?;
    let state = body::settle(planned, &made_state);
    cx.keep(object::with_facets_of(&spec, state.clone(), &Value::Null));
    wait_until_ready(cx, &id, &body).await?;
    match object::write_facets(cx, &id, &Value::Null, planned).await {
        Err(refused) if is_for_good(&refused) => Err(undo(cx, &id, planned, refused).await),
        Err(error) => Err(error),
        Ok(()) => Ok(state),
    }
}

/// Whether it would be refused again.
fn is_for_good(error: &Error) -> bool {
    match error {
        Error::Graph(error) => error.status().is_some_and(|status| matches!(status, 400 | 403 | 404 | 409 | 422)),
        Error::Told(_) => true,
    }
}

/// Deletes what was made, where Graph refuses the rest of it: core would taint what is there and not as planned. Only where
/// that fails too is it kept, with the error.
async fn undo(cx: &mut Cx, id: &str, planned: &Value, refused: Error) -> Error {
    let mut made = planned.clone();
    made.insert("id", id.into());
    if delete(cx, &made).await.is_ok() {
        cx.take_kept();
    }
    refused
}

/// Looks a few times for an object whose POST got no answer. Not found, the POST is taken to have failed.
async fn find_lost(spec: &Spec, graph: &Client, ours: &str, lost: graph::Error) -> Result<Json> {
    const LOOKS: usize = 6;
    let path = format!("{}?$filter={}", spec.collection, segment(ours));
    let mut patience = Patience::default();
    for _ in 0..LOOKS {
        if let Some(found) = graph.list(&path).await?.pop() {
            return Ok(found);
        }
        graph.pause(&mut patience, "looking for an object whose answer was lost", "").await?;
    }
    Err(lost.into())
}

/// Its state now; `None` where it is gone. Of the facets it reads those that the state holds.
pub async fn read(cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
    let found = object::get(&cx.graph()?, &cx.spec(), &identifier(state)?, Some(state)).await?;
    match found {
        Some(json) => Ok(Some(object::state(cx, json, Some(state)).await?)),
        None => Ok(None),
    }
}

/// Changes it in place: PATCH with what changed, or PUT with all of it, then its facets.
pub async fn update(cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
    update_with(cx, prior, planned, body::change(&cx.spec(), prior, planned)).await
}

/// Changes it with a body of the resource's own; without one, its facets only.
pub async fn update_with(cx: &mut Cx, prior: &Value, planned: &Value, change: Option<Json>) -> Result<Value> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let id = identifier(prior)?;
    let path = object::path(&spec, &id);
    let mut answer = None;
    if let Some(change) = change {
        answer = match spec.update {
            Update::Put => graph.put(&path, &change).await?,
            Update::Changes | Update::Whole => graph.patch(&path, &change).await?,
        };
        answer = wait_until_ready(cx, &id, &change).await?.or(answer);
    }
    let answer = match answer {
        Some(answer) => answer,
        None => graph.get(&path).await?,
    };
    let state = body::settle(planned, &body::read(&spec.attributes, &answer, Some(planned)));
    cx.keep(object::with_facets_of(&spec, state.clone(), prior));
    object::write_facets(cx, &id, prior, planned).await?;
    Ok(state)
}

/// Sends a change of the resource's own.
pub async fn patch(cx: &Cx, state: &Value, change: &Json) -> Result<()> {
    cx.graph()?.patch(&object::path(&cx.spec(), &identifier(state)?), change).await?;
    Ok(())
}

/// Removes it. That it is gone already is no error.
pub async fn delete(cx: &mut Cx, state: &Value) -> Result<()> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let path = object::path(&spec, &identifier(state)?);
    let deleted = async {
        for held in &spec.facets {
            held.facet.release(&graph, &path).await?;
        }
        graph.delete(&path).await?;
        Ok(())
    };
    match deleted.await {
        Err(error) if !Error::is_not_found(&error) => Err(error),
        _ => Ok(()),
    }
}

/// The whole state of what an import id names: Graph's id, or a name such as `display_name=Sales laptops`.
pub async fn import(cx: &mut Cx, id: &str) -> Result<Value> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let id = match find::by_name(&spec, id) {
        Some((attribute, wanted)) => find::id_of(&spec, &graph, attribute, wanted).await?,
        None => id.to_owned(),
    };
    let found = match object::get(&graph, &spec, &id, None).await {
        // Intune answers 400 for an id that is no id of its kind.
        Err(Error::Graph(error)) if error.status() == Some(400) => None,
        other => other?,
    };
    let Some(json) = found else { return Err(find::no_such_id(&spec, &id)) };
    if !object::is_of_kind(&spec, &json) {
        let detail = format!("There is an object {id}, and it is not {} that can be managed.", spec.a_noun());
        return Err(Diagnostic::error("Object of Another Kind", detail).into());
    }
    object::state(cx, json, None).await
}

/// Tells those that there are, page by page, until no more is wanted.
pub async fn list(cx: &mut Cx, listing: &mut Listing) -> Result<()> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let by = spec.find_by.first().map(|find| find.attribute).unwrap_or_default();
    let name_path = find::property_of(&spec, by);
    let exactly = listing.config.get(by).as_str().map(str::to_owned);
    let containing = listing.config.get(NAME_CONTAINS).as_str().map(str::to_lowercase);
    let mut query: Vec<_> = exactly.iter().filter_map(|wanted| find::filter(&spec, by, wanted)).collect();
    if listing.whole {
        query.push(object::expansion(object::facets(&spec, None)));
    }
    query.retain(|part| !part.is_empty());
    let separator = if query.is_empty() { "" } else { "?" };
    let mut next = Some(format!("{}{separator}{}", spec.collection, query.join("&")));
    while let Some(path) = next {
        let page = graph.page(&path).await?;
        for json in page.items.into_iter().filter(|json| object::is_of_kind(&spec, json)) {
            let name = json.get(&name_path).and_then(Json::as_str).unwrap_or_default().to_owned();
            let wanted = exactly.as_ref().is_none_or(|exactly| find::is_called(&json, &name_path, exactly))
                && containing.as_ref().is_none_or(|part| name.to_lowercase().contains(part));
            if !wanted {
                continue;
            }
            let id = &json.get("id").and_then(Json::as_str).unwrap_or_default().to_owned();
            let called = if name.is_empty() { id.to_owned() } else { name };
            let state = match listing.whole {
                false => body::read(&spec.attributes, &json, None),
                true if spec.listed_in_part => match object::get(&graph, &spec, id, None).await? {
                    Some(json) => object::state(cx, json, None).await?,
                    // gone since it was listed
                    None => continue,
                },
                true => object::state(cx, json, None).await?,
            };
            if listing.tell(&called, state).await.is_break() {
                return Ok(());
            }
        }
        next = page.next;
    }
    Ok(())
}

/// Waits until reads show what was written, where a write is seen after a while only (Entra answers 404 or old values),
/// and until the object is ready, where the table says when it is. Ctrl-C ends the wait without an error, since the write
/// itself is done.
async fn wait_until_ready(cx: &Cx, id: &str, written: &Json) -> Result<Option<Json>> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    if !spec.replicates && spec.ready_when.is_none() {
        return Ok(None);
    }
    let path = object::path(&spec, id);
    let is_ready = |json: &Json| {
        (!spec.replicates || shows(json, written)) && spec.ready_when.is_none_or(|ready_when| ready_when(json))
    };
    let waiting = match spec.ready_when {
        Some(_) => format!("waiting for the {} to be ready", spec.noun),
        None => format!("waiting for the {} to be seen", spec.noun),
    };
    let ready = graph.wait(&waiting, || async { Ok(graph.get_optional(&path).await?.filter(|json| is_ready(json))) });
    match ready.await {
        Err(error) if error.is_cancelled() && cx.is_cancelled() => Ok(None),
        other => Ok(Some(other?)),
    }
}

/// Whether an object shows every plain property that was written. What it does not show at all is not compared.
fn shows(json: &Json, written: &Json) -> bool {
    let blank = |value: &Json| value.is_null() || value == "";
    written.as_object().into_iter().flatten().all(|(property, wanted)| match json.get(property) {
        Some(there) => there == wanted || wanted.is_object() || (blank(there) && blank(wanted)),
        None => true,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_write_is_seen_when_its_properties_are() {
        let written = json!({"displayName": "a", "description": null, "owners@odata.bind": []});
        assert!(shows(&json!({"displayName": "a", "description": ""}), &written));
        assert!(!shows(&json!({"displayName": "b", "description": null}), &written));
    }
}
