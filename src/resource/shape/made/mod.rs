//! Making an object so that it is made once: POST, looked up where its answer is not known, and sent again where it made
//! nothing.
//!
//! A gateway of Graph's may answer 502 or 504, or nothing, to a POST that did its work (Microsoft, "best practices for
//! working with Microsoft Graph"). What it made is looked for by what only it can have: a mark in its body, or else all
//! that was written and the time, or the ids that were not there before. An older namesake is none of ours, and neither is
//! what this process holds already: the siblings of a `count` are alike.

mod post;
mod shelf;
#[cfg(test)]
mod tests;
mod twin;

use std::time::Duration;

use serde_json::Value as Json;
use tokio::time::Instant;

pub use self::post::Post;
use self::shelf::Shelf;
use crate::{
    graph::{self, Client, Patience},
    resource::{Cx, Error, Result, Spec},
};

/// So often it is sent at most; and so often, where each answer was a plain 500: Intune says that for good too.
const SENDINGS: usize = 8;
const SENDINGS_AFTER_500: usize = 3;

/// What is still looked for after Ctrl-C, or when time is over.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// Makes it, and gives Graph's JSON of it.
pub(super) async fn send(cx: &Cx, post: &Post) -> Result<Json> {
    let (spec, graph) = (cx.spec(), cx.graph()?);
    let shelf = Shelf::of(&graph, spec.collection);
    // What is alike is made one after another: each then knows which one is not its own.
    let _alike = match &post.mark {
        Some(_) => None,
        None => Some(shelf.alone_with(&post.body).await),
    };
    let seeker = twin::Seeker::before(&spec, &graph, &shelf).await?;
    let (mut sendings, mut plain_500s) = (0, 0);
    loop {
        sendings += 1;
        let error = match graph.post(spec.collection, &post.body).await {
            Ok(Some(made)) => {
                shelf.hold(&made);
                return Ok(made);
            }
            Ok(None) => graph::Error::without_answer(spec.collection),
            Err(error) => error,
        };
        if !error.is_lost() {
            // What was sent before may have arrived late, and stand in the way now.
            let late = if sendings == 1 { None } else { seeker.look(post).await? };
            return late.ok_or_else(|| error.into());
        }
        plain_500s += usize::from(error.status() == Some(500));
        let until = looking_ends(&spec, &graph);
        let found = match look_until(&seeker, &graph, post, until).await {
            Err(Error::Graph(stop)) if stop.is_stop() => {
                let graph = graph.although_stopped(LAST_LOOK);
                let found = look_until(&seeker.by(&graph), &graph, post, Instant::now() + LAST_LOOK / 2).await;
                return found?.ok_or_else(|| error.into());
            }
            found => found?,
        };
        if let Some(found) = found {
            return Ok(found);
        }
        if error.is_stop() || sendings == SENDINGS || plain_500s == SENDINGS_AFTER_500 {
            return Err(error.into());
        }
    }
}

/// An object is gone, so its id is nobody's.
pub(super) fn let_go(graph: &Client, spec: &Spec, id: &str) {
    Shelf::of(graph, spec.collection).let_go(id);
}

/// Until when a POST that is not found may still have made something. Half of the time is left to send it again.
fn looking_ends(spec: &Spec, graph: &Client) -> Instant {
    let now = Instant::now();
    let left = graph.deadline().map_or(spec.seen_within, |deadline| deadline.saturating_duration_since(now) / 2);
    now + spec.seen_within.min(left)
}

async fn look_until(seeker: &twin::Seeker<'_>, graph: &Client, post: &Post, until: Instant) -> Result<Option<Json>> {
    let mut patience = Patience::default();
    loop {
        let found = seeker.look(post).await?;
        if found.is_some() || Instant::now() >= until {
            return Ok(found);
        }
        graph.pause(&mut patience, "looking for an object whose answer was lost", "").await?;
    }
}
