//! Finds an object of a collection by what a person calls it.

use serde_json::Value as Json;

use super::object;
use crate::{
    diagnostic::Diagnostic,
    graph::{Client, segment},
    resource::{Error, Result, Spec},
};

/// The attribute and the text of an id such as `display_name=Sales laptops`.
pub(super) fn by_name<'a>(spec: &Spec, id: &'a str) -> Option<(&'static str, &'a str)> {
    let (name, wanted) = id.split_once('=')?;
    spec.find_by.iter().find(|find| find.attribute == name).map(|find| (find.attribute, wanted))
}

/// The property that holds an attribute of the table.
pub(super) fn property_of(spec: &Spec, attribute: &str) -> String {
    let table = spec.attributes.iter().find(|declared| declared.name == attribute);
    table.map(|declared| declared.on_graph.property_path(declared.name).join("/")).unwrap_or_default()
}

/// The query that narrows the collection to one name, where it can.
pub(super) fn filter(spec: &Spec, attribute: &str, wanted: &str) -> Option<String> {
    spec.find_by.iter().find(|find| find.attribute == attribute && find.filterable)?;
    let filter = format!("{} eq '{}'", property_of(spec, attribute), wanted.replace('\'', "''"));
    Some(format!("$filter={}", segment(&filter)))
}

/// Whether an object has a name. Names have no case, as Graph compares them.
pub(super) fn is_called(json: &Json, property: &str, wanted: &str) -> bool {
    json.get(property).and_then(Json::as_str).is_some_and(|name| name.to_lowercase() == wanted.to_lowercase())
}

/// The id of the one object of this name.
pub(super) async fn id_of(spec: &Spec, graph: &Client, attribute: &'static str, wanted: &str) -> Result<String> {
    let path = match filter(spec, attribute, wanted) {
        Some(filter) => format!("{}?{filter}", spec.collection),
        None => spec.collection.to_owned(),
    };
    let property = property_of(spec, attribute);
    let mut found = graph.list(&path).await?;
    found.retain(|json| is_called(json, &property, wanted));
    let (ours, others): (Vec<_>, Vec<_>) = found.iter().partition(|json| object::is_of_kind(spec, json));
    let ids: Vec<_> = ours.iter().filter_map(|json| json.get("id")?.as_str()).collect();
    match ids.as_slice() {
        [id] => Ok((*id).to_owned()),
        [] => {
            let other = match others.is_empty() {
                true => named_by(spec),
                false => format!(
                    "There is one of this name that is not {} that can be managed.{}",
                    spec.a_noun(),
                    only_looked_up(spec)
                ),
            };
            let detail = format!("There is no {} whose `{attribute}` is {wanted:?} in this tenant. {other}", spec.noun);
            Err(Diagnostic::error("Object Not Found", detail).into())
        }
        several => {
            let detail = format!(
                "{} {} have the `{attribute}` {wanted:?}. Name one of them by its `id`: {}.",
                several.len(),
                spec.nouns,
                several.join(", ")
            );
            Err(Diagnostic::error("Ambiguous Name", detail).into())
        }
    }
}

/// Nothing has this id.
pub(super) fn no_such_id(spec: &Spec, id: &str) -> Error {
    let detail = format!("There is no {} with the id {id:?} in this tenant. {}", spec.noun, named_by(spec));
    Diagnostic::error("Object Not Found", detail).into()
}

/// What can be done with an object of the collection that is of another kind.
pub(super) fn only_looked_up(spec: &Spec) -> &'static str {
    if spec.lookup_of_any { " Its data source reads it, so that it can be referred to." } else { "" }
}

fn named_by(spec: &Spec) -> String {
    let names: Vec<_> = spec.find_by.iter().map(|find| format!("`{}`", find.attribute)).collect();
    match names.as_slice() {
        [] => "It is named by its `id`.".to_owned(),
        names => format!("It is named by its `id` or its {}.", names.join(" or ")),
    }
}
