//! Who is writing to which collection in this process. Whoever waits for another one to let something go knows by it when
//! nobody is left who could.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::graph::Client;

struct Writers {
    graph: Client,
    collection: String,
    writing: usize,
    waiting: usize,
}

static WRITERS: Mutex<Vec<Writers>> = Mutex::new(Vec::new());

/// One that writes, or waits for others, until it is dropped.
#[derive(Debug)]
pub(super) struct Writer {
    graph: Client,
    collection: String,
    waits: bool,
}

/// Writes to a collection from now on.
pub(super) fn writing(graph: &Client, collection: &str) -> Writer {
    Writer::enter(graph, collection, false)
}

/// Writes to a collection, and waits for the others that do from now on.
pub(super) fn waiting(graph: &Client, collection: &str) -> Writer {
    Writer::enter(graph, collection, true)
}

impl Writer {
    fn enter(graph: &Client, collection: &str, waits: bool) -> Writer {
        let writer = Writer { graph: graph.clone(), collection: collection.to_owned(), waits };
        writer.count(|count| *count += 1);
        writer
    }

    /// Whether others write to the collection that do not wait themselves.
    pub(super) fn has_others(&self) -> bool {
        let all = lock();
        all.iter().any(|writers| self.is_of(writers) && writers.writing > writers.waiting)
    }

    fn is_of(&self, writers: &Writers) -> bool {
        writers.collection == self.collection && writers.graph.is_same(&self.graph)
    }

    fn count(&self, change: impl FnOnce(&mut usize)) {
        let mut all = lock();
        let at = all.iter().position(|writers| self.is_of(writers)).unwrap_or_else(|| {
            let (graph, collection) = (self.graph.clone(), self.collection.clone());
            all.push(Writers { graph, collection, writing: 0, waiting: 0 });
            all.len() - 1
        });
        if let Some(writers) = all.get_mut(at) {
            change(if self.waits { &mut writers.waiting } else { &mut writers.writing });
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.count(|count| *count -= 1);
    }
}

fn lock() -> MutexGuard<'static, Vec<Writers>> {
    WRITERS.lock().unwrap_or_else(PoisonError::into_inner)
}
