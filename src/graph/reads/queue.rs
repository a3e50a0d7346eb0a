//! Who waits for which read, what goes out together, and what has come of it: a state that no clock and no request is
//! needed for. Its law: nobody is told what was asked for before he came, unless by a list that nothing was written since
//! and that is not too old; and nobody is told that something is not there but by the object's own path.

use crate::graph::error::Error;
use crate::graph::reads::flight::{self, Flight, IN_ONE, Item, Request};
use crate::graph::reads::list::List;
use crate::graph::reads::read::{Lane, Read, lane};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// A request that takes longer holds nobody up.
const IS_LATE: Duration = Duration::from_secs(2);

/// How somebody's object is asked for next. Each step is narrower than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// By a filter, a list or its path, as is cheapest.
    Any,
    /// By its own path.
    ByPath,
    /// By its own path in a request of its own.
    Alone,
}

/// Somebody who waits.
#[derive(Debug)]
pub(super) struct Waiting<T> {
    pub(super) to: T,
    pub(super) read: Read,
    pub(super) lane: Lane,
    pub(super) deadline: Option<Instant>,
    pub(super) how: How,
    /// Attempts so far.
    pub(super) number: u32,
    pub(super) not_before: Instant,
    pub(super) flight: Option<u64>,
    /// What the last attempt came to.
    pub(super) last: String,
}

/// Somebody's read has come to its end.
pub(crate) type Told<T> = (T, Result<Json, Error>);

/// What is to be done now.
#[derive(Debug)]
pub(crate) struct Steps<T> {
    pub(crate) told: Vec<Told<T>>,
    pub(crate) requests: Vec<Request>,
    /// When to look again, if nothing happens before.
    pub(crate) again_at: Option<Instant>,
}

/// What is under way in a lane.
#[derive(Debug, Default)]
pub(super) struct Way {
    under_way: usize,
    since: Option<Instant>,
    /// Whether those that were answered are given a moment to come back.
    pub(super) gathers: bool,
    /// How many have come.
    came: u64,
}

