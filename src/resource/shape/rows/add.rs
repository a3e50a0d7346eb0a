//! Adds rows, in calls of at most so many. A call that is refused is halved until the one row is found that is at fault.

use std::collections::BTreeMap;

use serde_json::{Map as JsonMap, Value as Json};

use super::listed::Listed;
use super::row::{ADOPTED, IMPORTED, fold, written};
use crate::{
    graph::{self, Client},
    resource::shape::table::{Many, Rows},
};

/// A row by its key as it is compared, and its JSON.
pub(super) type Wanted = (String, Json);

/// What adding came to.
#[derive(Default)]
pub(super) struct Outcome {
    /// What the service answered of each row that is there, and whose it is.
    pub(super) there: BTreeMap<String, (Json, &'static str)>,
    /// Why a row is not there, by its key as it was written.
    pub(super) refused: BTreeMap<String, String>,
    /// Whether one of them was refused without a word.
    pub(super) is_unexplained: bool,
    /// What ended it before all rows were sent.
    pub(super) stopped: Option<graph::Error>,
}

impl Outcome {
    /// A row that Graph refused.
    pub(super) fn refused_by(&mut self, key: String, error: &graph::Error) {
        self.is_unexplained |= error.is_without_words();
        self.refused.insert(key, error.to_string());
    }
}

/// Adds the wanted rows. `known` are those that were there before.
pub(super) async fn add(
    (rows, many): (&Rows, &Many),
    collection: &str,
    graph: &Client,
    wanted: &[Wanted],
    known: &Listed,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut calls: Vec<_> = wanted.chunks(many.at_most).rev().collect();
    while let Some(call) = calls.pop() {
        match send((rows, many), collection, graph, call).await {
            Ok(answered) => {
                for (key, row) in call {
                    let origin = if known.with_key(key).is_empty() { IMPORTED } else { ADOPTED };
                    match answered.get(key).filter(|json| json[many.taken] == true) {
                        Some(json) => drop(outcome.there.insert(key.clone(), (json.clone(), origin))),
                        None => {
                            drop(outcome.refused.insert(written(rows, row), "the service did not take it".to_owned()))
                        }
                    }
                }
            }
            Err(error) if error.status() == Some(400) => match call {
                [(_, row)] => outcome.refused_by(written(rows, row), &error),
                _ => {
                    let (first, second) = call.split_at(call.len() / 2);
                    calls.extend([second, first]);
                }
            },
            Err(error) => {
                outcome.stopped = Some(error);
                break;
            }
        }
    }
    outcome
}

async fn send(
    (rows, many): (&Rows, &Many),
    collection: &str,
    graph: &Client,
    call: &[Wanted],
) -> Result<BTreeMap<String, Json>, graph::Error> {
    let (action, parameter) = many.action;
    let mut body: JsonMap<String, Json> =
        many.with.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    body.insert(parameter.to_owned(), call.iter().map(|(_, row)| row.clone()).collect());
    let answer = graph.action(&format!("{}/{action}", collection), &Json::Object(body)).await?;
    let answered = answer.unwrap_or_default()["value"].as_array().cloned().unwrap_or_default();
    Ok(answered.into_iter().filter_map(|json| Some((fold(json.get(rows.key)?.as_str()?), json))).collect())
}
