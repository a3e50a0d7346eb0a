//! What comes of a request, for each who waits for a part of it.

use crate::graph::error::Error;
use crate::graph::listed::parts;
use crate::graph::reads::flight::{Answer, Flight, Item};
use crate::graph::reads::queue::{How, Queue, Told, Waiting};
use crate::graph::reads::read::Lane;
use crate::graph::retry::{self, Decision, Kind};
use serde_json::Value as Json;
use std::collections::HashMap;
use tokio::time::Instant;

impl<T> Queue<T> {
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
                for ticket in items.iter().flat_map(Item::tickets) {
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
    pub(super) fn takes_size(&mut self, item: &Item, size: Option<&Json>) {
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

/// The objects of a page by their ids in lower case.
fn by_id(page: Json) -> HashMap<String, Json> {
    let items = parts(page).map(|(items, _)| items).unwrap_or_default();
    items.into_iter().filter_map(|item| Some((item["id"].as_str()?.to_lowercase(), item))).collect()
}
