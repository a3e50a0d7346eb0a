//! What is listed, by its keys. Where rows are added by a proof, several objects may have one key.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::row::{ID, fold};
use crate::{
    resource::{
        Cx, Result, Spec,
        shape::{
            object,
            table::{Adding, Rows},
        },
    },
    value::Value,
};

/// The objects that there are.
pub(super) struct Listed(BTreeMap<String, Vec<Json>>);

/// Reads all that there are.
pub(super) async fn list(rows: &Rows, cx: &Cx) -> Result<Listed> {
    let spec = cx.spec();
    Ok(Listed::of(&spec, rows, cx.graph()?.list(spec.collection).await?))
}

impl Listed {
    /// Those of a list that are such rows.
    pub(super) fn of(spec: &Spec, rows: &Rows, all: Vec<Json>) -> Listed {
        let mut listed: BTreeMap<String, Vec<Json>> = BTreeMap::new();
        for json in all.into_iter().filter(|json| object::is_of_kind(spec, json)) {
            if let Some(key) = json.get(rows.key).and_then(Json::as_str).map(fold) {
                listed.entry(key).or_default().push(json);
            }
        }
        Listed(listed)
    }

    /// All that have this key.
    pub(super) fn with_key(&self, key: &str) -> &[Json] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// The one of this key that has this id.
    pub(super) fn with_id(&self, key: &str, id: &str) -> Option<&Json> {
        self.with_key(key).iter().find(|json| json[ID] == id)
    }

    /// What a row of the state is, if it is still there. Where rows are added by a proof, another object with its key is
    /// another thing.
    pub(super) fn of_row(&self, rows: &Rows, key: &str, row: &Value) -> Option<&Json> {
        let (key, id) = (fold(key), row.get(ID).as_str()?);
        match rows.adding {
            Adding::Single(_) => self.with_id(&key, id),
            Adding::Many(_) => self.with_key(&key).last(),
        }
    }

    /// All of each key.
    pub(super) fn all(&self) -> impl Iterator<Item = &[Json]> {
        self.0.values().map(Vec::as_slice)
    }

    /// One of each key: the last that was listed.
    pub(super) fn last_of_each(self) -> impl Iterator<Item = Json> {
        self.0.into_values().filter_map(|mut all| all.pop())
    }
}
