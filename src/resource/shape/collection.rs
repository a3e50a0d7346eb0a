//! A thing in a collection of Graph's: it is made, changed and deleted there.

use futures_util::future::join_all;
use serde_json::Value as Json;

use super::{
    Post, find, made,
    object::{self, identifier},
    seen, unfinished,
};
use crate::{
    diagnostic::Diagnostic,
    graph::Client,
    resource::{Cx, Error, Listing, Result, body, listing::NAME_CONTAINS, writers},
    value::Value,
};

/// So many of a list are read at once: what they need goes out together.
const AT_ONCE: usize = 60;

/// Makes it: POST, then its facets.
pub async fn create(cx: &mut Cx, planned: &Value) -> Result<Value> {
    let post = Post::of(&cx.spec(), planned);
    create_with(cx, planned, post).await
}

/// Makes it by a POST of the resource's own. It is whole in the end, or undone where Graph refuses a part of it, or
/// remembered as unfinished where the caller was told to stop.
pub async fn create_with(cx: &mut Cx, planned: &Value, post: Post) -> Result<Value> {
    let spec = cx.spec();
    let _writing = writers::writing(&cx.graph()?, spec.collection);
    let made = body::read(&spec.attributes, &made::send(cx, &post).await?, Some(planned));
    let id = identifier(&made)?;
    let state = body::settle(planned, &made);
    unfinished::remember(cx);
    cx.keep(object::with_facets_of(&spec, state.clone(), &Value::Null));
    match finish(cx, &id, planned, &post).await {
        Ok(()) => unfinished::forget(cx),
        // What has to be approved is not refused: what was made stays, and deleting it would have to be approved too.
        Err(stopped) if stopped.is_stop() || stopped.awaits_approval() => unfinished::tell(cx, &id, &stopped),
        Err(refused) => {
            unfinished::undo(cx, &id).await;
            return Err(refused);
        }
    }
    Ok(state)
}

/// What follows the POST.
async fn finish(cx: &Cx, id: &str, planned: &Value, post: &Post) -> Result<()> {
    seen::wait_until_ready(cx, id, post.written()).await?;
    if let Some(change) = post.next() {
        cx.graph()?.patch(&object::path(&cx.spec(), id), change).await?;
    }
    object::write_facets(cx, id, &Value::Null, planned).await
}

/// Its state now; `None` where it is gone. Of the facets it reads those that the state holds. What was made and is not seen
/// yet is waited for.
pub async fn read(cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
    let (spec, graph, id) = (cx.spec(), cx.graph()?, identifier(state)?);
    let get = || object::get(&graph, &spec, &id, Some(state));
    let found = unfinished::although_unseen(&graph, unfinished::unseen_until(cx), get).await;
    let Some(json) = object::optional(found)? else { return Ok(None) };
    if seen::is_ready(&spec, &json) {
        unfinished::forget(cx);
    }
    Ok(Some(object::state(cx, json, Some(state)).await?))
}

/// Changes it in place: PATCH with what changed, or PUT with all of it, then its facets.
pub async fn update(cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
    update_with(cx, prior, planned, body::change(&cx.spec(), prior, planned)).await
}

/// Changes it with a body of the resource's own; without one, its facets only.
pub async fn update_with(cx: &mut Cx, prior: &Value, planned: &Value, change: Option<Json>) -> Result<Value> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let _writing = writers::writing(&graph, spec.collection);
    let id = identifier(prior)?;
    let path = &object::path(&spec, &id);
    let mut answer = None;
    if let Some(change) = &change {
        let send = || object::change(&graph, &spec, &id, change);
        answer = unfinished::although_unseen(&graph, unfinished::unseen_until(cx), send).await?;
    }
    if change.is_some() || unfinished::is(cx) {
        answer = match seen::wait_until_ready(cx, &id, &change.unwrap_or_default()).await {
            // The write itself is done.
            Err(error) if error.is_stop() && cx.is_cancelled() => answer,
            ready => ready?.or(answer),
        };
    }
    let answer = match answer {
        Some(answer) => answer,
        None => graph.get(path).await?,
    };
    let state = body::settle(planned, &body::read(&spec.attributes, &answer, Some(planned)));
    cx.keep(object::with_facets_of(&spec, state.clone(), prior));
    object::write_facets(cx, &id, prior, planned).await?;
    unfinished::forget(cx);
    Ok(state)
}

/// Removes it. That it is gone already is no error.
pub async fn delete(cx: &mut Cx, state: &Value) -> Result<()> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let _writing = writers::writing(&graph, spec.collection);
    unfinished::remove(&spec, &graph, &identifier(state)?, unfinished::unseen_until(cx)).await
}

/// The whole state of what an import id names: Graph's id, or a name such as `display_name=Sales laptops`.
pub async fn import(cx: &mut Cx, id: &str) -> Result<Value> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let id = match find::by_name(&spec, id) {
        Some((attribute, wanted)) => find::id_of(&spec, &graph, attribute, wanted).await?,
        None => id.to_owned(),
    };
    let found = match object::optional(object::get(&graph, &spec, &id, None).await) {
        // Intune answers 400 for an id that is no id of its kind.
        Err(Error::Graph(error)) if error.status() == Some(400) => None,
        other => other?,
    };
    let Some(json) = found else { return Err(find::no_such_id(&spec, &id)) };
    if !object::is_of_kind(&spec, &json) {
        let detail = format!(
            "There is an object {id}, and it is not {} that can be managed.{}",
            spec.a_noun(),
            find::only_looked_up(&spec)
        );
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
        let is_wanted = |json: &Json| {
            let name = name_in(json, &name_path);
            object::is_of_kind(&spec, json)
                && exactly.as_ref().is_none_or(|exactly| find::is_called(json, &name_path, exactly))
                && containing.as_ref().is_none_or(|part| name.to_lowercase().contains(part))
        };
        let mut wanted = page.items.into_iter().filter(is_wanted).peekable();
        while wanted.peek().is_some() {
            let some: Vec<Json> = wanted.by_ref().take(AT_ONCE.min(listing.left())).collect();
            let states = some.iter().map(|json| listed_state(cx, &graph, json, listing.whole));
            for (json, state) in some.iter().zip(join_all(states).await) {
                let Some(state) = state? else { continue };
                let name = name_in(json, &name_path);
                let called = if name.is_empty() { json["id"].as_str().unwrap_or_default() } else { name };
                if listing.tell(called, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        next = page.next;
    }
    Ok(())
}

/// What a person calls an object, by the path of the property that holds it.
fn name_in<'a>(json: &'a Json, name_path: &str) -> &'a str {
    json.get(name_path).and_then(Json::as_str).unwrap_or_default()
}

/// The state of an object as a list shows it; `None` where it is gone since.
async fn listed_state(cx: &Cx, graph: &Client, json: &Json, whole: bool) -> Result<Option<Value>> {
    let spec = cx.spec();
    if !whole {
        return Ok(Some(body::read(&spec.attributes, json, None)));
    }
    let json = match spec.listed_in_part {
        true => {
            let id = json["id"].as_str().unwrap_or_default();
            object::optional(object::get(graph, &spec, id, None).await)?
        }
        false => Some(json.clone()),
    };
    let Some(json) = json else { return Ok(None) };
    let id = json["id"].as_str().unwrap_or_default().to_owned();
    match object::state(cx, json, None).await {
        // A facet that is not found may be the fault of the call: the object itself tells.
        Err(error) if error.is_not_found() && graph.get_optional(&object::path(&spec, &id)).await?.is_none() => {
            Ok(None)
        }
        state => state.map(Some),
    }
}
