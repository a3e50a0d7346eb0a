//! The order of the objects of a collection: a list of ids, the first one first. Objects that it does not name follow.
//!
//! The service moves one object at a time and renumbers the others. What stands between the named ones without being named
//! shows as drift.

use serde_json::json;

use super::{object, table::Order};
use crate::{
    diagnostic::Diagnostic,
    graph::segment,
    path::Path,
    resource::{Cx, Result},
    schema::null_object,
    value::Value,
};

/// Moves one by one what does not stand in its place.
pub async fn write(order: &Order, cx: &mut Cx, planned: &Value) -> Result<Value> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let mut there = ids(order, cx).await?;
    let (action, parameter) = order.action;
    let is_there =
        |wanted: &Value| there.iter().any(|id| wanted.as_str().is_some_and(|text| id.eq_ignore_ascii_case(text)));
    let wanted = planned.get(order.attribute).elements();
    let missing: Vec<_> = wanted.iter().enumerate().filter(|(_, wanted)| !is_there(wanted)).collect();
    if let Some((index, _)) = missing.first() {
        let ids: Vec<_> = missing.iter().map(|(_, id)| format!("{:?}", id.as_str().unwrap_or_default())).collect();
        let rule = format!(
            "has to be the id of an object of the kind {} in this tenant. These are none: {}.",
            order.of.replace('_', " "),
            ids.join(", ")
        );
        return Err(Diagnostic::invalid(Path::of(order.attribute).index(*index), &rule).into());
    }
    for (index, wanted) in wanted.iter().enumerate() {
        let wanted = wanted.as_str().unwrap_or_default();
        let Some(at) = there.iter().position(|id| id.eq_ignore_ascii_case(wanted)) else { continue };
        if at != index {
            let path = format!("{}/{}/{action}", spec.collection, segment(&there[at]));
            graph.action(&path, &json!({ parameter: index + 1 })).await?;
            let moved = there.remove(at);
            there.insert(index, moved);
        }
    }
    let mut state = planned.clone();
    state.insert("id", graph.tenant_id().await?.into());
    Ok(state)
}

/// The ids from the first one to the last of those that the state names.
pub async fn read(order: &Order, cx: &Cx, state: &Value) -> Result<Value> {
    let mut read = state.clone();
    let named: Vec<_> = state.get(order.attribute).elements().iter().filter_map(Value::as_str).collect();
    read.insert(order.attribute, shown(&ids(order, cx).await?, &named));
    Ok(read)
}

fn shown(there: &[String], named: &[&str]) -> Value {
    let name = |id: &String| named.iter().find(|name| name.eq_ignore_ascii_case(id)).copied();
    let up_to_last = there.iter().rposition(|id| name(id).is_some()).map_or(0, |last| last + 1);
    Value::List(there[..up_to_last].iter().map(|id| name(id).unwrap_or(id).into()).collect())
}

/// All of the order, named by the tenant's id.
pub async fn import(order: &Order, cx: &mut Cx, id: &str) -> Result<Value> {
    let tenant = cx.graph()?.tenant_id().await?;
    if tenant.eq_ignore_ascii_case(id) {
        return there(order, cx).await;
    }
    let detail =
        format!("A tenant has one {}. It is imported by the id of the tenant, {tenant}; got: {id:?}.", cx.spec().noun);
    Err(Diagnostic::error("Object Not Found", detail).into())
}

/// The state of all that stands in order.
pub(super) async fn there(order: &Order, cx: &Cx) -> Result<Value> {
    let mut state = null_object(&cx.spec().attributes);
    state.insert("id", cx.graph()?.tenant_id().await?.into());
    state.insert(order.attribute, Value::List(ids(order, cx).await?.into_iter().map(Value::from).collect()));
    Ok(state)
}

/// The ids of all that stands in order, the first one first.
async fn ids(order: &Order, cx: &Cx) -> Result<Vec<String>> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let separator = if order.asked_for.is_empty() { "" } else { "?" };
    let all = graph.list(&format!("{}{separator}{}", spec.collection, order.asked_for)).await?;
    let mut placed: Vec<_> = all
        .iter()
        .filter(|json| object::is_of_kind(&spec, json))
        .filter_map(|json| Some(((order.place)(json)?, json.get("id")?.as_str()?.to_owned())))
        .collect();
    placed.sort();
    Ok(placed.into_iter().map(|(_, id)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(ids: &[&str]) -> Value {
        Value::List(ids.iter().map(|&id| id.into()).collect())
    }

    #[test]
    fn what_stands_before_the_last_named_one_shows() {
        let there = ["x", "a", "y", "b", "z"].map(str::to_owned);
        assert_eq!(shown(&there, &["a", "b"]), list(&["x", "a", "y", "b"]));
        assert_eq!(shown(&there[1..2], &["A", "b"]), list(&["A"]));
        assert_eq!(shown(&there, &["c"]), list(&[]));
    }
}
