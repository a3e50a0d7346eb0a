//! Finds out that objects that the run has made are others of the file than was taken so far.
//!
//! Objects that differ in nothing but texts, as `count` makes them, cannot be told apart when they are made: the first that comes
//! is taken for the first of the file. What is asked for later may show that it is another one, by what refers to it. Then the
//! requests that are touched by that are assigned anew, so that each of them still is one of the file and would be told what it
//! was told, dates aside. A search: the request that fits the fewest ones of the file goes first, and those that change least.

use std::{
    borrow::Cow,
    cell::{Cell, OnceCell},
    cmp::Reverse,
    collections::BTreeMap,
};

use serde_json::{Map, Value as Json};

use super::{
    composed::{self, Known},
    found::{Recorded, fits},
    told::{By, Call, Told},
    written::{is_read, made},
};
use crate::cli::recording::{
    bindings::{Bindings, Pairs},
    comparison::{Choices, New},
};

/// How often ways are looked for until the search is given up: a second or two.
const PATIENCE: usize = 30_000;
/// What the end of a search costs of that: all that was read is held against the file.
const END: usize = 50;
/// Ways to compare a request with a recorded one: lists have any order.
const TRIES: usize = 50;

/// What is so instead.
pub(super) struct Rebound {
    pub(super) bindings: Bindings,
    /// The request that was asked for.
    pub(super) at: usize,
    /// What told each thing of the history.
    pub(super) by: Vec<By>,
}

/// A recorded request that it may be, and what its placeholders are then.
struct Way {
    at: usize,
    pairs: Pairs,
}

/// All ways in which something may be a recorded request. None where they are too many to list: then it is loose, and decided
/// piece by piece.
struct Candidate {
    at: usize,
    ways: Option<Vec<Pairs>>,
}

/// What has been decided at one point of the search.
struct Decided<'a> {
    /// Where in the file each is that was placed; behind the history stands what is asked for now.
    placed: &'a BTreeMap<usize, usize>,
    pairs: &'a Pairs,
    /// That alone.
    known: Bindings,
    /// And all else as it is now.
    then: Bindings,
}

struct Search<'a> {
    recorded: &'a Recorded,
    call: &'a Call,
    now: &'a Bindings,
    fixed: Bindings,
    patience: Cell<usize>,
    candidates: Vec<OnceCell<Vec<Candidate>>>,
    /// How often each was found to have no place.
    failures: Vec<Cell<usize>>,
}

/// What makes the call one of the file.
pub(super) fn rebound(recorded: &Recorded, call: &Call, now: &Bindings) -> Option<Rebound> {
    let asked = recorded.history.len();
    let search = Search {
        recorded,
        call,
        now,
        fixed: now.fixed(),
        patience: Cell::new(PATIENCE),
        candidates: (0..=asked).map(|_| OnceCell::new()).collect(),
        failures: (0..=asked).map(|_| Cell::new(0)).collect(),
    };
    let ways = search.ways(asked, &search.decided(&BTreeMap::new(), &Pairs::new()));
    search.place(asked, ways, &mut BTreeMap::new(), &Pairs::new())
}

