//! A list that is under way: what it is narrowed by, and where its finds go.

use std::ops::ControlFlow;

use tokio::sync::mpsc::Sender;

use super::Spec;
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    schema::{Attribute, string},
    value::Value,
};

/// The attribute of a list by a name in part.
pub const NAME_CONTAINS: &str = "name_contains";

/// What a list tells of one object, or beside the objects.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What tells it from others; null where only diagnostics are told.
    pub identity: Value,
    /// What a person calls it.
    pub display_name: String,
    /// Its state, where whole objects are asked for.
    pub object: Value,
    /// What the user is told. An error ends the list.
    pub diagnostics: Diagnostics,
}

/// What a list tells of an object: of what a person calls it, and its state.
type Tell = Box<dyn Fn(&str, Value) -> Found + Send + Sync>;

/// A list that is under way. Whoever asked may be gone at any time: then the verb is dropped where it waits.
pub struct Listing {
    /// What it is narrowed by.
    pub config: Value,
    /// Whether whole objects are asked for, or only what tells them apart.
    pub whole: bool,
    left: usize,
    tell: Tell,
    found: Sender<Found>,
}

impl Listing {
    /// For at most `limit` objects, told as `tell` says.
    pub(super) fn new(config: Value, whole: bool, limit: usize, tell: Tell, found: Sender<Found>) -> Listing {
        Listing { config, whole, left: limit, tell, found }
    }

    /// How many are still wanted.
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// Tells one object by its state; where whole objects are not asked for, what names it is enough. Gives `Break` when
    /// no more is wanted.
    pub async fn tell(&mut self, display_name: &str, state: Value) -> ControlFlow<()> {
        if self.left == 0 {
            return ControlFlow::Break(());
        }
        let found = (self.tell)(display_name, state);
        if found.diagnostics.has_errors() {
            self.left = 0;
        } else if !found.identity.is_null() {
            self.left -= 1;
        }
        let sent = self.found.send(found).await;
        if sent.is_err() || self.left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Tells something beside the objects.
    pub async fn warn(&mut self, warning: Diagnostic) {
        let found = Found { diagnostics: warning.into(), ..Found::default() };
        // Nobody is left to tell if the receiver is gone.
        let _ = self.found.send(found).await;
    }
}

/// What a list is narrowed by; `None` for what is in no list. A table that says by which attribute a thing is found is
/// listed by it, and by a part of it.
pub fn attributes(spec: &Spec) -> Option<Vec<Attribute>> {
    spec.identity.as_ref()?;
    if let Some(own) = &spec.list_attributes {
        return Some(own.clone());
    }
    if spec.collection.is_empty() {
        return None;
    }
    let by_name = spec.find_by.first().map(|find| {
        vec![
            string(find.attribute, "Only those with exactly this name."),
            string(NAME_CONTAINS, "Only those whose name contains this text, in upper or lower case."),
        ]
    });
    Some(by_name.unwrap_or_default())
}
