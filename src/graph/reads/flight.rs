//! Requests: what goes into one, and who waits for which part of it.

use crate::graph::error::Error;
use crate::graph::reads::read::{Lane, Read};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

/// What one request holds at most.
pub(super) const IN_ONE: usize = 20;

/// One part of a request.
#[derive(Debug)]
pub(super) enum Item {
    /// An object by its path.
    One(Vec<u64>),
    /// Objects of a collection, by their ids.
    Some(BTreeMap<String, Vec<u64>>),
    /// How large the collection is.
    Size(String),
    /// A page of its list.
    Page(String),
}

/// A request that is under way.
#[derive(Debug)]
pub(super) struct Flight {
    pub(super) lane: Option<Lane>,
    pub(super) items: Vec<Item>,
    pub(super) cancel: CancellationToken,
}

/// A request that is to be sent now: a GET where it has one path, a batch of them otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) flight: u64,
    /// Paths with version and query.
    pub(crate) paths: Vec<String>,
    /// Nobody waits for it any more.
    pub(crate) cancel: CancellationToken,
}

/// What has become of a request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Of each of its paths, in their order; none where a batch left it out.
    Each(Vec<Option<Result<Json, Error>>>),
    /// A batch came to nothing as a whole.
    Whole(Error),
}

impl Item {
    /// Who waits for it.
    pub(super) fn tickets(&self) -> Vec<u64> {
        match self {
            Item::One(tickets) => tickets.clone(),
            Item::Some(ids) => ids.values().flatten().copied().collect(),
            Item::Size(_) | Item::Page(_) => Vec::new(),
        }
    }
}

/// Ids, each with a read of it and all who wait for it.
type Ids<'a> = BTreeMap<&'a str, (&'a Read, Vec<u64>)>;

/// The parts that these reads need, each with its path: several ids of a collection together, and each path once. Beside a
/// ticket and its read stands how many ids a filter takes; 0 for what is asked for by its path.
pub(super) fn items<'a>(ready: impl Iterator<Item = (u64, &'a Read, usize)>) -> Vec<(Item, String)> {
    let mut by_id: BTreeMap<(&str, usize), Ids<'_>> = BTreeMap::new();
    let mut by_path: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    for (ticket, read, most) in ready {
        match &read.of {
            Some(of) if most > 1 => {
                let ids = by_id.entry((&of.collection, most)).or_default();
                ids.entry(&of.id).or_insert_with(|| (read, Vec::new())).1.push(ticket);
            }
            _ => by_path.entry(&read.path).or_default().push(ticket),
        }
    }
    let mut items = Vec::new();
    for ((collection, most), mut ids) in by_id {
        // One alone is asked for by its path, which also tells that it is not there.
        if ids.len() % most == 1
            && let Some((_, (read, tickets))) = ids.pop_last()
        {
            by_path.entry(&read.path).or_default().extend(tickets);
        }
        let ids: Vec<_> = ids.into_iter().map(|(id, (_, tickets))| (id.to_owned(), tickets)).collect();
        for chunk in ids.chunks(most) {
            let list: Vec<_> = chunk.iter().map(|(id, _)| format!("'{id}'")).collect();
            let path = format!("{collection}?$filter=id%20in%20({})", list.join(","));
            items.push((Item::Some(chunk.iter().cloned().collect()), path));
        }
    }
    items.extend(by_path.into_iter().map(|(path, tickets)| (Item::One(tickets), path.to_owned())));
    items
}
