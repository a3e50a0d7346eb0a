//! What holds whatever comes, in whichever order: nobody is told anything older than he may be, everybody is told once, and
//! a list never costs more than was spent before it.

use super::flight::{Answer, Request};
use super::list::ANSWERS_FOR;
use super::queue::Queue;
use super::read::{Of, Read};
use crate::graph::error::Error;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

const OBJECTS: usize = 40;
const PAGE: usize = 15;
const COLLECTIONS: [(&str, &str); 3] = [
    ("/v1.0/groups", ""),
    ("/beta/deviceManagement/windowsAutopilotDeploymentProfiles", "$expand=assignments"),
    ("/beta/deviceManagement/deviceEnrollmentConfigurations", "$expand=assignments"),
];

#[derive(Debug, Clone, Copy)]
enum Step {
    /// Somebody comes for an object of a collection.
    Comes(usize, usize),
    /// Somebody of those that wait goes.
    Goes(usize),
    /// A write of ours ends.
    Wrote,
    /// An object comes to be, or goes: others write too.
    Turns(usize),
    /// So many seconds pass.
    Passes(u64),
    /// A request is answered as it should be.
    Answered(usize),
    /// A request comes to nothing, by this status.
    Fails(usize, u16),
    /// A part of a request is refused by this status.
    PartFails(usize, u16),
    /// A part of a batch is left out.
    PartMissing(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let status = || prop::sample::select(vec![400_u16, 403, 429, 500, 503]);
    prop::collection::vec(
        prop_oneof![
            12 => (0..COLLECTIONS.len(), 0..OBJECTS).prop_map(|(collection, object)| Step::Comes(collection, object)),
            1 => (0..9_usize).prop_map(Step::Goes),
            1 => Just(Step::Wrote),
            1 => (0..OBJECTS).prop_map(Step::Turns),
            2 => (0..20_u64).prop_map(Step::Passes),
            6 => (0..9_usize).prop_map(Step::Answered),
            1 => (0..9_usize, status()).prop_map(|(flight, status)| Step::Fails(flight, status)),
            1 => (0..9_usize, status()).prop_map(|(flight, status)| Step::PartFails(flight, status)),
            1 => (0..9_usize).prop_map(Step::PartMissing),
        ],
        1..300,
    )
}

/// Who came, and what he may be told.
#[derive(Debug)]
struct Reader {
    path: String,
    writes: u64,
    told: bool,
}

struct World {
    queue: Queue<usize>,
    now: Instant,
    /// Ours and others': each answer says after how many of them it is.
    writes: u64,
    /// When each was, and whether it was ours.
    written: Vec<(Instant, bool)>,
    is_there: [bool; OBJECTS],
    /// Requests that are under way, each with what the service would have answered when it was sent.
    flying: Vec<(Request, Vec<Json>)>,
    readers: BTreeMap<usize, Reader>,
    tickets: BTreeMap<usize, u64>,
    pages: usize,
    asked: usize,
}

fn id(object: usize) -> String {
    format!("00000000-0000-4000-8000-{object:012x}")
}

fn refused(status: u16) -> Error {
    Error::Refused {
        attempted: "POST /v1.0/$batch".into(),
        status,
        code: "".into(),
        message: "no".into(),
        request_id: None,
        activity_id: None,
        retry_after: Some(Duration::from_secs(2)),
    }
}

impl World {
    fn new() -> World {
        World {
            queue: Queue::default(),
            now: Instant::now(),
            writes: 0,
            written: Vec::new(),
            is_there: [true; OBJECTS],
            flying: Vec::new(),
            readers: BTreeMap::new(),
            tickets: BTreeMap::new(),
            pages: 0,
            asked: 0,
        }
    }

    /// What the service answers to a path now: null for nothing.
    fn serve(&self, path: &str) -> Json {
        let object = |object: usize| json!({"id": id(object), "writes": self.writes});
        let there = (0..OBJECTS).filter(|object| self.is_there[*object]);
        if path.ends_with("/$count") {
            return there.count().into();
        }
        if let Some((_, ids)) = path.split_once("$filter=") {
            let found: Vec<_> = there.filter(|object| ids.contains(&id(*object))).map(object).collect();
            return json!({ "value": found });
        }
        if let Some(object_id) = path.split(['/', '?']).find(|part| part.len() == 36) {
            return there.filter(|object| id(*object) == object_id).map(object).next().unwrap_or_default();
        }
        let (first, from) = path.split_once("&from=").map_or((path, 0), |(first, from)| (first, from.parse().unwrap()));
        let rows: Vec<_> = there.skip(from).take(PAGE + 1).map(object).collect();
        let mut page = json!({"value": rows[..rows.len().min(PAGE)]});
        if rows.len() > PAGE {
            page["@odata.nextLink"] = format!("{first}&from={}", from + PAGE).into();
        }
        page
    }

    fn writes(&mut self, is_ours: bool) {
        self.writes += 1;
        self.written.push((self.now, is_ours));
    }

    /// After how many writes the oldest answer is that somebody who comes now may be told: all of ours, and those of others
    /// that are older than a list may be.
    fn oldest(&self) -> u64 {
        let counts = |(at, is_ours): &(Instant, bool)| *is_ours || self.now.duration_since(*at) > ANSWERS_FOR;
        self.written.iter().rposition(counts).map_or(0, |at| u64::try_from(at).unwrap() + 1)
    }

