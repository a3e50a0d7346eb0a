//! Puts an answer together for objects that were asked for in other groups then.
//!
//! What a run wants at the same time it asks for together, and which objects these are is another in each run: several by
//! `$filter=id in (...)`, one by its path, all by a list. So each answer says something of each object in it, which holds until
//! the next write of that object.

#[cfg(test)]
mod tests;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::{
    asked::{Shape, Wanted},
    written::{Writes, is_below, made, object_of, only_alone, without_version},
};
use crate::cli::recording::{
    address::taken_apart,
    bindings::Bindings,
    comparison::New,
    form::{Exchange, GRAPH},
};

/// What is known: the file, what of it has been used, and what its placeholders are.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) exchanges: &'a [Exchange],
    pub(super) used: &'a [bool],
    pub(super) bindings: &'a Bindings,
}

/// An answer that was put together.
pub(super) struct Composed {
    pub(super) exchange: Exchange,
    /// The recorded answers that told of what is in it.
    pub(super) of: BTreeSet<usize>,
}

/// The answer to a read. None where something of it was never told.
pub(super) fn answer(known: Known<'_>, path: &str, query: &BTreeMap<String, String>) -> Option<Composed> {
    let shape = Shape::of(query)?;
    let mut of = BTreeSet::new();
    let (status, answer) = known.answer(path, query, &shape, &mut of)?;
    Some(Composed { exchange: Exchange { method: "GET".into(), status, answer, ..Exchange::default() }, of })
}

/// Where each object of an answer was told, before or after. None where one of them was never told so.
pub(super) fn places(
    known: Known<'_>,
    path: &str,
    query: &BTreeMap<String, String>,
    answer: &Json,
) -> Option<BTreeSet<usize>> {
    let shape = Shape::of(query)?;
    let (collection, rows) = match answer["value"].as_array() {
        Some(rows) => (path, rows.as_slice()),
        None => (path.rsplit_once('/')?.0, std::slice::from_ref(answer)),
    };
    let place = |row: &Json| {
        let which = Which { collection, property: "id", value: row["id"].as_str()? };
        let mut row = row.clone();
        row.as_object_mut()?.remove("@odata.context");
        (0..known.exchanges.len()).find(|at| {
            let Some(Told::Object { object, by, .. }) = known.told_of(*at, which) else { return false };
            let object = shape.of_object(object, &by);
            object.is_some_and(|object| known.bindings.json(&object, &row, &mut New::default()))
        })
    };
    rows.iter().map(place).collect()
}

/// Microsoft Graph "Get group", "Error responses and resource types".
fn gone(id: &str) -> Json {
    json!({"error": {"code": "Request_ResourceNotFound", "message": format!("Resource '{id}' does not exist.")}})
}

/// What has to be told of an object.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    Whole,
    Row,
    Presence,
}

/// The object of a collection that has a value.
#[derive(Clone, Copy)]
struct Which<'a> {
    collection: &'a str,
    property: &'a str,
    value: &'a str,
}

impl<'a> Known<'a> {
    /// Status and answer; `of` gets the places of the answers that told of it.
    fn answer(
        self,
        path: &str,
        query: &BTreeMap<String, String>,
        shape: &Shape<'_>,
        of: &mut BTreeSet<usize>,
    ) -> Option<(u16, Json)> {
        if let Some(collection) = path.strip_suffix("/$count") {
            return Some((200, self.all(collection, shape, Need::Presence, of)?.len().into()));
        }
        match Wanted::by(path, query)? {
            Wanted::Some { collection, property, values } => {
                let which = |value| Which { collection: &collection, property: &property, value };
                let rows = values.iter().map(|value| self.object(which(value), shape, Need::Row, of));
                let rows = rows.collect::<Option<Vec<_>>>()?;
                Some((200, json!({"value": rows.into_iter().flatten().collect::<Vec<_>>()})))
            }
            Wanted::One { collection, id } => {
                let which = Which { collection: &collection, property: "id", value: &id };
                match self.object(which, shape, Need::Whole, of) {
                    Some(Some(object)) => Some((200, object)),
                    Some(None) => Some((404, gone(&id))),
                    None => Some((200, json!({"value": self.all(path, shape, Need::Row, of)?}))),
                }
            }
        }
    }

