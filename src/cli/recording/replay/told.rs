//! What was asked for, what was told, and what of the file told it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::written::is_read;
use crate::cli::recording::{address::taken_apart, form::shown};

/// What is asked for now.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: BTreeMap<String, String>,
    pub(super) body: Json,
}

impl Call {
    pub(super) fn new(method: &str, target: &str, body: Json) -> Call {
        let (path, query) = taken_apart(target);
        Call { method: method.to_owned(), path, query, body }
    }

    /// For a person.
    pub(super) fn shown(&self) -> String {
        shown(&self.method, &self.path, &self.query)
    }
}

/// What was told, in the words of whoever asked.
pub(super) struct Told {
    pub(super) call: Call,
    pub(super) status: u16,
    pub(super) answer: Json,
    pub(super) by: By,
}

/// The places in the file that told it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum By {
    /// The request itself; with whether it said what a placeholder stands for.
    Itself { at: usize, binds: bool },
    /// Those that told of what is in it.
    Parts(BTreeSet<usize>),
}

impl By {
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        let (itself, parts) = match self {
            By::Itself { at, .. } => (Some(*at), None),
            By::Parts(parts) => (None, Some(parts)),
        };
        itself.into_iter().chain(parts.into_iter().flatten().copied())
    }
}

impl Told {
    pub(super) fn is_write(&self) -> bool {
        !is_read(&self.call.method, &self.call.path)
    }

    /// Whether it has a place of its own in the file: a write, or a read that said what something stands for.
    pub(super) fn has_place(&self) -> bool {
        match self.by {
            By::Itself { binds, .. } => binds || self.is_write(),
            By::Parts(_) => false,
        }
    }

    /// Whether it says something of an object: what is not there yet, or how many there are, does not.
    pub(super) fn tells_of_objects(&self) -> bool {
        self.status == 200 && !self.answer.is_number()
    }
}
