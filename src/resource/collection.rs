//! The verbs of a thing in a collection of Graph's, from its table alone.

use serde_json::Value as Json;

use super::{Cx, Error, Listing, Result, Spec, Update, assignment, body, listing::NAME_CONTAINS};
use crate::{
    diagnostic::Diagnostic,
    graph::{Client, Patience, segment},
    value::Value,
};

/// Makes it: POST, then its assignments.
pub async fn create(spec: &Spec, cx: &mut Cx, planned: &Value) -> Result<Value> {
    create_with(spec, cx, planned, body::create(spec, planned), None).await
}

/// Makes it with a body of the resource's own. `ours` is a filter that only the object made by this very body can match:
/// with it, an object whose answer was lost is found again.
pub async fn create_with(spec: &Spec, cx: &mut Cx, planned: &Value, body: Json, ours: Option<String>) -> Result<Value> {
    let graph = cx.graph()?;
    let made = match (graph.post(spec.collection, &body).await, ours) {
        (Err(lost), Some(ours)) if lost.is_lost() => find_lost(spec, &graph, &ours, lost).await?,
        (made, _) => made?.unwrap_or_default(),
    };
    let made_state = body::read(&spec.attributes, &made, Some(planned));
    let id = identifier(&made_state)?;
    let mut state = body::settle(planned, &made_state);
    if spec.assignments.is_some() {
        // none has been made yet
        state.insert(assignment::NAME, Value::Null);
    }
    cx.keep(state.clone());
    if spec.replicates {
        wait_until_seen(spec, cx, &graph, &id, &body).await?;
    }
    write_facets(spec, cx, &id, planned).await?;
    if let Some(style) = &spec.assignments {
        assignment::write(spec, style, cx, &id, planned.get(assignment::NAME)).await?;
        state.insert(assignment::NAME, planned.get(assignment::NAME).clone());
    }
    Ok(state)
}

async fn write_facets(spec: &Spec, cx: &Cx, id: &str, planned: &Value) -> Result<()> {
    for facet in &spec.facets {
        facet.write(cx, &object_path(spec, id, false), planned.get(facet.attribute().name)).await?;
    }
    Ok(())
}

