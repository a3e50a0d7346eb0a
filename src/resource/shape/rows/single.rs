//! Adds rows one in a call, each by a proof of what it is: a text that only the configuration holds.
//!
//! The proof's text is another one each time it is exported, so private state keeps what it is of. A row is uploaded where it
//! is new, where its properties change, and where it is of another thing. What is there already may be refused by a 409: then
//! it is read back. Other things may have the same key, so a row that has an id is the object of that id only.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicBool, Ordering},
};

use futures_util::{FutureExt, StreamExt, stream};
use serde_json::{Map as JsonMap, Value as Json};

use super::add::{Outcome, Wanted};
use super::listed::Listed;
use super::row::{ADOPTED, ID, IMPORTED, ORIGIN, fold, rows_of, written};
use crate::{
    graph::{Client, Error, Patience, segment},
    resource::{
        Cx, Private, Spec,
        shape::{
            object,
            table::{Rows, Single},
        },
        wishes::Holder,
    },
    value::Value,
};

/// So many uploads are under way at once.
const AT_ONCE: usize = 4;

/// What became of one row.
enum Fate {
    There(Json, &'static str),
    Refused(String),
    RefusedBy(Error),
    Stopped(Error),
}

/// Where rows are uploaded to.
struct Upload<'a> {
    spec: &'a Spec,
    rows: &'a Rows,
    single: &'a Single,
    graph: &'a Client,
    private: &'a Private,
    config: &'a Value,
    /// The rows of the state before, by their keys as they are compared.
    before: &'a BTreeMap<String, &'a Value>,
    known: &'a Listed,
    holder: Option<&'a Holder>,
    /// Whether no more is to be sent: what refused one for its permission refuses all.
    ended: AtomicBool,
}

/// Uploads the wanted rows, and waits until reads show them. `known` are those that were there before.
pub(super) async fn add(
    cx: &Cx,
    (rows, single): (&Rows, &Single),
    graph: &Client,
    before: &BTreeMap<String, &Value>,
    wanted: &[Wanted],
    known: &Listed,
) -> Outcome {
    let (spec, private, config) = (&cx.spec(), &cx.private, &cx.config);
    let (holder, ended) = (cx.holder(), AtomicBool::new(false));
    let upload = Upload { spec, rows, single, graph, private, config, before, known, holder, ended };
    let mut jobs = Vec::new();
    for wanted in wanted {
        jobs.push(upload.wanted(wanted).boxed());
    }
    let mut outcome = Outcome::default();
    let mut done = stream::iter(jobs).buffer_unordered(AT_ONCE);
    while let Some((key, row, fate)) = done.next().await {
        match fate {
            Fate::There(json, origin) => drop(outcome.there.insert(key.clone(), (json, origin))),
            Fate::Refused(why) => drop(outcome.refused.insert(written(rows, row), why)),
            Fate::RefusedBy(error) => outcome.refused_by(written(rows, row), &error),
            Fate::Stopped(error) => {
                if error.is_lost() && known.with_key(key).is_empty() {
                    // It may be there, and is ours then: the next apply finds it.
                    outcome.there.insert(key.clone(), (Json::Null, IMPORTED));
                }
                outcome.stopped.get_or_insert(error);
            }
        }
    }
    if let Err(error) = wait_until_seen(spec, graph, &mut outcome, known).await {
        outcome.stopped.get_or_insert(error);
    }
    outcome
}

