//! Many small objects as the rows of one map. They are added by an action that takes many, or one with a proof of what it is,
//! and deleted in batches.
//!
//! Core taints a resource whose create fails, and would delete its rows to make them again. So a create that has added
//! anything answers all rows without an error: a row that was refused has a null id, the next plan is an update in place,
//! and only an update reports refused rows as errors.

mod add;
mod listed;
mod remove;
mod row;
mod single;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use self::{
    add::{Outcome, add},
    listed::Listed,
    remove::{remove, remove_stale},
    row::{ADOPTED, ID, IMPORTED, ORIGIN, fold, rows_of, to_json},
};
use super::table::{Adding, Rows};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Severity},
    path::Path,
    plan,
    resource::{Change, Cx, Listing, Private, Result, Things, body, shared},
    schema::{Role, null_object},
    value::{Map, Name, Value},
};

/// The import id of all rows.
const ALL: &str = "all";

/// What contradicts itself in the configured map.
pub fn validate(rows: &Rows, config: &Value, diagnostics: &mut Diagnostics) {
    let mut seen = BTreeMap::new();
    for (key, _) in rows_of(rows, config) {
        let path = Path::of(rows.attribute).key(key);
        if let Err(rule) = (rows.check)(key) {
            diagnostics.push(Diagnostic::invalid(path.clone(), &rule));
        }
        if let Some(other) = seen.insert(fold(key), key) {
            let rule = format!("is the same row as {other:?}: keys that differ in case only are one.");
            diagnostics.push(Diagnostic::invalid(path, &rule));
        }
    }
}

/// The rows, with whose they are.
pub(super) fn things(rows: &Rows, object: &Value) -> Option<Things> {
    let map = object.get(rows.attribute).as_map()?;
    Some(map.iter().map(|(key, row)| (fold(key), row.get(ORIGIN).as_str().into())).collect())
}

/// A row whose key is written in another case is the same row. One that was refused is tried again as a new one, and one whose
/// proof is of another thing by now is added again.
pub fn plan(rows: &Rows, private: &Private, change: &mut Change) {
    let refused = |(key, row): (&Name, &Value)| row.get(ID).is_null().then(|| fold(key));
    let refused: BTreeSet<_> = rows_of(rows, &change.prior).filter_map(refused).collect();
    let (before, attributes) = (by_folded_key(rows, &change.prior), rows.row_attributes());
    let (there, config) = (change.prior.get(rows.attribute), change.config.get(rows.attribute));
    let Some(planned) = change.planned.get(rows.attribute).as_map() else { return };
    let again = |(key, row): (&Name, &Value)| {
        let mut row = match before.get(&fold(key)) {
            Some(_) if refused.contains(&fold(key)) => {
                plan::propose_element(&attributes, config.get(key), &Value::Null)
            }
            Some(before) if there.get(key).is_null() => plan::propose_element(&attributes, config.get(key), before),
            _ => row.clone(),
        };
        if row.as_map().is_some() && is_another(rows, private, key, config.get(key)) {
            let computed = attributes.iter().filter(|it| it.role == Role::Computed);
            computed.for_each(|attribute| row.insert(attribute.name, Value::Unknown));
        }
        (key.clone(), row)
    };
    let planned: Map = planned.iter().map(again).collect();
    change.planned.insert(rows.attribute, Value::Map(planned));
}

/// Adds all rows. One that sent nothing, or of which nothing was taken, is an error and makes nothing.
pub async fn create(rows: &Rows, cx: &mut Cx, planned: &Value) -> Result<Value> {
    let outcome = match write(rows, cx, &Value::Null, planned).await {
        Ok(Outcome { there, stopped: Some(error), .. }) if there.is_empty() => Err(error.into()),
        Ok(Outcome { there, refused, is_unexplained, .. }) if there.is_empty() && !refused.is_empty() => {
            let told = refusal(rows, &refused);
            cx.unexplained = is_unexplained.then(|| told.clone());
            Err(told.into())
        }
        written => written,
    };
    let outcome = outcome?;
    remember(rows, cx, &outcome);
    let mut state = settle(rows, planned, &Value::Null, &outcome);
    let id = cx.holder().map_or_else(|| uuid::Uuid::new_v4().to_string(), |holder| holder.id().to_owned());
    state.insert("id", id.into());
    tell(rows, cx, outcome, Severity::Warning);
    Ok(state)
}

/// Deletes the rows that were dropped, and adds those that came, changed or were refused.
pub async fn update(rows: &Rows, cx: &mut Cx, prior: &Value, planned: &Value) -> Result<Value> {
    let kept: BTreeSet<_> = rows_of(rows, planned).map(|(key, _)| fold(key)).collect();
    remove(cx, rows_of(rows, prior).filter(|(key, _)| !kept.contains(&fold(key)))).await?;
    let outcome = write(rows, cx, prior, planned).await?;
    if let Adding::Single(of_one) = &rows.adding {
        remove_stale((rows, of_one), cx, prior, &outcome).await?;
    }
    remember(rows, cx, &outcome);
    let state = settle(rows, planned, prior, &outcome);
    tell(rows, cx, outcome, Severity::Error);
    Ok(state)
}