/// The object with what reads give by calls of its own: its parts in the JSON, its facets in the state.
async fn whole(spec: &Spec, cx: &Cx, id: &str, mut json: Json) -> Result<(Json, Vec<(&'static str, Value)>)> {
    let path = object_path(spec, id, false);
    for part in spec.parts {
        json[*part] = cx.graph()?.list(&format!("{path}/{part}")).await?.into();
    }
    let mut facets = Vec::new();
    for facet in &spec.facets {
        facets.push((facet.attribute().name, facet.read(cx, &path).await?));
    }
    Ok((json, facets))
}

/// Looks a few times for an object whose POST got no answer. Not found, the POST is taken to have failed.
async fn find_lost(spec: &Spec, graph: &Client, ours: &str, lost: crate::graph::Error) -> Result<Json> {
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

/// Its state now; `None` where it is gone. Assignments are read only where the state holds some.
pub async fn read(spec: &Spec, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
    let with_assignments = !state.get(assignment::NAME).is_null();
    let path = object_path(spec, &identifier(state)?, with_assignments);
    let Some(json) = cx.graph()?.get_optional(&path).await? else { return Ok(None) };
    let (json, facets) = whole(spec, cx, &identifier(state)?, json).await?;
    let mut read = from_graph(spec, &json, Some(state), with_assignments);
    facets.into_iter().for_each(|(name, value)| read.insert(name, value));
    Ok(Some(read))
}

/// Changes it in place: PATCH with what changed, then its assignments.
pub async fn update(spec: &Spec, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
    update_with(spec, cx, prior, planned, body::change(spec, prior, planned)).await
}

/// Changes it with a body of the resource's own; without one, its assignments only.
pub async fn update_with(
    spec: &Spec,
    cx: &mut Cx,
    prior: &Value,
    planned: &Value,
    change: Option<Json>,
) -> Result<Value> {
    let graph = cx.graph()?;
    let id = identifier(prior)?;
    let mut answer = None;
    if let Some(change) = change {
        answer = match spec.update {
            Update::Put => graph.put(&object_path(spec, &id, false), &change).await?,
            _ => graph.patch(&object_path(spec, &id, false), &change).await?,
        };
        if spec.replicates {
            answer = wait_until_seen(spec, cx, &graph, &id, &change).await?;
        }
    }
    let answer = match answer {
        Some(answer) => answer,
        None => graph.get(&object_path(spec, &id, false)).await?,
    };
    let state = body::settle(planned, &body::read(&spec.attributes, &answer, Some(planned)));
    write_facets(spec, cx, &id, planned).await?;
    if let Some(style) = &spec.assignments {
        let mut reached = state.clone();
        reached.insert(assignment::NAME, prior.get(assignment::NAME).clone());
        cx.keep(reached);
        assignment::write(spec, style, cx, &id, planned.get(assignment::NAME)).await?;
    }
    Ok(state)
}

/// Sends a change of the resource's own.
pub async fn patch(spec: &Spec, cx: &Cx, state: &Value, change: &Json) -> Result<()> {
    cx.graph()?.patch(&object_path(spec, &identifier(state)?, false), change).await?;
    Ok(())
}

/// Removes it. That it is gone already is no error.
pub async fn delete(spec: &Spec, cx: &mut Cx, state: &Value) -> Result<()> {
    let id = identifier(state)?;
    let one_by_one = spec.assignments.is_some_and(|style| style.write == assignment::Write::OneByOne);
    let deleted = async {
        if one_by_one {
            assignment::clear(spec, cx, &id).await?;
        }
        cx.graph()?.delete(&object_path(spec, &id, false)).await?;
        Ok(())
    };
    match deleted.await {
        Err(error) if !Error::is_not_found(&error) => Err(error),
        _ => Ok(()),
    }
}

/// The whole state of what an import id names: Graph's id, or a name such as `display_name=Sales laptops`.
pub async fn import(spec: &Spec, cx: &mut Cx, id: &str) -> Result<Value> {
    let graph = cx.graph()?;
    let id = match spec.find_by.and_then(|name| Some((name, id.strip_prefix(name)?.strip_prefix('=')?))) {
        Some((attribute, wanted)) => find(spec, &graph, attribute, wanted).await?,
        None => id.to_owned(),
    };
    let with_assignments = spec.assignments.is_some();
    let found = match graph.get_optional(&object_path(spec, &id, with_assignments)).await {
        // Intune answers 400 for an id that is no id of its kind.
        Err(error) if error.status() == Some(400) => None,
        other => other?,
    };
    let Some(json) = found else { return Err(not_found(spec, &id)) };
    if !is_of_type(spec, &json) {
        let detail = format!("The object {id} is no {} that this resource manages.", spec.noun);
        return Err(Diagnostic::error("Cannot Import Another Kind", detail).into());
    }
    let (json, facets) = whole(spec, cx, &id, json).await?;
    let mut state = from_graph(spec, &json, None, with_assignments);
    facets.into_iter().for_each(|(name, value)| state.insert(name, value));
    Ok(state)
}

fn not_found(spec: &Spec, id: &str) -> Error {
    let by_name = spec.find_by.map(|name| format!(", or by name as {name}=NAME")).unwrap_or_default();
    let detail = format!("There is no {} with the id {id:?} in this tenant. Import it by its id{by_name}.", spec.noun);
    Diagnostic::error("Cannot Import Missing Object", detail).into()
}

async fn find(spec: &Spec, graph: &Client, attribute: &str, wanted: &str) -> Result<String> {
    let property = property_of(spec, attribute);
    let path = match spec.filterable {
        true => format!("{}?$filter={}", spec.collection, segment(&equals(&property, wanted))),
        false => spec.collection.to_owned(),
    };
    let found = graph.list(&path).await?;
    let named = found.iter().filter(|json| is_of_type(spec, json) && json.get(&property) == Some(&wanted.into()));
    let ids: Vec<_> = named.filter_map(|json| json.get("id")?.as_str()).collect();
    match ids.as_slice() {
        [id] => Ok((*id).to_owned()),
        [] => Err(not_found(spec, &format!("{attribute}={wanted}"))),
        several => {
            let detail = format!(
                "{} {}s are called {wanted:?}. Import one of them by its id: {}.",
                several.len(),
                spec.noun,
                several.join(", ")
            );
            Err(Diagnostic::error("Cannot Import Ambiguous Name", detail).into())
        }
    }
}

/// Tells those that there are, page by page, until no more is wanted.
pub async fn list(spec: &Spec, cx: &mut Cx, listing: &mut Listing) -> Result<()> {
    let graph = cx.graph()?;
    let name_path = spec.find_by.map(|name| property_of(spec, name)).unwrap_or_default();
    let exactly = spec.find_by.and_then(|name| listing.config.get(name).as_str()).map(str::to_owned);
    let containing = listing.config.get(NAME_CONTAINS).as_str().map(str::to_lowercase);
    let mut query = Vec::new();
    if let Some(wanted) = exactly.as_ref().filter(|_| spec.filterable) {
        query.push(format!("$filter={}", segment(&equals(&name_path, wanted))));
    }
    let with_assignments = listing.whole && spec.assignments.is_some();
    if with_assignments {
        query.push("$expand=assignments".to_owned());
    }
    let separator = if query.is_empty() { "" } else { "?" };
    let mut next = Some(format!("{}{separator}{}", spec.collection, query.join("&")));
    while let Some(path) = next {
        let page = graph.page(&path).await?;
        for json in page.items.iter().filter(|json| is_of_type(spec, json)) {
            let name = json.get(&name_path).and_then(Json::as_str).unwrap_or_default();
            let wanted = exactly.as_ref().is_none_or(|exactly| name == exactly)
                && containing.as_ref().is_none_or(|part| name.to_lowercase().contains(part));
            if !wanted {
                continue;
            }
            let state = from_graph(spec, json, None, with_assignments);
            let called =
                if name.is_empty() { state.get("id").as_str().unwrap_or_default().to_owned() } else { name.to_owned() };
            if listing.tell(&called, state).await.is_break() {
                return Ok(());
            }
        }
        next = page.next;
    }
    Ok(())
}

/// The property that holds an attribute of the table.
fn property_of(spec: &Spec, attribute: &str) -> String {
    let table = spec.attributes.iter().find(|declared| declared.name == attribute);
    table.map(|declared| declared.on_graph.property_path(declared.name).join("/")).unwrap_or_default()
}

fn equals(property: &str, wanted: &str) -> String {
    format!("{property} eq '{}'", wanted.replace('\'', "''"))
}

fn is_of_type(spec: &Spec, json: &Json) -> bool {
    spec.odata_type.is_none_or(|odata_type| json.get(body::ODATA_TYPE) == Some(&odata_type.into()))
        && spec.owns.is_none_or(|owns| owns(json))
}

fn from_graph(spec: &Spec, json: &Json, prior: Option<&Value>, with_assignments: bool) -> Value {
    let mut state = body::read(&spec.attributes, json, prior);
    if let (true, Some(style)) = (with_assignments, &spec.assignments) {
        let before = state.get(assignment::NAME).clone();
        let assignments = assignment::read(style, json, &before);
        let none_at_import = prior.is_none() && assignments.elements().is_empty();
        state.insert(assignment::NAME, if none_at_import { Value::Null } else { assignments });
    }
    state
}

/// Waits until reads show what was written: Entra answers 404 or old values for a while. Ctrl-C ends the wait without an
/// error, since the write itself is done.
async fn wait_until_seen(spec: &Spec, cx: &Cx, graph: &Client, id: &str, written: &Json) -> Result<Option<Json>> {
    let path = object_path(spec, id, false);
    let waiting = format!("waiting for the {} to be seen", spec.noun);
    let seen =
        graph.wait(&waiting, || async { Ok(graph.get_optional(&path).await?.filter(|json| shows(json, written))) });
    match seen.await {
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

fn identifier(state: &Value) -> Result<String> {
    match state.get("id").as_str() {
        Some(id) if !id.is_empty() => Ok(id.to_owned()),
        _ => {
            let detail = "Microsoft Graph answered without an id, or the state holds none.";
            Err(Diagnostic::error("Object without an Id", detail).into())
        }
    }
}

fn object_path(spec: &Spec, id: &str, with_assignments: bool) -> String {
    let expand = if with_assignments && spec.assignments.is_some() { "?$expand=assignments" } else { "" };
    format!("{}/{}{expand}", spec.collection, segment(id))
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