impl Upload<'_> {
    async fn wanted<'w>(&self, wanted: &'w Wanted) -> (&'w String, &'w Json, Fate) {
        let (key, row) = wanted;
        (key, row, self.one(key, row).await)
    }

    async fn one(&self, key: &str, row: &Json) -> Fate {
        if self.ended.load(Ordering::Relaxed) {
            return Fate::Refused("it was not tried after the others".to_owned());
        }
        let properties = self.properties(row);
        let config = self.config_of(row);
        if self.before(key).get(ID).is_null() && self.is_taken(key) {
            let why = "another resource of this configuration has it too, and what both upload cannot be told apart: leave it to \
                       one of them";
            return Fate::Refused(why.to_owned());
        }
        let Some(proof) = config.get(self.single.proof.0).as_str() else {
            let name = self.single.proof.0;
            return match self.candidates(key, config, self.known).as_slice() {
                [there] if agrees(there, &properties) => Fate::There((*there).clone(), self.origin(key, there)),
                [_] => Fate::Refused(format!("only with `{name}` can it be changed: it is uploaded again")),
                [] => Fate::Refused(format!("it is not there, and has no `{name}` to upload")),
                _ => {
                    Fate::Refused(format!("there are several of it, and it has no `{name}` that tells which one it is"))
                }
            };
        };
        match self.send(&properties, proof).await {
            Ok(json) => {
                let was_there = json[ID].as_str().is_some_and(|id| self.known.with_id(key, id).is_some());
                let origin = if was_there { self.origin(key, &json) } else { IMPORTED };
                Fate::There(json, origin)
            }
            Err(error) if error.status() == Some(409) => self.read_back(key, &properties, config, proof).await,
            Err(error) if error.status() == Some(400) => Fate::RefusedBy(error),
            Err(error) => {
                self.ended.store(true, Ordering::Relaxed);
                Fate::Stopped(error)
            }
        }
    }

    fn config_of(&self, row: &Json) -> &Value {
        self.config.get(self.rows.attribute).get(row[self.rows.key].as_str().unwrap_or_default())
    }

    fn is_taken(&self, key: &str) -> bool {
        self.holder.is_some_and(|holder| holder.is_taken_elsewhere(key))
    }

    fn before(&self, key: &str) -> &Value {
        self.before.get(key).copied().unwrap_or(&Value::Null)
    }

    /// Which objects a row may be: that of its id, or any other of its key where its proof is of another thing. One without an
    /// id may be any of its key, and so may one whose proof cannot be compared.
    fn candidates<'l>(&self, key: &str, config: &Value, listed: &'l Listed) -> Vec<&'l Json> {
        let Some(id) = self.before(key).get(ID).as_str() else { return listed.with_key(key).iter().collect() };
        let is_same = match config.get(self.single.proof.0) {
            Value::Null => Some(true),
            _ => is_same(self.single, self.private, key, config),
        };
        listed.with_key(key).iter().filter(|json| is_same.is_none_or(|same| (json[ID] == id) == same)).collect()
    }

    /// Whose an object is that was there. That of the state stays whose it was.
    fn origin(&self, key: &str, there: &Json) -> &'static str {
        let before = self.before(key);
        let is_same = before.get(ID).as_str().is_none_or(|id| there[ID] == id);
        if is_same && before.get(ORIGIN).as_str() == Some(IMPORTED) { IMPORTED } else { ADOPTED }
    }

    /// What is sent of a row beside its proof.
    fn properties(&self, row: &Json) -> JsonMap<String, Json> {
        let set =
            row.as_object().into_iter().flatten().filter(|(name, value)| *name != self.rows.key && !value.is_null());
        set.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    async fn send(&self, properties: &JsonMap<String, Json>, proof: &str) -> Result<Json, Error> {
        let mut body = properties.clone();
        body.insert(self.single.proof.1.to_owned(), proof.trim().into());
        let path = format!("{}/{}", self.spec.collection, self.single.action);
        Ok(self.graph.action(&path, &Json::Object(body)).await?.unwrap_or_default())
    }

    /// It is there already. Where it is not as it is wanted, it is removed and uploaded again, as long as that hurts nobody.
    async fn read_back(&self, key: &str, properties: &JsonMap<String, Json>, config: &Value, proof: &str) -> Fate {
        let all = match self.graph.list(self.spec.collection).await {
            Ok(all) => all,
            Err(error) => return Fate::Stopped(error),
        };
        let listed = Listed::of(self.spec, self.rows, all);
        let there = match self.candidates(key, config, &listed).as_slice() {
            [there] => *there,
            [] => return Fate::Refused("the service says that it is there (409), and does not list it yet".to_owned()),
            _ => {
                let why = "the service says that it is there (409), and lists several of it: which one is not told";
                return Fate::Refused(why.to_owned());
            }
        };
        let origin = self.origin(key, there);
        if agrees(there, properties) {
            return Fate::There(there.clone(), origin);
        }
        if !(self.single.can_be_removed)(there) {
            return Fate::Refused("the service keeps it as it is (409), and it is in use by now".to_owned());
        }
        match self.send_anew(there, properties, proof).await {
            Ok(json) => Fate::There(json, origin),
            Err(error) if matches!(error.status(), Some(400 | 409)) => Fate::RefusedBy(error),
            Err(error) => Fate::Stopped(error),
        }
    }

    async fn send_anew(&self, there: &Json, properties: &JsonMap<String, Json>, proof: &str) -> Result<Json, Error> {
        let path = format!("{}/{}", self.spec.collection, segment(there[ID].as_str().unwrap_or_default()));
        match self.graph.delete(&path).await {
            Err(error) if !error.is_not_found() => return Err(error),
            _ => {}
        }
        let what = format!("waiting for one of the {} to be removed", self.spec.nouns);
        self.graph
            .wait(&what, || async {
                let there = self.graph.get_optional(&path).await?;
                Ok(there.is_none_or(|json| !object::is_of_kind(self.spec, &json)).then_some(()))
            })
            .await?;
        self.send(properties, proof).await
    }
}

