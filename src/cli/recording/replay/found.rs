//! Finds the recorded request that is asked for now.

use std::{cell::OnceCell, collections::BTreeSet};

use super::{
    composed::{self, Composed, Known},
    told::{By, Call, Told},
    written::{Writes, is_read},
};
use crate::cli::recording::{
    bindings::Bindings,
    comparison::New,
    expression::{Part, parts},
    form::Exchange,
    placeholder::{Piece, pieces},
};

/// The requests of a file.
pub(super) struct Recorded {
    pub(super) exchanges: Vec<Exchange>,
    /// What stands for something in each, as soon as somebody wants to know.
    placeholders: Vec<OnceCell<BTreeSet<String>>>,
    /// What each is of, whatever its placeholders stand for.
    pub(super) routes: Vec<String>,
    used: Vec<bool>,
    /// What has been told so far.
    pub(super) history: Vec<Told>,
}

/// One of them.
pub(super) struct Found {
    at: usize,
    /// It has answered before.
    pub(super) is_again: bool,
    /// What the placeholders in it are by this call.
    pub(super) new: New<'static>,
}

impl Recorded {
    pub(super) fn of(exchanges: Vec<Exchange>) -> Recorded {
        let placeholders = exchanges.iter().map(|_| OnceCell::new()).collect();
        let routes = exchanges.iter().map(|exchange| route(&exchange.path)).collect();
        Recorded { used: vec![false; exchanges.len()], routes, placeholders, history: Vec::new(), exchanges }
    }

    pub(super) fn placeholders(&self, at: usize) -> &BTreeSet<String> {
        self.placeholders[at].get_or_init(|| self.exchanges[at].placeholders())
    }

    /// What nobody asked for. How often the same is read, and told the same, is another in each run.
    pub(super) fn left(&self) -> impl Iterator<Item = &Exchange> {
        let those = |are_used: bool| {
            let each = self.exchanges.iter().zip(&self.used);
            each.filter(move |(_, used)| **used == are_used).map(|(exchange, _)| exchange)
        };
        those(false).filter(move |left| !is_read(&left.method, &left.path) || !those(true).any(|told| told.says(left)))
    }

    /// The first one that was not used yet. Of several that what is known does not tell apart, the one that says what is asked
    /// for word by word. A read that comes more often than it was recorded, such as a poll, is the last one of its kind again.
    pub(super) fn find(&self, call: &Call, known: &Bindings) -> Option<Found> {
        self.found(call, known, |_| true)
    }

    /// A read that holds now: the same was written before it. Every request that is no read does.
    pub(super) fn find_valid(&self, call: &Call, known: &Bindings) -> Option<Found> {
        if !is_read(&call.method, &call.path) {
            return self.find(call, known);
        }
        let writes = Writes::of(&self.exchanges, &self.used, known, &call.path);
        self.found(call, known, |at| writes.allow(at))
    }

    fn found(&self, call: &Call, known: &Bindings, holds: impl Fn(usize) -> bool) -> Option<Found> {
        let fitting = |is_used: bool| {
            let each = self.exchanges.iter().enumerate().filter(|(at, _)| self.used[*at] == is_used && holds(*at));
            each.filter_map(|(at, exchange)| Some((at, fits_alone(exchange, call, known)?))).collect::<Vec<_>>()
        };
        let invented = |new: &New| new.pairs.iter().filter(|(placeholder, value)| placeholder != value).count();
        let first = fitting(false).into_iter().min_by_key(|(_, new)| invented(new));
        if let Some((at, new)) = first {
            return Some(Found { at, is_again: false, new });
        }
        let last = if is_read(&call.method, &call.path) { fitting(true).pop() } else { None };
        last.map(|(at, new)| Found { at, is_again: true, new })
    }

    /// What it was, and that it has answered.
    pub(super) fn take(&mut self, found: &Found) -> (Exchange, By) {
        self.used[found.at] = true;
        let by = By::Itself { at: found.at, binds: !found.new.pairs.is_empty() };
        (self.exchanges[found.at].clone(), by)
    }

    /// The answer to a read of objects that were read in other groups then.
    pub(super) fn compose(&mut self, call: &Call, bindings: &Bindings) -> Option<(Exchange, By)> {
        let known = Known { exchanges: &self.exchanges, used: &self.used, bindings };
        let composed = (call.method == "GET").then(|| composed::answer(known, &call.path, &call.query)).flatten()?;
        let Composed { exchange, of } = composed;
        let by = By::Parts(of);
        self.mark(&by);
        Some((exchange, by))
    }

    /// The request at this place, where these have told each thing of the history.
    pub(super) fn retell(&mut self, by: Vec<By>, at: usize) -> (Exchange, By) {
        self.history.iter_mut().zip(by).for_each(|(told, by)| told.by = by);
        self.used.fill(false);
        let each: Vec<By> = self.history.iter().map(|told| told.by.clone()).collect();
        let by = By::Itself { at, binds: true };
        each.iter().chain([&by]).for_each(|by| self.mark(by));
        (self.exchanges[at].clone(), by)
    }

    fn mark(&mut self, by: &By) {
        for at in by.places() {
            // An answer to a write tells of the object too, and stays to be asked for.
            self.used[at] |= matches!(by, By::Itself { .. }) || self.exchanges[at].method == "GET";
        }
    }
}

fn route(path: &str) -> String {
    let told = pieces(path).into_iter().map(|piece| match piece {
        Piece::Plain(text) => text,
        Piece::Placeholder(_) => "{}",
    });
    told.collect()
}

