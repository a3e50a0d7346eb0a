//! Reads on their way to Graph and back. Requests are tasks of their own: whoever waits may leave, and the others go on.

use crate::graph::batch::{Call, packed, told, unpacked};
use crate::graph::client::{Client, Outgoing, Sent};
use crate::graph::encode::{segment, versioned};
use crate::graph::error::Error;
use crate::graph::judge::{attempted, judge};
use crate::graph::listed::parts;
use crate::graph::reads::flight::{Answer, Request};
use crate::graph::reads::read::{Lane, Of, Read};
use crate::graph::retry::{self, Kind};
use crate::graph::transport::Method;
use serde_json::Value as Json;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// Those that were answered together are waited for as long as one of them comes back within this, a little while in all.
const QUIET: Duration = Duration::from_millis(25);
const A_LITTLE_WHILE: Duration = Duration::from_millis(150);

impl Client {
    /// Reads one object, as [`Client::get`] does, in one request with what others read meanwhile. `path` holds version and
    /// query.
    pub async fn read(&self, path: &str) -> Result<Json, Error> {
        self.read_as(Read { path: path.to_owned(), of: None }).await
    }

    /// Reads one object of a collection whose list shows its objects whole: where many are read, the list is read once.
    /// `query` is what it is read with, such as `$expand=assignments`; may be empty.
    pub async fn read_listed(&self, collection: &str, id: &str, query: &str) -> Result<Json, Error> {
        let separator = if query.is_empty() { "" } else { "?" };
        let path = format!("{collection}/{}{separator}{query}", segment(id));
        let of = Of { collection: collection.to_owned(), id: id.to_lowercase(), query: query.to_owned() };
        self.read_as(Read { path, of: Some(of) }).await
    }

    /// Reads a small list, such as the settings of a policy: its first page goes out with what others read meanwhile.
    pub async fn read_list(&self, path: &str) -> Result<Vec<Json>, Error> {
        let no_list = || Error::Unexpected {
            attempted: attempted(&Method::GET, path),
            status: 200,
            message: "the answer is not a list".into(),
        };
        let (mut items, next) = parts(self.read(path).await?).ok_or_else(no_list)?;
        if let Some(next) = next {
            items.extend(self.list(&next).await?);
        }
        Ok(items)
    }

    async fn read_as(&self, read: Read) -> Result<Json, Error> {
        let stopped = format!("GET {}", read.path);
        let (to, answer) = oneshot::channel();
        let ticket = self.reads().comes(read, to, self.deadline(), Instant::now());
        let waiting = Ticket { client: self, ticket };
        // Not at once: what comes in the same moment goes out together.
        let client = self.unbound();
        tokio::spawn(async move { client.send_reads() });
        match self.until_stopped(answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => {
                Err(Error::Unexpected { attempted: stopped.into(), status: 0, message: "it was not answered".into() })
            }
            Err(stop) => Err(stop.error(&stopped, &waiting.leave(), false)),
        }
    }

    /// Tells what can be told, and sends what can be sent.
    fn send_reads(&self) {
        let steps = self.reads().next(Instant::now());
        for (to, answer) in steps.told {
            // Whoever left needs none.
            let _ = to.send(answer);
        }
        for request in steps.requests {
            tokio::spawn(self.clone().fly(request));
        }
        if let Some(at) = steps.again_at {
            let client = self.clone();
            tokio::spawn(async move {
                tokio::time::sleep_until(at).await;
                client.send_reads();
            });
        }
    }

    async fn fly(self, request: Request) {
        let answer = tokio::select! {
            () = request.cancel.cancelled() => return,
            answer = self.ask(&request.paths) => answer,
        };
        let (told, lane) = self.reads().answered(request.flight, answer, Instant::now(), retry::jitter());
        let (came, most) = (lane.as_ref().map_or(0, |lane| self.reads().came(lane)), told.len());
        for (to, answer) in told {
            let _ = to.send(answer);
        }
        if let Some(lane) = lane {
            self.gather(&lane, came + u64::try_from(most).unwrap_or(u64::MAX)).await;
            self.reads().gathered(&lane);
        }
        self.send_reads();
    }

    /// Waits until so many have come to a lane, or nobody comes any more.
    async fn gather(&self, lane: &Lane, most: u64) {
        let ends = Instant::now() + A_LITTLE_WHILE;
        let (mut came, mut quiet_since) = (0, Instant::now());
        loop {
            let now = Instant::now();
            let so_far = self.reads().came(lane);
            if so_far != came {
                (came, quiet_since) = (so_far, now);
            }
            if came >= most || now >= ends || now.duration_since(quiet_since) >= QUIET {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Sends one request once.
    async fn ask(&self, paths: &[String]) -> Answer {
        let [path] = paths else { return self.ask_many(paths).await };
        let outgoing = Outgoing::new(Method::GET, Kind::Read, path, None);
        Answer::Each(vec![Some(self.ask_once(&outgoing).await.and_then(|found| found.ok_or_else(|| is_empty(path))))])
    }

    async fn ask_many(&self, paths: &[String]) -> Answer {
        let Some(first) = paths.first() else { return Answer::Each(Vec::new()) };
        let (version, _) = versioned(first);
        let calls: Vec<_> = paths.iter().map(|path| Call::get(versioned(path).1)).collect();
        let body = packed(calls.iter().enumerate());
        let path = format!("/{version}/$batch");
        let outgoing = Outgoing {
            counts: u32::try_from(paths.len()).unwrap_or(u32::MAX),
            paced_as: first,
            ..Outgoing::new(Method::POST, Kind::Read, &path, Some(&body))
        };
        let mut answers = match self.ask_once(&outgoing).await {
            Ok(answer) => unpacked(answer.unwrap_or_default()),
            Err(error) => return Answer::Whole(error),
        };
        let each = calls.iter().zip(paths).enumerate().map(|(at, (call, path))| {
            let answer = answers.remove(&at.to_string())?;
            Some(told(version, call, answer).and_then(|found| found.ok_or_else(|| is_empty(path))))
        });
        Answer::Each(each.collect())
    }

    async fn ask_once(&self, outgoing: &Outgoing<'_>) -> Result<Option<Json>, Error> {
        let attempted = attempted(&outgoing.method, outgoing.path);
        match self.attempt(outgoing, &attempted, "").await? {
            Ok(answer) if answer.is_success() => answer.json(&attempted),
            failed => Err(self.refused(outgoing, &attempted, &failed)),
        }
    }

    /// The error that an attempt came to. What was throttled holds up whoever asks for the same.
    fn refused(&self, outgoing: &Outgoing<'_>, attempted: &str, failed: &Sent) -> Error {
        let (error, _) = judge(attempted, outgoing.kind, 1, failed);
        if let (Some(429), Some(wait)) = (error.status(), error.retry_after()) {
            self.hold(outgoing, wait);
        }
        error
    }
}

/// Somebody who waits.
struct Ticket<'a> {
    client: &'a Client,
    ticket: u64,
}

impl Ticket<'_> {
    /// Leaves, and hears what the last attempt came to.
    fn leave(&self) -> String {
        let left = self.client.reads().goes(self.ticket);
        if left.is_some()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let client = self.client.unbound();
            runtime.spawn(async move { client.send_reads() });
        }
        left.unwrap_or_default()
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}

fn is_empty(path: &str) -> Error {
    Error::Unexpected { attempted: attempted(&Method::GET, path), status: 200, message: "the answer is empty".into() }
}
