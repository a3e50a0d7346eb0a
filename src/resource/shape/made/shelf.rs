//! What this process knows of one collection of a tenant: the ids that it holds, and what it is making.

use std::{
    collections::{BTreeSet, HashMap, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value as Json;
use tokio::sync::{Mutex as Turn, OnceCell, OwnedMutexGuard};

use crate::{graph::Client, resource::in_process::InProcess};

/// See the module.
#[derive(Default)]
pub(super) struct Shelf {
    held: Mutex<BTreeSet<String>>,
    under_way: Mutex<HashMap<u64, Arc<Turn<()>>>>,
    /// The ids that were there before this process made the first one.
    before: OnceCell<Mutex<BTreeSet<String>>>,
}

/// The shelves of this process.
static SHELVES: InProcess<Shelf> = InProcess::new();

impl Shelf {
    pub(super) fn of(graph: &Client, collection: &'static str) -> Arc<Shelf> {
        SHELVES.of(graph, collection)
    }

    /// Holds an object. False where it is held already.
    pub(super) fn hold(&self, object: &Json) -> bool {
        object["id"].as_str().is_some_and(|id| held(&self.held).insert(id.to_owned()))
    }

    pub(super) fn holds(&self, object: &Json) -> bool {
        object["id"].as_str().is_some_and(|id| held(&self.held).contains(id))
    }

    /// Lets go of an object that is gone: ids that are counted may be given once more.
    pub(super) fn let_go(&self, id: &str) {
        held(&self.held).remove(id);
        if let Some(before) = self.before.get() {
            held(before).remove(id);
        }
    }

    /// Notes the ids that there are, unless that was done before.
    pub(super) async fn note_before<E>(&self, ids: impl Future<Output = Result<BTreeSet<String>, E>>) -> Result<(), E> {
        self.before.get_or_try_init(|| async { ids.await.map(Mutex::new) }).await.map(drop)
    }

    /// Whether an object was not among them.
    pub(super) fn is_new(&self, object: &Json) -> bool {
        let was_there =
            |before: &Mutex<_>| object["id"].as_str().is_none_or(|id| held::<BTreeSet<String>>(before).contains(id));
        self.before.get().is_some_and(|before| !was_there(before))
    }

    /// Waits until nobody in this process makes one by an equal body.
    pub(super) async fn alone_with(&self, body: &Json) -> OwnedMutexGuard<()> {
        let mut hasher = DefaultHasher::new();
        body.to_string().hash(&mut hasher);
        let turn = Arc::clone(held(&self.under_way).entry(hasher.finish()).or_default());
        turn.lock_owned().await
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