fn fits_alone(recorded: &Exchange, call: &Call, known: &Bindings) -> Option<New<'static>> {
    let mut new = New::default();
    fits(recorded, call, known, &mut new).then_some(new)
}

/// Whether it is that one, and what the placeholders are then.
pub(super) fn fits(recorded: &Exchange, call: &Call, known: &Bindings, new: &mut New) -> bool {
    recorded.method == call.method
        && recorded.query.len() == call.query.len()
        && known.text(&recorded.path, &call.path, new)
        && recorded
            .query
            .iter()
            .all(|(name, recorded)| call.query.get(name).is_some_and(|asked| option(recorded, asked, known, new)))
        && known.json(&recorded.body, &call.body, new)
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

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::cli::recording::address::taken_apart;

    fn exchange(method: &str, target: &str, body: Json, answer: Json) -> Exchange {
        let (path, query) = taken_apart(target);
        Exchange { method: method.into(), path, query, body, status: 200, answer, ..Exchange::default() }
    }

    /// What is answered to it, in the file's words.
    fn asks(recorded: &mut Recorded, known: &mut Bindings, method: &str, target: &str, body: Json) -> Option<Json> {
        let found = recorded.find(&Call::new(method, target, body), known)?;
        let answer = recorded.take(&found).0.answer;
        known.add(found.new.pairs);
        Some(answer)
    }

    #[test]
    fn reads_are_answered_in_order_and_the_last_one_again_and_writes_once() {
        let status = "/beta/things/3";
        let mut recorded = Recorded::of(vec![
            exchange("GET", status, Json::Null, json!("pending")),
            exchange("POST", "/beta/things", json!({"displayName": "Name 1"}), json!("made")),
            exchange("GET", status, Json::Null, json!("done")),
        ]);
        let mut known = Bindings::default();
        let mut ask = |method: &str, target: &str, body: Json| asks(&mut recorded, &mut known, method, target, body);
        assert_eq!(ask("GET", status, Json::Null), Some(json!("pending")));
        assert_eq!(ask("GET", status, Json::Null), Some(json!("done")));
        assert_eq!(ask("GET", status, Json::Null), Some(json!("done")));
        let body = || json!({"displayName": "Sales"});
        assert_eq!(ask("POST", "/beta/things", body()), Some(json!("made")));
        assert_eq!(ask("POST", "/beta/things", body()), None, "it was sent once");
        assert_eq!(ask("DELETE", status, Json::Null), None);
    }

    #[test]
    fn a_read_that_was_asked_for_in_other_parts_is_not_left() {
        let groups = |ids: &[u32]| {
            let ids: Vec<String> = ids.iter().map(|id| format!("'00000000-0000-0000-0000-{id:012}'")).collect();
            format!("/v1.0/groups?$filter=id in ({})", ids.join(","))
        };
        let row = |id: u32| json!({"id": format!("00000000-0000-0000-0000-{id:012}")});
        let mut recorded = Recorded::of(vec![
            exchange("GET", &groups(&[1]), Json::Null, json!({"value": [row(1)]})),
            exchange("GET", &groups(&[2, 3]), Json::Null, json!({"value": [row(2), row(3)]})),
            exchange("POST", "/v1.0/groups", Json::Null, row(4)),
        ]);
        let mut compose = |ids: &[u32]| {
            let call = Call::new("GET", &groups(ids), Json::Null);
            recorded.compose(&call, &Bindings::default()).expect("an answer");
            recorded.left().count()
        };
        assert_eq!(compose(&[3]), 2);
        assert_eq!(compose(&[1, 2]), 1, "the write was not sent");
    }

    #[test]
    fn a_read_that_was_sent_more_often_then_is_not_left_unless_it_told_something_else() {
        let left = |second: Exchange| {
            let first = exchange("GET", "/v1.0/groups/3/owners", Json::Null, json!({"value": []}));
            let mut recorded = Recorded::of(vec![first, second]);
            asks(&mut recorded, &mut Bindings::default(), "GET", "/v1.0/groups/3/owners", Json::Null)
                .expect("an answer");
            recorded.left().count()
        };
        let again = exchange("GET", "/v1.0/groups/3/owners", Json::Null, json!({"value": []}));
        assert_eq!(left(again.clone()), 0);
        assert_eq!(left(Exchange { answer: json!({"value": [1]}), ..again.clone() }), 1);
        assert_eq!(left(Exchange { path: "/v1.0/groups/4/owners".into(), ..again.clone() }), 1);
        assert_eq!(left(Exchange { method: "DELETE".into(), ..again }), 1);
    }

    #[test]
    fn a_filter_is_the_same_however_its_quotes_are_doubled_and_whatever_day_it_is() {
        let recorded =
            "/v1.0/groups?$filter=displayName eq 'Name 1' and createdDateTime ge 2026-11-27T10:00:00Z&$top=5";
        let mut file = Recorded::of(vec![exchange("GET", recorded, Json::Null, json!(1))]);
        let mut known = Bindings::default();
        let other = recorded.replace("$top=5", "$top=6");
        assert_eq!(asks(&mut file, &mut known, "GET", &other, Json::Null), None);
        let asked = recorded.replace("Name 1", "O''Neil").replace("2026-11-27T10", "2027-01-01T11");
        assert_eq!(asks(&mut file, &mut known, "GET", &asked, Json::Null), Some(json!(1)));
        assert_eq!(known.said("Name 1"), "O'Neil");
    }
}