    /// What is so now of an object: the object, or that there is none.
    fn object(self, which: Which<'_>, shape: &Shape<'_>, need: Need, of: &mut BTreeSet<usize>) -> Option<Option<Json>> {
        let Which { collection, value, .. } = which;
        let path = format!("{collection}/{value}");
        let writes = Writes::of(self.exchanges, self.used, self.bindings, &path);
        let at = |at: usize| &self.exchanges[at];
        let is_itself = |write: &Exchange| self.is_at(write, &path);
        let deleted = writes.used().any(|each| at(each).method == "DELETE" && is_itself(at(each)));
        if deleted || writes.unused().any(|each| made(at(each)).is_some() && self.is_at(at(each), collection)) {
            return Some(None);
        }
        let last = writes.used().last().unwrap_or_default();
        let each = (last..self.exchanges.len()).chain((0..last).rev()).filter(|at| writes.allow(*at) || *at == last);
        let told: Vec<_> = each.filter_map(|at| Some((at, self.told_of(at, which)?))).collect();
        let found = told.iter().find_map(|(at, told)| {
            let Told::Object { object, by, is_row } = told else { return None };
            if need == Need::Presence {
                return Some((*at, Json::Null));
            }
            if *is_row && need == Need::Whole && self.lacks_something(collection, object) {
                return None;
            }
            Some((*at, shape.of_object(object, by)?))
        });
        if let Some((at, object)) = found {
            of.insert(at);
            return Some(Some(object));
        }
        let (at, _) = told.iter().find(|(_, told)| matches!(told, Told::Nothing))?;
        let is_gone = told.iter().all(|(_, told)| matches!(told, Told::Nothing));
        is_gone.then(|| {
            of.insert(*at);
            None
        })
    }

    /// Each object of a collection, from a list of it that was read to its end.
    fn all(self, collection: &str, shape: &Shape<'_>, need: Need, of: &mut BTreeSet<usize>) -> Option<Vec<Json>> {
        let writes = Writes::of(self.exchanges, self.used, self.bindings, collection);
        let listed = |at: usize| {
            let exchange = &self.exchanges[at];
            let by = self.shape_of_list(exchange, collection)?;
            let (mut rows, mut from) = (Vec::new(), BTreeSet::new());
            for row in self.pages(at, &mut from)? {
                let shown = if need == Need::Presence { Some(row.clone()) } else { shape.of_object(row, &by) };
                rows.push((self.bindings.said(row["id"].as_str()?).to_lowercase(), shown?));
            }
            for at in writes.differing(at) {
                let id = object_of(&self.exchanges[at], self.bindings, collection)?;
                let now = self.object(Which { collection, property: "id", value: &id }, shape, need, &mut from)?;
                let place = rows.iter().position(|(other, _)| other.eq_ignore_ascii_case(&id));
                match (now, place) {
                    (Some(object), Some(place)) => rows[place].1 = object,
                    (Some(object), None) => rows.push((id.to_lowercase(), object)),
                    (None, Some(place)) => drop(rows.remove(place)),
                    (None, None) => {}
                }
            }
            of.append(&mut from);
            Some(rows.into_iter().map(|(_, row)| row).collect())
        };
        (0..self.exchanges.len()).rev().find_map(listed)
    }