/// Whether what is there is as it is wanted.
fn agrees(there: &Json, properties: &JsonMap<String, Json>) -> bool {
    let same = |one: &Json, other: &Json| match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    };
    properties.iter().all(|(name, wanted)| there.get(name).is_some_and(|there| same(there, wanted)))
}

/// A read answers 404 for a while after an upload. One that was not seen in time has no id: the next apply looks for it.
async fn wait_until_seen(spec: &Spec, graph: &Client, outcome: &mut Outcome, known: &Listed) -> Result<(), Error> {
    let (version, path) = spec.versioned_collection();
    let new = outcome.there.iter().filter_map(|(key, (json, _))| {
        let id = json[ID].as_str().filter(|id| known.with_id(key, id).is_none())?;
        Some((key.clone(), id.to_owned()))
    });
    let mut unseen: Vec<(String, String)> = new.collect();
    let mut patience = Patience::default();
    let stopped = loop {
        if unseen.is_empty() {
            return Ok(());
        }
        let paths: Vec<_> = unseen.iter().map(|(_, id)| format!("{path}/{}", segment(id))).collect();
        match graph.get_many(version, &paths).await {
            Ok(answers) => {
                let mut answers = answers.into_iter();
                unseen.retain(|_| answers.next().is_some_and(|answer| answer.is_err()));
            }
            Err(error) => break error,
        }
        let what = format!("waiting for {} of the {} to be listed", unseen.len(), spec.nouns);
        if !unseen.is_empty()
            && let Err(error) = graph.pause(&mut patience, &what, "").await
        {
            break error;
        }
    };
    for (key, _) in unseen {
        if let Some((json, _)) = outcome.there.get_mut(&key) {
            *json = Json::Null;
        }
    }
    Err(stopped)
}

/// Where private state keeps what the proofs of rows are of.
const PROOFS: &str = "proofs";

/// Whether the configuration's proof is of another thing than the row that is there. One that is not set, or not remembered,
/// tells nothing.
pub(super) fn is_another(single: &Single, private: &Private, key: &str, config: &Value) -> bool {
    is_same(single, private, key, config) == Some(false)
}

fn is_same(single: &Single, private: &Private, key: &str, config: &Value) -> Option<bool> {
    let before = private.get(PROOFS).and_then(|proofs| proofs.get(fold(key))?.as_str());
    let now = config.get(single.proof.0).as_str().and_then(single.identity);
    Some(before? == now?)
}

/// Remembers what the proofs of these rows are of; of a row that was not uploaded, what it was.
pub(super) fn remember(rows: &Rows, single: &Single, private: &mut Private, config: &Value, outcome: &Outcome) {
    let mut proofs = JsonMap::new();
    for (key, row) in rows_of(rows, config) {
        let key = fold(key);
        let uploaded = || row.get(single.proof.0).as_str().and_then(single.identity).map(Json::from);
        let before = || private.get(PROOFS).and_then(|proofs| proofs.get(&key)).cloned();
        let now = if outcome.there.contains_key(&key) { uploaded().or_else(before) } else { before() };
        proofs.extend(now.map(|proof| (key.clone(), proof)));
    }
    private.set(PROOFS, proofs);
}