/// See the module. `T` is to whom an answer goes.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    last: u64,
    pub(super) waiting: BTreeMap<u64, Waiting<T>>,
    flights: HashMap<u64, Flight>,
    pub(super) lists: HashMap<String, List>,
    pub(super) lanes: HashMap<Lane, Way>,
    /// When somebody will look again.
    looks_at: Option<Instant>,
    /// How many writes of ours have ended.
    writes: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Queue<T> {
        Queue {
            last: 0,
            waiting: BTreeMap::new(),
            flights: HashMap::new(),
            lists: HashMap::new(),
            lanes: HashMap::new(),
            looks_at: None,
            writes: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Somebody comes, and gets a ticket.
    pub(crate) fn comes(&mut self, read: Read, to: T, deadline: Option<Instant>, now: Instant) -> u64 {
        let lane = lane(&read.path);
        self.lanes.entry(lane.clone()).or_default().came += 1;
        self.last += 1;
        let how = if read.of.is_some() { How::Any } else { How::ByPath };
        let (number, flight, last) = (0, None, String::new());
        self.waiting
            .insert(self.last, Waiting { to, read, lane, deadline, how, number, not_before: now, flight, last });
        self.last
    }

    /// Somebody goes, and hears what his last attempt came to. What only he waited for is given up.
    pub(crate) fn goes(&mut self, ticket: u64) -> Option<String> {
        let gone = self.waiting.remove(&ticket)?;
        if let Some(flight) = gone.flight
            && !self.waiting.values().any(|other| other.flight == Some(flight))
            && let Some(flight) = self.land(flight)
        {
            flight.items.iter().for_each(|item| self.takes_size(item, None));
            flight.cancel.cancel();
        }
        Some(gone.last)
    }

    /// A write of ours has ended: what was asked for before answers nobody who comes from now on.
    pub(crate) fn wrote(&mut self) {
        self.lists.clear();
        self.writes += 1;
    }

    /// How many writes of ours have ended.
    pub(crate) fn writes(&self) -> u64 {
        self.writes
    }

    /// How many have come to a lane.
    pub(crate) fn came(&self, lane: &Lane) -> u64 {
        self.lanes.get(lane).map_or(0, |way| way.came)
    }

    /// Those that were given a moment to come back have had it.
    pub(crate) fn gathered(&mut self, lane: &Lane) {
        if let Some(way) = self.lanes.get_mut(lane) {
            way.gathers = false;
        }
    }

    /// What is to be done now.
    pub(crate) fn next(&mut self, now: Instant) -> Steps<T> {
        self.lists.retain(|_, list| !list.is_over(now));
        let mut steps = Steps { told: Vec::new(), requests: Vec::new(), again_at: None };
        let mut ready: BTreeMap<Lane, Vec<u64>> = BTreeMap::new();
        let idle: Vec<u64> = self.waiting.iter().filter(|(_, one)| one.flight.is_none()).map(|(one, _)| *one).collect();
        for ticket in idle {
            match self.by_list(ticket, now) {
                ByList::Shown(json) => {
                    let gone = self.waiting.remove(&ticket);
                    steps.told.extend(gone.map(|gone| (gone.to, Ok(json))));
                    continue;
                }
                ByList::Comes(page) => {
                    steps.requests.extend(page);
                    continue;
                }
                ByList::Not => {}
            }
            let Some(one) = self.waiting.get(&ticket) else { continue };
            if one.not_before > now {
                continue;
            }
            if one.how == How::Alone {
                let path = one.read.path.clone();
                steps.requests.push(self.fly(None, vec![(Item::One(vec![ticket]), path)]));
            } else if !self.is_busy(&one.lane, now) {
                ready.entry(one.lane.clone()).or_default().push(ticket);
            }
        }
        for (lane, tickets) in ready {
            self.lanes.entry(lane.clone()).or_default().since = Some(now);
            let items = flight::items(tickets.iter().filter_map(|ticket| {
                let one = self.waiting.get(ticket)?;
                let list = one.read.of.as_ref().filter(|of| one.how == How::Any && of.fits_a_filter());
                let most = list.and_then(|of| self.lists.get(&of.key())).map_or(0, |list| list.ids);
                Some((*ticket, &one.read, most))
            }));
            steps.requests.extend(self.pack(&lane, items));
        }
        steps.again_at = self.again_at(now);
        steps
    }

    /// What the list of his collection does for somebody.
    fn by_list(&mut self, ticket: u64, now: Instant) -> ByList {
        let Some(one) = self.waiting.get_mut(&ticket) else { return ByList::Not };
        let (How::Any, Some(of)) = (one.how, &one.read.of) else { return ByList::Not };
        let key = of.key();
        let list = self.lists.entry(key.clone()).or_insert_with(|| List::new(&of.collection, &of.query));
        if let Some(json) = list.shows(&of.id, now) {
            return ByList::Shown(json);
        }
        if list.has_ended() {
            one.how = How::ByPath;
        }
        if list.comes(now) {
            return ByList::Comes(None);
        }
        let may_ask = one.not_before <= now;
        let Some(path) = list.wanted_page().filter(|_| may_ask).map(str::to_owned) else { return ByList::Not };
        list.awaits(self.last + 1, now);
        ByList::Comes(Some(self.fly(None, vec![(Item::Page(key), path)])))
    }

    /// The requests for these; the size of a collection goes along where there is room.
    fn pack(&mut self, lane: &Lane, mut items: Vec<(Item, String)>) -> Vec<Request> {
        let mut requests = Vec::new();
        while !items.is_empty() {
            let rest = items.split_off(items.len().min(IN_ONE));
            let collections = self.collections(&items);
            for key in &collections {
                let Some(list) = self.lists.get_mut(key) else { continue };
                if list.wants_size() && items.len() < IN_ONE {
                    list.awaits_size();
                    let path = format!("{}/$count", key.trim_end_matches('?'));
                    items.push((Item::Size(key.clone()), path));
                }
                list.spent += 1;
            }
            requests.push(self.fly(Some(lane.clone()), items));
            items = rest;
        }
        requests
    }

    /// The collections that parts of a request ask for.
    fn collections(&self, items: &[(Item, String)]) -> Vec<String> {
        let asked = items.iter().filter_map(|(item, _)| match item {
            Item::One(tickets) => tickets.first(),
            Item::Some(ids) => ids.values().next()?.first(),
            Item::Size(_) | Item::Page(_) => None,
        });
        let mut keys: Vec<_> =
            asked.filter_map(|ticket| Some(self.waiting.get(ticket)?.read.of.as_ref()?.key())).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    fn fly(&mut self, lane: Option<Lane>, items: Vec<(Item, String)>) -> Request {
        self.last += 1;
        let (items, paths): (Vec<_>, Vec<_>) = items.into_iter().unzip();
        for ticket in items.iter().flat_map(Item::tickets) {
            if let Some(one) = self.waiting.get_mut(&ticket) {
                one.flight = Some(self.last);
                one.number += 1;
            }
        }
        if let Some(way) = lane.as_ref().and_then(|lane| self.lanes.get_mut(lane)) {
            way.under_way += 1;
        }
        let cancel = CancellationToken::new();
        self.flights.insert(self.last, Flight { lane, items, cancel: cancel.clone() });
        Request { flight: self.last, paths, cancel }
    }

    /// A request is no longer under way.
    pub(super) fn land(&mut self, flight: u64) -> Option<Flight> {
        let landed = self.flights.remove(&flight)?;
        if let Some(way) = landed.lane.as_ref().and_then(|lane| self.lanes.get_mut(lane)) {
            way.under_way -= 1;
        }
        Some(landed)
    }

    fn is_busy(&self, lane: &Lane, now: Instant) -> bool {
        self.lanes.get(lane).is_some_and(|way| {
            way.gathers || (way.under_way > 0 && way.since.is_some_and(|since| now.duration_since(since) < IS_LATE))
        })
    }

    fn again_at(&mut self, now: Instant) -> Option<Instant> {
        let idle = || self.waiting.values().filter(|one| one.flight.is_none());
        idle().next()?;
        let throttled = idle().map(|one| one.not_before);
        let late = self.lanes.values().filter(|way| way.under_way > 0).filter_map(|way| Some(way.since? + IS_LATE));
        let lists = self.lists.values().filter_map(List::late_at);
        let at = throttled.chain(late).chain(lists).filter(|at| *at > now).min()?;
        let is_known = self.looks_at.is_some_and(|looks_at| now < looks_at && looks_at <= at);
        self.looks_at = if is_known { self.looks_at } else { Some(at) };
        (!is_known).then_some(at)
    }
}

impl<T> Waiting<T> {
    pub(super) fn attempted(&self) -> Box<str> {
        format!("GET {}", self.read.path).into()
    }
}

enum ByList {
    Shown(Json),
    /// A page is on its way, or to be asked for by this.
    Comes(Option<Request>),
    Not,
}