    /// The rows of a list and of the pages that follow.
    fn pages(self, first: usize, of: &mut BTreeSet<usize>) -> Option<Vec<&'a Json>> {
        let (mut rows, mut at) = (Vec::new(), first);
        loop {
            of.insert(at);
            let answer = &self.exchanges[at].answer;
            rows.extend(answer["value"].as_array()?);
            let Some(next) = answer["@odata.nextLink"].as_str() else { return Some(rows) };
            let (path, query) = taken_apart(next.strip_prefix(GRAPH)?);
            let is_next = |other: &Exchange| other.method == "GET" && other.path == path && other.query == query;
            at += 1 + self.exchanges.get(at + 1..)?.iter().position(is_next)?;
        }
    }

    fn is_at(self, exchange: &Exchange, path: &str) -> bool {
        let other = self.bindings.said(&exchange.path);
        without_version(&other).eq_ignore_ascii_case(without_version(path))
    }

    fn shape_of_list(self, exchange: &'a Exchange, collection: &str) -> Option<Shape<'a>> {
        let is_first =
            !exchange.query.keys().any(|name| ["$filter", "$skiptoken", "$skipToken"].contains(&name.as_str()));
        let is_list = exchange.method == "GET" && exchange.status == 200 && exchange.answer["value"].is_array();
        (is_list && is_first && self.bindings.said(&exchange.path) == collection)
            .then(|| Shape::of(&exchange.query))
            .flatten()
    }

    /// What a recorded answer tells of an object. None where it tells nothing of it.
    fn told_of(self, at: usize, which: Which<'_>) -> Option<Told<'a>> {
        let Which { collection, property, value } = which;
        let exchange = &self.exchanges[at];
        let is_it = |other: &str| self.bindings.said(other).eq_ignore_ascii_case(value);
        if exchange.method != "GET" {
            // What was made is told as its own read tells it, without what has to be asked for.
            let is_made = exchange.path.len() <= collection.len() + 40 && made(exchange).is_some_and(is_it);
            let is_it = property == "id" && is_made && self.bindings.said(&exchange.path) == collection;
            return is_it.then_some(Told::Object { object: &exchange.answer, by: Shape::PLAIN, is_row: false });
        }
        let path = self.bindings.said(&exchange.path);
        if !is_below(&path, collection) {
            return None;
        }
        let by = Shape::of(&exchange.query)?;
        if path == collection && exchange.status == 200 {
            let rows = exchange.answer["value"].as_array()?;
            if let Some(object) = rows.iter().find(|row| row[property].as_str().is_some_and(is_it)) {
                return Some(Told::Object { object, by, is_row: true });
            }
            let Wanted::Some { property: by, values, .. } = Wanted::by(&exchange.path, &exchange.query)? else {
                return None;
            };
            return (by == property && values.iter().any(|other| is_it(other))).then_some(Told::Nothing);
        }
        let is_one = property == "id" && path[collection.len()..].trim_start_matches('/').eq_ignore_ascii_case(value);
        match (is_one, exchange.status) {
            (true, 200) if exchange.answer["id"].is_string() => {
                Some(Told::Object { object: &exchange.answer, by, is_row: false })
            }
            (true, 404) => Some(Told::Nothing),
            _ => None,
        }
    }

    /// Whether a row lacks what only the reads of single objects of its collection show.
    fn lacks_something(self, collection: &str, row: &Json) -> bool {
        let reads = self.exchanges.iter().filter(|exchange| exchange.method == "GET" && exchange.status == 200);
        let (mut ones, mut rows) = (Vec::new(), Vec::new());
        for exchange in reads {
            let path = self.bindings.said(&exchange.path);
            match exchange.answer["value"].as_array() {
                Some(each) if path == collection => rows.extend(each),
                None if path.rsplit_once('/').is_some_and(|(above, _)| above == collection) => {
                    ones.push(&exchange.answer)
                }
                _ => {}
            }
        }
        let is_expanded = |name: &str| name == "assignments" || name.contains('@');
        only_alone(&ones, &rows).iter().any(|name| !is_expanded(name) && row[name].is_null())
    }
}

/// What an answer tells of an object.
enum Told<'a> {
    Object { object: &'a Json, by: Shape<'a>, is_row: bool },
    Nothing,
}
