//! Which rows this process has been asked for: what one resource lets go while another one wants it is not deleted.
//!
//! Core applies resources side by side, and makes before it destroys where `create_before_destroy` says so. A row that
//! moves from one resource to another must be there in the end, whichever of them comes first.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::row::fold;
use crate::graph::Client;

/// The resource that wants a row, by collection and key.
type Wishes = BTreeMap<(&'static str, String), String>;

/// The wishes of each tenant that this process speaks to.
static WANTED: Mutex<Vec<(Client, Wishes)>> = Mutex::new(Vec::new());

/// A resource, and where its rows are.
pub(super) struct Holder {
    /// The tenant.
    pub(super) graph: Client,
    /// The path of the collection.
    pub(super) collection: &'static str,
    /// The id of the resource.
    pub(super) id: String,
}

impl Holder {
    /// Says which rows it wants.
    pub(super) fn wants<'a>(&self, keys: impl Iterator<Item = &'a String>) {
        self.among_wishes(|wishes| wishes.extend(keys.map(|key| ((self.collection, fold(key)), self.id.clone()))));
    }

    /// It was not made.
    pub(super) fn wants_nothing(&self) {
        self.among_wishes(|wishes| wishes.retain(|_, holder| *holder != self.id));
    }

    /// Whether another resource wants the row.
    pub(super) fn is_wanted_elsewhere(&self, key: &str) -> bool {
        self.among_wishes(|wishes| wishes.get(&(self.collection, fold(key))).is_some_and(|holder| *holder != self.id))
    }

    fn among_wishes<T>(&self, look: impl FnOnce(&mut Wishes) -> T) -> T {
        let mut wanted = WANTED.lock().unwrap_or_else(PoisonError::into_inner);
        let at = wanted.iter().position(|(graph, _)| graph.is_same(&self.graph)).unwrap_or_else(|| {
            wanted.push((self.graph.clone(), Wishes::new()));
            wanted.len() - 1
        });
        look(&mut wanted[at].1)
    }
}
