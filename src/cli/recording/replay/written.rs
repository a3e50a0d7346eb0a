//! Which of the recorded writes have been asked for again, and what that says of a recorded read: it holds where the same writes
//! came before it as have come now.

use serde_json::Value as Json;

use crate::cli::recording::{bindings::Bindings, form::Exchange};

/// The writes that a read depends on: where each is in the file, and whether it has been asked for.
pub(super) struct Writes(Vec<(usize, bool)>);

impl Writes {
    /// Of what is at or below a path, in the words of whoever asks.
    pub(super) fn of(exchanges: &[Exchange], used: &[bool], known: &Bindings, path: &str) -> Writes {
        let each = exchanges.iter().zip(used).enumerate();
        let touching = each.filter(|(_, (exchange, _))| is_write(exchange) && touches(exchange, known, path));
        Writes(touching.map(|(at, (_, used))| (at, *used)).collect())
    }

    /// Whether what was read at this place of the file is so now.
    pub(super) fn allow(&self, read: usize) -> bool {
        self.differing(read).next().is_none()
    }

    /// The writes that came before that read and have not come now, or the other way round.
    pub(super) fn differing(&self, read: usize) -> impl Iterator<Item = usize> {
        self.0.iter().filter(move |(at, used)| (*at < read) != *used).map(|(at, _)| *at)
    }

    pub(super) fn used(&self) -> impl Iterator<Item = usize> {
        self.0.iter().filter(|(_, used)| *used).map(|(at, _)| *at)
    }

    pub(super) fn unused(&self) -> impl Iterator<Item = usize> {
        self.0.iter().filter(|(_, used)| !*used).map(|(at, _)| *at)
    }
}

/// Some reads of Intune's are a POST: `retrieve...`, `get...`.
pub(super) fn is_read(method: &str, path: &str) -> bool {
    let action = path.rsplit('/').next().unwrap_or_default();
    method == "GET" || (method == "POST" && (action.starts_with("retrieve") || action.starts_with("get")))
}

fn is_write(exchange: &Exchange) -> bool {
    exchange.status < 400 && !is_read(&exchange.method, &exchange.path)
}

/// The object that it made in a collection.
pub(super) fn made(exchange: &Exchange) -> Option<&str> {
    (exchange.method == "POST" && exchange.status < 400).then(|| exchange.answer["id"].as_str()).flatten()
}

fn touches(write: &Exchange, known: &Bindings, path: &str) -> bool {
    let written = known.said(&write.path);
    let (written, path) = (without_version(&written), without_version(path));
    if is_below(written, path) {
        return true;
    }
    match (is_below(path, written), made(write)) {
        // An object that was made there is another than those that stand beside it.
        (true, Some(id)) => {
            let id = known.said(id);
            path[written.len()..].split('/').any(|segment| segment.eq_ignore_ascii_case(&id))
        }
        (is_below, None) => is_below,
        (false, Some(_)) => false,
    }
}

/// Both versions have the same objects.
pub(super) fn without_version(path: &str) -> &str {
    path.strip_prefix("/v1.0").or_else(|| path.strip_prefix("/beta")).unwrap_or(path)
}

/// At a path, or below it.
pub(super) fn is_below(path: &str, above: &str) -> bool {
    let head = path.get(..above.len()).filter(|head| head.eq_ignore_ascii_case(above));
    head.is_some() && matches!(path.as_bytes().get(above.len()), None | Some(b'/'))
}

/// The id of the object of a collection that a write is of.
pub(super) fn object_of(write: &Exchange, known: &Bindings, collection: &str) -> Option<String> {
    let written = known.said(&write.path);
    let below = without_version(&written).get(without_version(collection).len()..)?.trim_start_matches('/');
    match below.split('/').next().unwrap_or_default() {
        "" => made(write).map(|id| known.said(id)),
        id => Some(id.to_owned()),
    }
}

/// The properties of an object that only its own read shows, as Intune's lists leave out what is long: each has been told by a
/// read of one, and by no row of a list.
pub(super) fn only_alone(ones: &[&Json], rows: &[&Json]) -> Vec<String> {
    let told = ones.iter().filter_map(|one| one.as_object()).flatten();
    let told = told.filter(|(_, value)| !value.is_null()).map(|(name, _)| name);
    let mut names: Vec<_> = told.filter(|name| rows.iter().all(|row| row[name.as_str()].is_null())).cloned().collect();
    names.retain(|name| !name.starts_with("@odata."));
    names.sort();
    names.dedup();
    names
}
