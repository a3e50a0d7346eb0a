//! Who is writing to which collection in this process. Whoever waits for another one to let something go knows by it when
//! nobody is left who could.

use std::sync::{Arc, Mutex, PoisonError};

use super::in_process::InProcess;
use crate::graph::Client;

#[derive(Debug, Default)]
struct Count {
    writing: usize,
    waiting: usize,
}

static COUNTS: InProcess<Mutex<Count>> = InProcess::new();

/// One that writes, or waits for others, until it is dropped.
#[derive(Debug)]
pub(super) struct Writer {
    count: Arc<Mutex<Count>>,
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
        let writer = Writer { count: COUNTS.of(graph, collection), waits };
        writer.change(|count| *count += 1);
        writer
    }

    /// Whether others write to the collection that do not wait themselves.
    pub(super) fn has_others(&self) -> bool {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        count.writing > count.waiting
    }

    fn change(&self, change: impl FnOnce(&mut usize)) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        change(if self.waits { &mut count.waiting } else { &mut count.writing });
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.change(|count| *count -= 1);
    }
}
