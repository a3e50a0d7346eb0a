//! Who waits for which read, what goes out together, and what has come of it: a state that no clock and no request is
//! needed for. Its law: nobody is told what was asked for before he came, unless by a list that nothing was written since
//! and that is not too old; and nobody is told that something is not there but by the object's own path.

use crate::graph::error::Error;
use crate::graph::listed::parts;
use crate::graph::pace::is_intune;
use crate::graph::reads::list::List;
use crate::graph::retry::{self, Decision, Kind};
use serde_json::Value as Json;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What one request holds at most.
const IN_ONE: usize = 20;
/// A request that takes longer holds nobody up.
const IS_LATE: Duration = Duration::from_secs(2);

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    /// The object's own path, version and query included.
    pub(crate) path: String,
    /// The collection that shows it whole, if one does.
    pub(crate) of: Option<Of>,
}

/// An object of a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Of {
    /// The collection's path.
    pub(crate) collection: String,
    /// The object's id in lower case.
    pub(crate) id: String,
    /// What the object is read with, such as `$expand=assignments`; may be empty.
    pub(crate) query: String,
}

impl Of {
    fn key(&self) -> String {
        format!("{}?{}", self.collection, self.query)
    }
}

/// Requests of one version to one service, of which one is under way at a time.
pub(crate) type Lane = (String, bool);

/// How somebody's object is asked for next. Each step is narrower than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// By a filter, a list or its path, as is cheapest.
    Any,
    /// By its own path.
    ByPath,
    /// By its own path in a request of its own.
    Alone,
}

#[derive(Debug)]
struct Waiting<T> {
    to: T,
    read: Read,
    lane: Lane,
    deadline: Option<Instant>,
    how: How,
    /// Attempts so far.
    number: u32,
    not_before: Instant,
    flight: Option<u64>,
    /// What the last attempt came to.
    last: String,
}

/// One part of a request.
#[derive(Debug)]
enum Item {
    /// An object by its path.
    One(Vec<u64>),
    /// Objects of a collection, by their ids.
    Some(BTreeMap<String, Vec<u64>>),
    /// How large the collection is.
    Size(String),
    /// A page of its list.
    Page(String),
}

#[derive(Debug)]
struct Flight {
    lane: Option<Lane>,
    items: Vec<Item>,
    cancel: CancellationToken,
}

/// A request that is to be sent now: a GET where it has one path, a batch of them otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) flight: u64,
    /// Paths with version and query.
    pub(crate) paths: Vec<String>,
    /// Nobody waits for it any more.
    pub(crate) cancel: CancellationToken,
}

/// What has become of a request.
#[derive(Debug)]
pub(crate) enum Answer {
    /// Of each of its paths, in their order; none where a batch left it out.
    Each(Vec<Option<Result<Json, Error>>>),
    /// A batch came to nothing as a whole.
    Whole(Error),
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

#[derive(Debug, Default)]
struct Way {
    under_way: usize,
    since: Option<Instant>,
    /// Whether those that were answered are given a moment to come back.
    gathers: bool,
    /// How many have come.
    came: u64,
}

/// See the module. `T` is to whom an answer goes.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    last: u64,
    waiting: BTreeMap<u64, Waiting<T>>,
    flights: HashMap<u64, Flight>,
    lists: HashMap<String, List>,
    lanes: HashMap<Lane, Way>,
    /// When somebody will look again.
    looks_at: Option<Instant>,
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
            let items = self.items(&lane, tickets);
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