/// The rows that are there. One that was refused stays, so that it is tried again.
pub async fn read(rows: &Rows, cx: &mut Cx, state: &Value) -> Result<Value> {
    remember_shared(cx).await;
    let (there, attributes) = (listed::list(rows, cx).await?, rows.row_attributes());
    let now = |(key, row): (&Name, &Value)| match there.of_row(rows, key, row) {
        Some(json) => Some((key.clone(), body::read(&attributes, json, Some(row)))),
        None => row.get(ID).is_null().then(|| (key.clone(), row.clone())),
    };
    let mut read = state.clone();
    read.insert(rows.attribute, Value::Map(rows_of(rows, state).filter_map(now).collect()));
    Ok(read)
}

async fn remember_shared(cx: &mut Cx) {
    let Some(holder) = cx.holder() else { return };
    let keys = holder.held_elsewhere().await.into_iter().flat_map(|other| other.both).collect();
    shared::remember(&mut cx.private, &keys);
}

/// Deletes the rows that were made here.
pub async fn delete(rows: &Rows, cx: &Cx, state: &Value) -> Result<()> {
    remove(cx, rows_of(rows, state)).await
}

/// All rows that there are, as adopted ones.
pub async fn import(rows: &Rows, cx: &mut Cx, id: &str) -> Result<Value> {
    if id != ALL {
        let detail = format!(
            "The {} are imported by the word `{ALL}`, which brings in all that there are; got: {id:?}.",
            cx.spec().nouns
        );
        return Err(Diagnostic::error("Object Not Found", detail).into());
    }
    let (state, told) = all(rows, cx).await?;
    cx.diagnostics.extend(told);
    Ok(state)
}

/// Tells all of them as one, where there are any.
pub async fn list(rows: &Rows, cx: &Cx, listing: &mut Listing) -> Result<()> {
    let (state, told) = all(rows, cx).await?;
    if let Some(told) = told {
        listing.warn(told).await;
    }
    if rows_of(rows, &state).next().is_some() {
        let _ = listing.tell(&cx.spec().title(), state).await;
    }
    Ok(())
}

/// The state of all rows that there are, and what there is to say of it.
async fn all(rows: &Rows, cx: &Cx) -> Result<(Value, Option<Diagnostic>)> {
    let mut state = null_object(&cx.spec().attributes);
    state.insert("id", ALL.into());
    let attributes = rows.row_attributes();
    let adopted = |json: Json| {
        let mut row = body::read(&attributes, &json, None);
        row.insert(ORIGIN, ADOPTED.into());
        Some((json.get(rows.key)?.as_str()?.to_owned(), row))
    };
    let there = listed::list(rows, cx).await?;
    let told = several(rows, &cx.spec().nouns, &there);
    state.insert(rows.attribute, Value::Map(there.last_of_each().filter_map(adopted).collect()));
    Ok((state, told))
}

/// Tells of which keys there are several objects, and which one of them was brought in.
fn several(rows: &Rows, nouns: &str, there: &Listed) -> Option<Diagnostic> {
    let line = |all: &[Json]| {
        let key = all.last()?[rows.key].as_str()?;
        let mut ids: Vec<_> = all.iter().filter_map(|json| json[ID].as_str()).collect();
        let taken = ids.pop()?;
        (!ids.is_empty()).then(|| format!("{key}: {taken} was brought in, and not {}", ids.join(", ")))
    };
    let lines: Vec<_> = there.all().filter_map(line).collect();
    let detail = format!(
        "A row is one object, and there are several {nouns} of these keys. The last that Graph lists was brought in. Delete the \
         others where they are of nothing any more.\n\n{}",
        lines.join("\n")
    );
    let told = Diagnostic::warning("Several Objects of One Key", detail).at(Path::of(rows.attribute));
    (!lines.is_empty()).then_some(told)
}