    fn looks(&mut self) {
        let steps = self.queue.next(self.now);
        for (reader, answer) in steps.told {
            self.told(reader, answer);
        }
        for request in steps.requests {
            assert!(!request.paths.is_empty() && request.paths.len() <= 20, "{request:?}");
            assert!(request.paths.iter().all(|path| path.matches("00000000-").count() <= 15), "{request:?}");
            let is_page = |path: &String| !path.contains("00000000-") && !path.ends_with("/$count");
            self.pages += request.paths.iter().filter(|path| is_page(path)).count();
            self.asked += usize::from(!request.paths.iter().any(is_page));
            let answers = request.paths.iter().map(|path| self.serve(path)).collect();
            self.flying.push((request, answers));
        }
    }

    /// The law.
    fn told(&mut self, reader: usize, answer: Result<Json, Error>) {
        let reader = self.readers.get_mut(&reader).unwrap();
        assert!(!std::mem::replace(&mut reader.told, true), "told twice: {reader:?}");
        match answer {
            Ok(json) => {
                assert!(reader.path.contains(json["id"].as_str().unwrap()), "{reader:?} {json}");
                assert!(
                    json["writes"].as_u64().unwrap() >= reader.writes,
                    "older than a write of ours: {reader:?} {json}"
                );
            }
            Err(error) => {
                assert!(error.to_string().starts_with(&format!("GET {}", reader.path)), "{error} for {reader:?}");
            }
        }
    }

    fn lands(&mut self, flight: usize, answer: impl Fn(&Request, Vec<Option<Result<Json, Error>>>) -> Answer) {
        if self.flying.is_empty() {
            return;
        }
        let (request, answers) = self.flying.remove(flight % self.flying.len());
        let each = request.paths.iter().zip(answers).map(|(path, answer)| {
            Some(if answer.is_null() { Err(refused(404).of(format!("GET {path}").into())) } else { Ok(answer) })
        });
        let answer = answer(&request, each.collect());
        let (told, lane) = self.queue.answered(request.flight, answer, self.now, 0.5);
        if let Some(lane) = lane {
            self.queue.gathered(&lane);
        }
        for (reader, answer) in told {
            self.told(reader, answer);
        }
    }

    fn takes(&mut self, step: Step) {
        match step {
            Step::Comes(collection, object) => {
                let (collection, query) = COLLECTIONS[collection];
                let separator = if query.is_empty() { "" } else { "?" };
                let path = format!("{collection}/{}{separator}{query}", id(object));
                let of = Of { collection: collection.into(), id: id(object), query: query.into() };
                let number = self.readers.len();
                let read = Read { path: path.clone(), of: Some(of) };
                self.tickets.insert(number, self.queue.comes(read, number, None, self.now));
                self.readers.insert(number, Reader { path, writes: self.oldest(), told: false });
            }
            Step::Goes(which) => {
                let waiting: Vec<_> =
                    self.readers.iter().filter(|(_, reader)| !reader.told).map(|(who, _)| *who).collect();
                if let Some(who) = waiting.get(which) {
                    assert!(self.queue.goes(self.tickets[who]).is_some());
                    self.readers.get_mut(who).unwrap().told = true;
                    self.flying.retain(|(request, _)| !request.cancel.is_cancelled());
                }
            }
            Step::Wrote => {
                self.writes(true);
                self.queue.wrote();
                (self.pages, self.asked) = (0, self.asked + self.pages);
            }
            Step::Turns(object) => {
                self.is_there[object] = !self.is_there[object];
                self.writes(false);
            }
            Step::Passes(seconds) => self.now += Duration::from_secs(seconds),
            Step::Answered(flight) => self.lands(flight, |_, each| Answer::Each(each)),
            Step::Fails(flight, status) => self.lands(flight, |request, _| match request.paths.len() {
                1 => Answer::Each(vec![Some(Err(refused(status)))]),
                _ => Answer::Whole(refused(status)),
            }),
            Step::PartFails(flight, status) => self.lands(flight, |_, mut each| {
                each[0] = Some(Err(refused(status)));
                Answer::Each(each)
            }),
            Step::PartMissing(flight) => self.lands(flight, |_, mut each| {
                each.pop();
                each.push(None);
                Answer::Each(each)
            }),
        }
        self.looks();
    }

    /// Answers until nobody waits.
    fn ends(&mut self) {
        for _ in 0..10_000 {
            if self.readers.values().all(|reader| reader.told) {
                return;
            }
            self.takes(if self.flying.is_empty() { Step::Passes(1) } else { Step::Answered(0) });
        }
        panic!("some are never told: {:?}", self.queue);
    }
}

proptest! {
    #[test]
    fn a_read_is_never_older_than_allowed_and_everybody_is_told_once(steps in steps()) {
        let mut world = World::new();
        steps.into_iter().for_each(|step| world.takes(step));
        world.ends();
    }

    #[test]
    fn a_list_costs_no_more_than_was_spent_before_it(comes in prop::collection::vec((0..COLLECTIONS.len(), 0..OBJECTS), 1..200)) {
        let mut world = World::new();
        for (collection, object) in comes {
            world.takes(Step::Comes(collection, object));
            world.takes(Step::Answered(0));
            prop_assert!(world.pages <= world.asked, "{} pages, {} requests", world.pages, world.asked);
        }
    }
}
