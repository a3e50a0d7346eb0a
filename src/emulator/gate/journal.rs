//! What was asked: every request, counted by method, template of its path, and status; and what was made by it.

use std::collections::VecDeque;

use serde::Serialize;

use crate::emulator::call::{Answer, Content, Outcome};
use crate::emulator::clock::{Millis, intune_date};

/// Requests of one kind. `in_batch` counts items of a `$batch`, which the batch itself is counted beside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// `GET`, `POST`, ...
    pub method: String,
    /// The path with its ids replaced by `{id}`, version included, without the query.
    pub path: String,
    /// The answer's status; 0 where the connection was cut instead.
    pub status: u16,
    /// How many.
    pub count: u64,
    /// Whether these came inside a batch.
    pub in_batch: bool,
    /// Whether they were served and a fault kept the answer from the client.
    pub lost: bool,
}

/// One of the last requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Recent {
    at: String,
    method: String,
    path: String,
    status: u16,
    in_batch: bool,
    lost: bool,
    /// Who asked, in its own words, and the id that it gave the request.
    user_agent: Option<String>,
    client_request_id: Option<String>,
}

/// What is noted of a request.
pub(crate) struct Note<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    pub(crate) in_batch: bool,
    pub(crate) lost: bool,
    pub(crate) user_agent: Option<&'a str>,
    pub(crate) client_request_id: Option<&'a str>,
}

impl Recent {
    /// What one may search for.
    pub(crate) fn text(&self) -> String {
        format!("{} {} {}", self.method, self.path, self.status)
    }
}

/// An object that a POST has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Made {
    /// The template of the collection's path.
    pub path: String,
    /// Its id.
    pub id: String,
    /// Whether the client was answered; an answer that a fault has lost never came.
    pub answered: bool,
}

/// How many of the last requests are kept one by one.
const KEPT: usize = 500;

/// All of them, in the order in which each kind came first.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    pub(crate) requests: Vec<Request>,
    /// The last ones, the newest at the end.
    pub(crate) recent: VecDeque<Recent>,
    /// What POSTs have made, in their order.
    pub(crate) made: Vec<Made>,
}

impl Journal {
    pub(crate) fn clear(&mut self) {
        *self = Journal::default();
    }

    /// Notes what a request has made, if it has made something, and whether the client is told.
    pub(crate) fn note_made(&mut self, path: &str, outcome: &Outcome, answered: bool) {
        if let Ok(Answer { status: 201, content: Content::Json(object) }) = outcome
            && let Some(id) = object["id"].as_str()
        {
            self.made.push(Made { path: path.into(), id: id.into(), answered });
        }
    }

    pub(crate) fn note(&mut self, at: Millis, note: &Note<'_>) {
        let Note { method, path, status, in_batch, lost, user_agent, client_request_id } = *note;
        if self.recent.len() == KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back(Recent {
            at: intune_date(at),
            method: method.into(),
            path: path.into(),
            status,
            in_batch,
            lost,
            user_agent: user_agent.map(str::to_owned),
            client_request_id: client_request_id.map(str::to_owned),
        });
        let same = |each: &&mut Request| {
            (each.status, each.in_batch, each.lost) == (status, in_batch, lost)
                && each.method == method
                && each.path == path
        };
        if let Some(found) = self.requests.iter_mut().find(same) {
            found.count += 1;
            return;
        }
        self.requests.push(Request { method: method.into(), path: path.into(), status, count: 1, in_batch, lost });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_of_one_kind_are_counted_together() {
        let mut journal = Journal::default();
        for status in [200, 404, 200] {
            journal.note(
                0,
                &Note {
                    method: "GET",
                    path: "/v1.0/groups/{id}",
                    status,
                    in_batch: false,
                    lost: false,
                    user_agent: None,
                    client_request_id: None,
                },
            );
        }
        assert_eq!(
            journal.requests.iter().map(|each| (each.status, each.count)).collect::<Vec<_>>(),
            [(200, 2), (404, 1)]
        );
    }
}
