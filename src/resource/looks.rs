//! What a plan looks up in the tenant as it is now, to warn of what will hurt. It only reads, and what it may not read is
//! told once in a run. A process that has begun to apply looks nothing up: core plans there once more and drops what is
//! told, and what was just made may not be seen yet.

use std::sync::{Mutex, PoisonError};

use super::{Cx, InProcess};
use crate::graph::{self, Client};

const UNCHECKED: (&str, &str) = ("Plan Not Checked Everywhere", "This plan was not held against the tenant everywhere");

#[derive(Default)]
struct Looks {
    applies: bool,
    has_told: bool,
}

static LOOKS: InProcess<Mutex<Looks>> = InProcess::new();

fn with_looks<T>(graph: &Client, change: impl FnOnce(&mut Looks) -> T) -> T {
    change(&mut LOOKS.of(graph, "").lock().unwrap_or_else(PoisonError::into_inner))
}

/// From now on this process applies.
pub(super) fn applies(cx: &Cx) {
    if let Ok(graph) = cx.graph() {
        with_looks(&graph, |looks| looks.applies = true);
    }
}

/// The tenant, where there is one and this process does not apply.
pub fn allowed(cx: &Cx) -> Option<Client> {
    cx.graph().ok().filter(|graph| !with_looks(graph, |looks| looks.applies))
}

/// What was looked up; `None` where it could not be, which is told, and where this process has begun to apply meanwhile: a list
/// that was read beside its writes has some of what they make. `nouns` are what was read, `permission` is the least one that
/// this needs.
pub fn answered<T>(
    cx: &mut Cx,
    answer: Result<T, graph::Error>,
    nouns: &'static str,
    permission: &'static str,
) -> Option<T> {
    match answer {
        Ok(found) => allowed(cx).map(|_| found),
        Err(error) => {
            tell_why_not(cx, UNCHECKED, (nouns, permission), &error);
            None
        }
    }
}

/// Tells once in a run that there was too much to look at all of it.
pub fn only_some(cx: &mut Cx, what: &str) {
    let Ok(graph) = cx.graph() else { return };
    if !with_looks(&graph, |looks| std::mem::replace(&mut looks.has_told, true)) {
        cx.warn(UNCHECKED.0, format!("{}: {what}.", UNCHECKED.1));
    }
}

/// Once in a run, under a title and with the beginning of a sentence. That a permission is missing is what a 403 says, and
/// nothing else. A run that was stopped tells nothing.
pub(super) fn tell_why_not(
    cx: &mut Cx,
    (summary, unchecked): (&str, &str),
    (nouns, permission): (&str, &str),
    why: &graph::Error,
) {
    let Ok(graph) = cx.graph() else { return };
    if why.is_cancelled() || with_looks(&graph, |looks| std::mem::replace(&mut looks.has_told, true)) {
        return;
    }
    let reason = match why.status() {
        Some(403) => {
            format!("{nouns} cannot be read with these credentials. That needs the permission {permission}.")
        }
        _ => format!("{nouns} could not be read: {why}."),
    };
    cx.warn(summary, format!("{unchecked}: {reason}"));
}