async fn write(rows: &Rows, cx: &Cx, prior: &Value, planned: &Value) -> Result<Outcome> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let attributes = rows.row_attributes();
    let json = |key: &str, row: &Value| to_json(rows, &attributes, &spec.constants, key, row);
    let before = by_folded_key(rows, prior);
    let changed = |(key, row): (&Name, &Value)| {
        let (folded, sent) = (fold(key), json(key, row));
        let there = before.get(&folded).filter(|before| !before.get(ID).is_null());
        // under the key of now, since another case is no change
        let is_same = there.is_some_and(|before| json(key, before) == sent);
        let config = cx.config.get(rows.attribute).get(key);
        (!is_same || is_another(rows, &cx.private, key, config)).then_some((folded, sent))
    };
    let wanted: Vec<_> = rows_of(rows, planned).filter_map(changed).collect();
    if wanted.is_empty() {
        return Ok(Outcome::default());
    }
    if let Some(holder) = cx.holder() {
        for (key, _) in &wanted {
            graph.unless_stopped("waiting for the other changes of this run", holder.fate(key)).await?;
        }
    }
    let known = listed::list(rows, cx).await?;
    let mut outcome = match &rows.adding {
        Adding::Many(many) => add((rows, many), spec.collection, &graph, &wanted, &known).await,
        Adding::Single(of_one) => single::add(cx, (rows, of_one), &graph, &before, &wanted, &known).await,
    };
    take_over(cx, &before, &mut outcome).await;
    Ok(outcome)
}

/// Whether the proof of a row is of another thing than what is there.
fn is_another(rows: &Rows, private: &Private, key: &str, config: &Value) -> bool {
    matches!(&rows.adding, Adding::Single(of_one) if single::is_another(of_one, private, key, config))
}

/// Remembers what the rows' proofs are of.
fn remember(rows: &Rows, cx: &mut Cx, outcome: &Outcome) {
    if let Adding::Single(of_one) = &rows.adding {
        single::remember(rows, of_one, &mut cx.private, &cx.config, outcome);
    }
}

/// What was there and came from another resource of this run is whose it was there.
async fn take_over(cx: &Cx, before: &BTreeMap<String, &Value>, outcome: &mut Outcome) {
    let Some(holder) = cx.holder() else { return };
    outcome.there.keys().for_each(|key| holder.makes_again(key));
    let is_new = |key: &String| before.get(key).is_none_or(|row| row.get(ORIGIN).is_null());
    let adopted = outcome.there.iter_mut().filter(|(key, (_, origin))| *origin == ADOPTED && is_new(key));
    let mut adopted: Vec<_> = adopted.collect();
    if adopted.is_empty() {
        return;
    }
    tokio::select! {
        () = holder.wait_for_heirloom() => {}
        () = cx.cancelled() => {}
    }
    for (key, (_, origin)) in &mut adopted {
        if holder.inherit(key).is_some_and(|origin| origin == IMPORTED) {
            *origin = IMPORTED;
        }
    }
}

/// The state after rows were added. Whose a row is does not change by changing it.
fn settle(rows: &Rows, planned: &Value, prior: &Value, outcome: &Outcome) -> Value {
    let (before, attributes) = (by_folded_key(rows, prior), rows.row_attributes());
    let settled = |(key, row): (&Name, &Value)| {
        let folded = fold(key);
        let before = before.get(&folded).copied().unwrap_or(&Value::Null);
        let row = match outcome.there.get(&folded) {
            Some((json, origin)) => {
                // Adding by a proof tells it of each row, since the row may be another object by now.
                let stays = matches!(rows.adding, Adding::Many(_));
                let held = Some(before.get(ORIGIN)).filter(|held| stays && !held.is_null());
                let mut there = body::read(&attributes, json, None);
                there.insert(ORIGIN, held.cloned().unwrap_or_else(|| (*origin).into()));
                body::settle(row, &there)
            }
            None => body::settle(row, before),
        };
        (key.clone(), row)
    };
    let mut state = planned.clone();
    state.insert(rows.attribute, Value::Map(rows_of(rows, planned).map(settled).collect()));
    state
}

fn by_folded_key<'a>(rows: &Rows, state: &'a Value) -> BTreeMap<String, &'a Value> {
    rows_of(rows, state).map(|(key, row)| (fold(key), row)).collect()
}

/// Tells what was not added.
fn tell(rows: &Rows, cx: &mut Cx, outcome: Outcome, severity: Severity) {
    if !outcome.refused.is_empty() {
        let told = Diagnostic { severity, ..refusal(rows, &outcome.refused) };
        match outcome.is_unexplained {
            true => cx.unexplained = Some(told),
            false => cx.diagnostics.push(told),
        }
    }
    if let Some(error) = outcome.stopped {
        let told = cx.spec().failed_writing("adding", &error.into());
        cx.diagnostics.push(Diagnostic { severity, ..told });
    }
}

fn refusal(rows: &Rows, refused: &BTreeMap<String, String>) -> Diagnostic {
    const SHOWN: usize = 20;
    let mut lines: Vec<_> = refused.iter().take(SHOWN).map(|(key, why)| format!("{key}: {why}")).collect();
    if refused.len() > SHOWN {
        lines.push(format!("and {} more", refused.len() - SHOWN));
    }
    let detail = format!("These rows were refused. The next apply tries them again.\n\n{}", lines.join("\n"));
    Diagnostic::error("Rows Refused", detail).at(Path::of(rows.attribute))
}
