//! Finds the recorded request that is asked for now.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::cli::recording::{
    address::taken_apart,
    bindings::{Bindings, New},
    expression::{Part, parts},
    form::Exchange,
};

/// What is asked for now.
pub(super) struct Call {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    pub(super) body: Json,
}

impl Call {
    pub(super) fn new(method: &str, target: &str, body: Json) -> Call {
        let (path, query) = taken_apart(target);
        Call { method: method.to_owned(), path, query, body }
    }

    /// For a person.
    pub(super) fn shown(&self) -> String {
        let options: Vec<String> = self.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mark = if options.is_empty() { "" } else { "?" };
        format!("{} {}{mark}{}", self.method, self.path, options.join("&"))
    }
}

/// The requests of a file.
pub(super) struct Recorded {
    exchanges: Vec<Exchange>,
    used: Vec<bool>,
}

/// One of them.
pub(super) struct Found {
    at: usize,
    /// It has answered before.
    pub(super) is_again: bool,
    /// What the placeholders in it are by this call.
    pub(super) new: New,
}

impl Recorded {
    pub(super) fn of(exchanges: Vec<Exchange>) -> Recorded {
        Recorded { used: vec![false; exchanges.len()], exchanges }
    }

    pub(super) fn left(&self) -> usize {
        self.used.iter().filter(|used| !**used).count()
    }

    /// The first one that was not used yet. Of several that what is known does not tell apart, the one that says what is asked
    /// for word by word. A read that comes more often than it was recorded, such as a poll, is the last one of its kind again.
    pub(super) fn find(&self, call: &Call, known: &Bindings) -> Option<Found> {
        let fitting = |is_used: bool| {
            let each = self.exchanges.iter().enumerate().filter(move |(at, _)| self.used[*at] == is_used);
            each.filter_map(|(at, exchange)| Some((at, fits(exchange, call, known)?)))
        };
        let invented = |new: &New| new.iter().filter(|(placeholder, value)| placeholder != value).count();
        let first = fitting(false).min_by_key(|(_, new)| invented(new));
        if let Some((at, new)) = first {
            return Some(Found { at, is_again: false, new });
        }
        let last = if call.method == "GET" { fitting(true).next_back() } else { None };
        last.map(|(at, new)| Found { at, is_again: true, new })
    }

    pub(super) fn take(&mut self, found: &Found) -> Exchange {
        self.used[found.at] = true;
        self.exchanges[found.at].clone()
    }
}

/// Whether it is that one, and what the placeholders are then.
fn fits(recorded: &Exchange, call: &Call, known: &Bindings) -> Option<New> {
    let mut new = New::new();
    let is_it = recorded.method == call.method
        && recorded.query.len() == call.query.len()
        && known.text(&recorded.path, &call.path, &mut new)
        && recorded
            .query
            .iter()
            .all(|(name, recorded)| call.query.get(name).is_some_and(|asked| option(recorded, asked, known, &mut new)))
        && known.json(&recorded.body, &call.body, &mut new);
    is_it.then_some(new)
}

/// An option: what is in quotes is compared without the doubling of quotes in it.
fn option(recorded: &str, asked: &str, known: &Bindings, new: &mut New) -> bool {
    let (Some(recorded_parts), Some(asked_parts)) = (parts(recorded, &['\'']), parts(asked, &['\''])) else {
        return known.text(recorded, asked, new);
    };
    recorded_parts.len() == asked_parts.len()
        && recorded_parts.iter().zip(&asked_parts).all(|parts| match parts {
            (Part::Around(recorded), Part::Around(asked)) => around(recorded, asked, known, new),
            (Part::Quoted(_, recorded), Part::Quoted(_, asked)) => {
                known.text(&recorded.replace("''", "'"), &asked.replace("''", "'"), new)
            }
            _ => false,
        })
}

/// Dates are those of today.
fn around(recorded: &str, asked: &str, known: &Bindings, new: &mut New) -> bool {
    let (recorded, asked) = (recorded.split(' ').collect::<Vec<_>>(), asked.split(' ').collect::<Vec<_>>());
    recorded.len() == asked.len()
        && recorded.iter().zip(&asked).all(|(recorded, asked)| known.text(recorded, asked, new))
}