impl Search<'_> {
    fn decided<'b>(&self, placed: &'b BTreeMap<usize, usize>, pairs: &'b Pairs) -> Decided<'b> {
        Decided { placed, pairs, known: self.fixed.with(pairs), then: self.now.with(pairs) }
    }

    fn has_patience(&self, cost: usize) -> bool {
        let left = self.patience.get().checked_sub(cost);
        self.patience.set(left.unwrap_or_default());
        left.is_some()
    }

    fn told(&self, which: usize) -> Option<&Told> {
        self.recorded.history.get(which)
    }

    /// Tries each way of one request, and then places what is touched by it.
    fn place(
        &self,
        which: usize,
        ways: Vec<Way>,
        placed: &mut BTreeMap<usize, usize>,
        pairs: &Pairs,
    ) -> Option<Rebound> {
        ways.into_iter().find_map(|way| {
            let before = placed.insert(which, way.at);
            let rebound = self.go_on(placed, &[pairs.as_slice(), &way.pairs].concat());
            match before {
                Some(at) => placed.insert(which, at),
                None => placed.remove(&which),
            };
            rebound
        })
    }

    fn go_on(&self, placed: &mut BTreeMap<usize, usize>, pairs: &Pairs) -> Option<Rebound> {
        let decided = self.decided(placed, pairs);
        let mut left: Vec<usize> = (0..self.failures.len()).filter(|which| self.is_left(*which, &decided)).collect();
        left.sort_by_key(|which| Reverse(self.failures[*which].get()));
        let mut next: Option<(usize, Vec<Way>)> = None;
        for which in left {
            let ways = self.ways(which, &decided);
            let failures = &self.failures[which];
            if ways.is_empty() {
                failures.set(failures.get() + 1);
                return None;
            }
            let weight = |which: usize| 1 + self.failures[which].get();
            if next.as_ref().is_none_or(|(best, fewest)| ways.len() * weight(*best) < fewest.len() * weight(which)) {
                next = Some((which, ways));
            }
        }
        match next {
            Some((which, ways)) => self.place(which, ways, placed, pairs),
            None => self.end(&decided),
        }
    }

    /// Whether it has no place, or none any more.
    fn is_left(&self, which: usize, decided: &Decided<'_>) -> bool {
        match (decided.placed.get(&which), self.told(which)) {
            (Some(at), _) => {
                let mut candidates = self.candidates[which].get().into_iter().flatten();
                let is_loose = candidates.any(|candidate| candidate.at == *at && candidate.ways.is_none());
                is_loose && !self.is_it(which, *at, &decided.then, &mut New::default())
            }
            (None, told) => told.is_some_and(|told| told.has_place() && self.is_touched(told, decided)),
        }
    }

    /// Whether it was told by something that stands for another then.
    fn is_touched(&self, told: &Told, decided: &Decided<'_>) -> bool {
        told.by.places().any(|at| {
            let mut placeholders = self.recorded.placeholders(at).iter();
            placeholders.any(|each| self.now.word(each) != decided.then.word(each))
                || (told.is_write() && decided.placed.values().any(|other| *other == at))
        })
    }

    /// The recorded requests that one may be. First those that no other one is, and that change least.
    fn ways(&self, which: usize, decided: &Decided<'_>) -> Vec<Way> {
        if !self.has_patience(1) {
            return Vec::new();
        }
        let call = self.told(which).map_or(self.call, |told| &told.call);
        let is_write = !is_read(&call.method, &call.path);
        let mut ways = Vec::new();
        for Candidate { at, ways: all } in self.candidates[which].get_or_init(|| self.candidates(which)) {
            if is_write && decided.placed.iter().any(|(other, place)| place == at && *other != which) {
                continue;
            }
            let is_occupied = is_write && self.is_occupied(*at, which, decided);
            let fitting = match all {
                Some(all) => all.iter().filter_map(|pairs| decided.known.beside(pairs)).collect(),
                None => self.next_ways(which, *at, decided),
            };
            for pairs in fitting {
                let changes: usize = pairs.iter().map(|(each, value)| self.cost(each, value, decided)).sum();
                ways.push((is_occupied, changes, Way { at: *at, pairs }));
            }
        }
        ways.sort_by_key(|(is_occupied, changes, _)| (*is_occupied, *changes));
        ways.into_iter().map(|(_, _, way)| way).collect()
    }

    /// How much it changes what a placeholder stands for.
    fn cost(&self, placeholder: &str, value: &str, decided: &Decided<'_>) -> usize {
        let is_changed = self.now.word(placeholder) != value;
        // Something else has to give way.
        let is_in_the_way = decided.then.value(placeholder).is_some_and(|other| other != value);
        usize::from(is_changed) + 2 * usize::from(is_in_the_way)
    }

    fn is_occupied(&self, at: usize, by_other_than: usize, decided: &Decided<'_>) -> bool {
        let mut others = self.recorded.history.iter().enumerate();
        others.any(|(which, told)| {
            which != by_other_than
                && !decided.placed.contains_key(&which)
                && told.has_place()
                && told.by.places().any(|other| other == at)
        })
    }

    fn candidates(&self, which: usize) -> Vec<Candidate> {
        let own = self.told(which).and_then(|told| told.by.places().next());
        let exchanges = &self.recorded.exchanges;
        let is_alike = |at: &usize| {
            own.is_none_or(|own| {
                let (one, other) = (&exchanges[own], &exchanges[*at]);
                (&one.method, one.status, &self.recorded.routes[own])
                    == (&other.method, other.status, &self.recorded.routes[*at])
            })
        };
        let candidate = |at: usize| {
            let mut ways = Vec::new();
            let mut choices = Some(Choices::default());
            for _ in 0..TRIES {
                let Some(each) = choices.take() else {
                    return (!ways.is_empty()).then_some(Candidate { at, ways: Some(ways) });
                };
                let mut new = New { choices: Some(each), ..New::default() };
                if self.is_it(which, at, &self.fixed, &mut new) {
                    ways.push(new.pairs);
                }
                choices = match new.choices {
                    Some(choices) if !choices.are_cut => choices.after(),
                    _ => break,
                };
            }
            Some(Candidate { at, ways: None })
        };
        (0..exchanges.len()).filter(is_alike).filter_map(candidate).collect()
    }

    /// Whether something may be a recorded request, and would be told the same. The numbers that the service gives to what is
    /// made, such as the priority of a page, count what was made before it: in another order they are others.
    fn is_it(&self, which: usize, at: usize, known: &Bindings, new: &mut New) -> bool {
        let exchange = &self.recorded.exchanges[at];
        let Some(told) = self.told(which) else { return fits(exchange, self.call, known, new) };
        let [then, now] = [&exchange.answer, &told.answer].map(|answer| match made(exchange) {
            Some(_) => Cow::Owned(without_numbers(answer)),
            None => Cow::Borrowed(answer),
        });
        fits(exchange, &told.call, known, new) && known.json(&then, &now, new)
    }

    /// The ways in which something loose may be a recorded request, up to one element of a list that is not so now.
    fn next_ways(&self, which: usize, at: usize, decided: &Decided<'_>) -> Vec<Pairs> {
        let mut ways = Vec::new();
        let mut choices = Some(Choices::beside(&decided.then));
        for _ in 0..TRIES {
            let Some(each) = choices.take() else { break };
            let mut new = New { choices: Some(each), ..New::default() };
            let is_more = decided.placed.get(&which) != Some(&at);
            if self.is_it(which, at, &decided.known, &mut new) && (is_more || !new.pairs.is_empty()) {
                ways.push(new.pairs);
            }
            choices = new.choices.and_then(Choices::after);
        }
        ways
    }

    /// The end of the search, unless something that was read could not have been told so.
    fn end(&self, decided: &Decided<'_>) -> Option<Rebound> {
        if !self.has_patience(END) {
            return None;
        }
        let by = self.recorded.history.iter().enumerate().map(|(which, told)| match decided.placed.get(&which) {
            Some(at) => Some(By::Itself { at: *at, binds: true }),
            None if told.has_place() || !self.is_touched(told, decided) => Some(told.by.clone()),
            None => self.told_by(told, &decided.then),
        });
        let by = by.collect::<Option<Vec<_>>>()?;
        let at = *decided.placed.get(&self.recorded.history.len())?;
        Some(Rebound { bindings: self.now.with(decided.pairs), at, by })
    }

    /// What a read could have been told by, sooner or later.
    fn told_by(&self, told: &Told, bindings: &Bindings) -> Option<By> {
        if !told.tells_of_objects() {
            return Some(told.by.clone());
        }
        let exchanges = &self.recorded.exchanges;
        let is_it = |at: &usize| {
            let (exchange, mut new) = (&exchanges[*at], New::default());
            exchange.status == told.status
                && fits(exchange, &told.call, bindings, &mut new)
                && bindings.json(&exchange.answer, &told.answer, &mut new)
        };
        if let Some(at) = (0..exchanges.len()).find(is_it) {
            return Some(By::Itself { at, binds: false });
        }
        let known = Known { exchanges, used: &[], bindings };
        composed::places(known, &told.call.path, &told.call.query, &told.answer).map(By::Parts)
    }
}

fn without_numbers(answer: &Json) -> Json {
    match answer {
        Json::Number(_) => Json::Null,
        Json::Array(items) => items.iter().map(without_numbers).collect(),
        Json::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), without_numbers(value))).collect::<Map<_, _>>().into()
        }
        Json::Null | Json::Bool(_) | Json::String(_) => answer.clone(),
    }
}