    /// What those that are ready need: several ids of a collection together, and each path once.
    fn items(&self, lane: &Lane, tickets: Vec<u64>) -> Vec<(Item, String)> {
        let mut by_id: BTreeMap<String, BTreeMap<String, Vec<u64>>> = BTreeMap::new();
        let mut by_path: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for ticket in tickets {
            let Some(one) = self.waiting.get(&ticket) else { continue };
            let takes_ids = |of: &&Of| self.lists.get(&of.key()).is_some_and(|list| list.ids > 0) && is_guid(&of.id);
            match one.read.of.as_ref().filter(takes_ids).filter(|_| one.how == How::Any) {
                Some(of) => {
                    by_id.entry(of.collection.clone()).or_default().entry(of.id.clone()).or_default().push(ticket);
                }
                None => by_path.entry(one.read.path.clone()).or_default().push(ticket),
            }
        }
        let mut items = Vec::new();
        for (collection, ids) in by_id {
            let most = self.lists.get(&format!("{collection}?")).map_or(1, |list| list.ids).max(1);
            let mut ids: Vec<_> = ids.into_iter().collect();
            // One alone is asked for by its path, which also tells that it is not there.
            if ids.len() % most == 1
                && let Some((_, tickets)) = ids.pop()
                && let Some(one) = tickets.first().and_then(|ticket| self.waiting.get(ticket))
            {
                by_path.entry(one.read.path.clone()).or_default().extend(tickets);
            }
            for chunk in ids.chunks(most) {
                let list: Vec<_> = chunk.iter().map(|(id, _)| format!("'{id}'")).collect();
                let path = format!("{collection}?$filter=id%20in%20({})", list.join(","));
                items.push((Item::Some(chunk.iter().cloned().collect()), path));
            }
        }
        items.extend(by_path.into_iter().map(|(path, tickets)| (Item::One(tickets), path)));
        debug_assert!(items.iter().all(|(_, path)| self::lane(path) == *lane));
        items
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
        for ticket in items.iter().flat_map(tickets) {
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

    fn land(&mut self, flight: u64) -> Option<Flight> {
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

    /// Something has come of a request. Those that are told; and where several were, their lane, in which others are given a
    /// moment to come too, so that they do not go out one by one.
    pub(crate) fn answered(
        &mut self,
        flight: u64,
        answer: Answer,
        now: Instant,
        jitter: f64,
    ) -> (Vec<Told<T>>, Option<Lane>) {
        let Some(Flight { lane, items, .. }) = self.land(flight) else { return (Vec::new(), None) };
        let mut told = Vec::new();
        let each = match answer {
            Answer::Each(answers) => answers,
            Answer::Whole(error) => {
                for ticket in items.iter().flat_map(tickets) {
                    told.extend(self.fails(ticket, &error, Some(How::Alone), now, jitter));
                }
                items.iter().for_each(|item| self.takes_size(item, None));
                return (told, None);
            }
        };
        let each = each.into_iter().chain(std::iter::repeat_with(|| None));
        for (item, answer) in items.into_iter().zip(each) {
            self.takes_size(&item, answer.as_ref().and_then(|answer| answer.as_ref().ok()));
            match item {
                Item::Size(_) => {}
                Item::Page(key) => {
                    if let Some(list) = self.lists.get_mut(&key) {
                        list.takes(flight, answer.and_then(Result::ok), now);
                    }
                }
                Item::One(tickets) => told.extend(tickets.into_iter().filter_map(|ticket| match &answer {
                    Some(Ok(json)) => self.tell(ticket, Ok(json.clone())),
                    Some(Err(error)) => self.fails(ticket, error, None, now, jitter),
                    None => self.narrows(ticket, How::Alone),
                })),
                Item::Some(ids) => {
                    let found = match &answer {
                        Some(Ok(page)) => by_id(page.clone()),
                        _ => HashMap::new(),
                    };
                    let each = ids.iter().flat_map(|(id, tickets)| tickets.iter().map(move |ticket| (id, *ticket)));
                    told.extend(each.filter_map(|(id, ticket)| match (found.get(id), &answer) {
                        (Some(json), _) => self.tell(ticket, Ok(json.clone())),
                        (None, Some(Err(error))) => self.fails(ticket, error, Some(How::ByPath), now, jitter),
                        (None, _) => self.narrows(ticket, How::ByPath),
                    }));
                }
            }
        }
        let waits = |one: &Waiting<T>| one.flight.is_none() && Some(&one.lane) == lane.as_ref();
        let several = told.len() > 1 || self.waiting.values().any(waits);
        let lane = lane.filter(|_| several);
        if let Some(way) = lane.as_ref().and_then(|lane| self.lanes.get_mut(lane)) {
            way.gathers = true;
        }
        (told, lane)
    }

    /// The size of a collection, if that was asked for.
    fn takes_size(&mut self, item: &Item, size: Option<&Json>) {
        if let Item::Size(key) = item
            && let Some(list) = self.lists.get_mut(key)
        {
            list.has_size(size);
        }
    }

    fn tell(&mut self, ticket: u64, answer: Result<Json, Error>) -> Option<Told<T>> {
        Some((self.waiting.remove(&ticket)?.to, answer))
    }

    /// Somebody is asked for anew, more narrowly; without more ado, since the answer was none of his.
    fn narrows(&mut self, ticket: u64, how: How) -> Option<Told<T>> {
        let one = self.waiting.get_mut(&ticket)?;
        one.flight = None;
        // A batch that leaves out what stands alone in it leaves it out for good.
        if one.how == How::Alone {
            let attempted = one.attempted();
            return self.tell(
                ticket,
                Err(Error::Unexpected { attempted, status: 200, message: "it was not answered".into() }),
            );
        }
        one.how = how;
        None
    }

    /// Somebody's attempt has failed: he waits, or is told, or asks more narrowly where the answer was not to him alone.
    fn fails(
        &mut self,
        ticket: u64,
        error: &Error,
        narrower: Option<How>,
        now: Instant,
        jitter: f64,
    ) -> Option<Told<T>> {
        let one = self.waiting.get_mut(&ticket)?;
        let error = error.clone().of(one.attempted());
        if let Decision::Again(wait) = retry::decide_error(one.number, Kind::Read, &error, jitter)
            && one.deadline.is_none_or(|deadline| now + wait < deadline)
        {
            one.flight = None;
            one.not_before = now + wait;
            one.last = error.to_string();
            return None;
        }
        let is_refusal = matches!(error.status(), Some(status) if status < 500 && status != 429);
        match narrower.filter(|_| is_refusal) {
            Some(narrower) => self.narrows(ticket, narrower),
            None => self.tell(ticket, Err(error)),
        }
    }
}

impl<T> Waiting<T> {
    fn attempted(&self) -> Box<str> {
        format!("GET {}", self.read.path).into()
    }
}

enum ByList {
    Shown(Json),
    /// A page is on its way, or to be asked for by this.
    Comes(Option<Request>),
    Not,
}

fn tickets(item: &Item) -> Vec<u64> {
    match item {
        Item::One(tickets) => tickets.clone(),
        Item::Some(ids) => ids.values().flatten().copied().collect(),
        Item::Size(_) | Item::Page(_) => Vec::new(),
    }
}

/// The objects of a page by their ids in lower case.
fn by_id(page: Json) -> HashMap<String, Json> {
    let items = parts(page).map(|(items, _)| items).unwrap_or_default();
    items.into_iter().filter_map(|item| Some((item["id"].as_str()?.to_lowercase(), item))).collect()
}

/// Version and service of a path.
fn lane(path: &str) -> Lane {
    let version = path.split('/').nth(1).unwrap_or_default();
    (version.to_owned(), is_intune(path))
}

fn is_guid(id: &str) -> bool {
    id.len() == 36 && uuid::Uuid::try_parse(id).is_ok()
}
