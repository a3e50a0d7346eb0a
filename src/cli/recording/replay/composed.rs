//! Puts an answer together for objects that were asked for in other groups then.
//!
//! What a run wants at the same time it asks for together, and which objects these are is another in each run: several by
//! `$filter=id in (...)`, one by its path.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::cli::recording::{
    bindings::Bindings,
    expression::{Part, parts},
    form::Exchange,
};

/// Objects of a collection, by their ids.
struct Wanted {
    collection: String,
    ids: Vec<String>,
    is_by_path: bool,
}

/// What a read is of; none where it is of something else.
fn wanted(path: &str, query: &BTreeMap<String, String>) -> Option<Wanted> {
    match query.get("$filter") {
        Some(filter) if query.len() == 1 => {
            let listed = filter.strip_prefix("id in (")?.strip_suffix(')')?;
            let ids = parts(listed, &['\''])?.into_iter().filter_map(|part| match part {
                Part::Quoted(_, id) => Some(id.to_owned()),
                Part::Around(_) => None,
            });
            Some(Wanted { collection: path.to_owned(), ids: ids.collect(), is_by_path: false })
        }
        None if query.is_empty() => {
            let (collection, id) = path.rsplit_once('/')?;
            Some(Wanted { collection: collection.to_owned(), ids: vec![id.to_owned()], is_by_path: true })
        }
        _ => None,
    }
}

/// The answer to a read, of what is known of its objects: as they were read first after what was written last, which is before
/// `written`. None where one of them was never asked for.
pub(super) fn answer(
    exchanges: &[Exchange],
    written: usize,
    known: &Bindings,
    path: &str,
    query: &BTreeMap<String, String>,
) -> Option<Exchange> {
    let Wanted { collection, ids, is_by_path } = wanted(path, query)?;
    let (before, after) = exchanges.split_at(written.min(exchanges.len()));
    let told = |id: &String| {
        let mut in_order = after.iter().chain(before.iter().rev()).filter(|exchange| exchange.method == "GET");
        in_order.find_map(|exchange| told_of(exchange, known, &collection, id))
    };
    let rows = ids.iter().map(told).collect::<Option<Vec<_>>>()?;
    let answer = if is_by_path {
        rows.into_iter().next()??
    } else {
        json!({"value": rows.into_iter().flatten().collect::<Vec<_>>()})
    };
    Some(Exchange { method: "GET".into(), status: 200, answer, ..Exchange::default() })
}

/// What a recorded read tells of an object: the object, or that there is none. None where it tells nothing of it.
fn told_of(exchange: &Exchange, known: &Bindings, collection: &str, id: &str) -> Option<Option<Json>> {
    let recorded = wanted(&known.said(&exchange.path), &exchange.query)?;
    let is_it = |other: &str| known.said(other).eq_ignore_ascii_case(id);
    if recorded.collection != collection || !recorded.ids.iter().any(|other| is_it(other)) {
        return None;
    }
    match (recorded.is_by_path, exchange.status) {
        (true, 200) => Some(Some(exchange.answer.clone())),
        (true, 404) => Some(None),
        (false, 200) => {
            let rows = exchange.answer["value"].as_array()?;
            Some(rows.iter().find(|row| row["id"].as_str().is_some_and(is_it)).cloned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::recording::address::taken_apart;

    fn read(target: &str, status: u16, answer: Json) -> Exchange {
        let (path, query) = taken_apart(target);
        Exchange { method: "GET".into(), path, query, status, answer, ..Exchange::default() }
    }

    fn row(number: u32, state: u32) -> Json {
        json!({"id": id(number), "state": state})
    }

    fn id(number: u32) -> String {
        format!("00000000-0000-0000-0000-{number:012}")
    }

    fn asked(exchanges: &[Exchange], written: usize, target: &str) -> Option<Json> {
        let (path, query) = taken_apart(target);
        answer(exchanges, written, &Bindings::default(), &path, &query).map(|exchange| exchange.answer)
    }

    #[test]
    fn objects_that_were_read_in_other_groups_are_told() {
        let some = |ids: &[u32]| {
            let ids: Vec<String> = ids.iter().map(|number| format!("'{}'", id(*number))).collect();
            format!("/v1.0/groups?$filter=id in ({})", ids.join(","))
        };
        let exchanges = [
            read(&some(&[1, 2, 3]), 200, json!({"value": [row(1, 0), row(2, 0)]})),
            read(&format!("/v1.0/groups/{}", id(4)), 200, row(4, 0)),
            read(&some(&[1]), 200, json!({"value": [row(1, 9)]})),
        ];
        assert_eq!(asked(&exchanges, 0, &some(&[1, 4])), Some(json!({"value": [row(1, 0), row(4, 0)]})));
        assert_eq!(asked(&exchanges, 0, &some(&[2, 3])), Some(json!({"value": [row(2, 0)]})), "one is not there");
        assert_eq!(asked(&exchanges, 0, &format!("/v1.0/groups/{}", id(2))), Some(row(2, 0)));
        assert_eq!(
            asked(&exchanges, 2, &some(&[1, 2])),
            Some(json!({"value": [row(1, 9), row(2, 0)]})),
            "after a write"
        );
        assert_eq!(asked(&exchanges, 0, &some(&[5])), None, "nobody asked for it");
        assert_eq!(asked(&exchanges, 0, &format!("/v1.0/users/{}", id(1))), None, "nor for that of another collection");
    }
}
