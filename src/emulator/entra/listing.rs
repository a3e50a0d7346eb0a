//! Lists of directory objects, whatever they are listed for: filtered, searched, sorted, counted, a page at a time.
//!
//! Facts: Graph's page on advanced queries. `$search`, most orders, and `$filter` beside `$orderby` are advanced: they
//! need `ConsistencyLevel: eventual` and, but for `$search`, `$count=true`. `$count=true` without the header is let pass
//! without a count, as the page says.

use serde_json::{Value, json};

use super::look::look;
use super::objects::DirectoryObject;
use super::queryable::{Sorts, holds_filter, holds_search, sorts};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;
use crate::emulator::odata::filter::{Comparison, Filter};
use crate::emulator::odata::order::{self, By};
use crate::emulator::odata::search::Search;
use crate::emulator::paging::{bad_token, position, token};
use crate::emulator::tenant::Tenant;

/// The directory's default and largest page.
const PAGE: usize = 100;
const LARGEST_PAGE: usize = 999;

type Rows<'a> = Box<dyn Iterator<Item = DirectoryObject<'a>> + 'a>;
type After<'a> = Box<dyn Fn(Option<&str>) -> Rows<'a> + 'a>;
type One<'a> = Box<dyn Fn(&str) -> Option<DirectoryObject<'a>> + 'a>;

/// Some directory objects, in the order of their ids.
pub(super) struct Objects<'a> {
    /// As `@odata.context` names them.
    pub(super) set: &'static str,
    /// The types they may have.
    pub(super) kinds: &'static [&'static str],
    /// Whether they are a collection of their own, rather than what an object is related to.
    pub(super) own: bool,
    /// Those after an id.
    pub(super) after: After<'a>,
    /// One of them.
    pub(super) one: One<'a>,
}

/// Which of them are wanted, and in which order.
struct Wanted {
    filter: Option<Filter>,
    search: Option<Search>,
    order: Vec<By>,
}

impl Wanted {
    fn has(&self, object: &DirectoryObject<'_>) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.matches(object))
            && self.search.as_ref().is_none_or(|search| search.matches(object))
    }
}

/// Whether the request has what advanced queries need.
fn is_advanced(call: &Call) -> bool {
    call.query.wants_count() && call.eventual
}

/// The one filter that direct relations take in any query: whether an object is among them
/// (microsoftgraph/msgraph-metadata, issue 185, shows it for members).
fn asks_for_one(call: &Call, filter: &Filter) -> bool {
    let of_id = matches!(filter, Filter::Compare(path, Comparison::Equal, _) if path == "id");
    of_id && !call.path.contains("/transitive")
}

fn wanted(call: &Call, objects: &Objects<'_>) -> Result<Wanted, Failure> {
    let advanced = is_advanced(call);
    let filter = call.query.filter()?;
    if let Some(filter) = &filter {
        holds_filter(filter, objects.kinds, call.version, advanced)?;
        if !objects.own && !advanced && !call.path.ends_with("$count") && !asks_for_one(call, filter) {
            return Err(Failure::unsupported_query(
                "The specified filter to the reference property query is currently not supported.",
            ));
        }
    }
    let search = search(call, objects.kinds)?;
    let order = call.query.get("$orderby").map(order::parse).transpose().map_err(Failure::unreadable)?;
    let order = order.unwrap_or_default();
    for by in &order {
        let free = match sorts(&by.property, objects.kinds)? {
            Sorts::Always => objects.own && filter.is_none(),
            Sorts::Advanced => false,
        };
        if !free && !advanced {
            return Err(Failure::unsupported_query("Sorting not supported for current query."));
        }
    }
    Ok(Wanted { filter, search, order })
}

fn search(call: &Call, kinds: &[&str]) -> Result<Option<Search>, Failure> {
    let Some(text) = call.query.get("$search") else { return Ok(None) };
    if !call.eventual {
        return Err(Failure::unsupported_query(
            "Request with $search query parameter only works through MSGraph with a special request header: \
             'ConsistencyLevel: eventual'",
        ));
    }
    let search = Search::parse(text).map_err(Failure::unreadable)?;
    holds_search(&search, kinds)?;
    Ok(Some(search))
}

/// Where a page begins: behind an id, or at a place in an order.
enum From {
    Id(Option<String>),
    Place(usize),
}

/// A list of them.
pub(super) fn list(tenant: &Tenant, call: &Call, objects: &Objects<'_>) -> Outcome {
    let size = call.query.top(LARGEST_PAGE)?.unwrap_or(PAGE);
    let wanted = wanted(call, objects)?;
    let look = look(call, objects.kinds)?;
    if look.expands() && call.eventual && (wanted.search.is_some() || call.query.wants_count()) {
        return Err(Failure::unsupported_query("The query option '$expand' is not supported with advanced queries."));
    }
    let from = match position(call)? {
        Some(place) if !wanted.order.is_empty() => From::Place(place.parse().map_err(|_| bad_token())?),
        None if !wanted.order.is_empty() => From::Place(0),
        id => From::Id(id),
    };
    let (rows, count, next) = match from {
        From::Id(from) => by_id(objects, &wanted, from.as_deref(), size, is_advanced(call)),
        From::Place(from) => in_order(objects, &wanted, from, size),
    };
    let mut body = Object::new();
    body.insert("@odata.context".into(), Value::from(look.context(call, objects.set)));
    if is_advanced(call) && call.query.get("$skiptoken").is_none() {
        body.insert("@odata.count".into(), json!(count));
    }
    if let Some(next) = next {
        body.insert("@odata.nextLink".into(), Value::from(call.next_link(&token(&next))));
    }
    let tagged = objects.kinds.len() > 1;
    let shown = rows.into_iter().map(|row| look.shown(tenant, call, row, tagged));
    body.insert("value".into(), shown.collect());
    Ok(Answer::json(200, Value::Object(body)))
}

type Page<'a> = (Vec<DirectoryObject<'a>>, usize, Option<String>);

/// A page behind an id, how many there are if that is asked for and the page is the first, and behind what the next
/// page begins.
fn by_id<'a>(objects: &Objects<'a>, wanted: &Wanted, from: Option<&str>, size: usize, counts: bool) -> Page<'a> {
    let mut rows = matching(objects, wanted, from);
    let page: Vec<DirectoryObject<'a>> = rows.by_ref().take(size).collect();
    let more = rows.next().is_some();
    let count = page.len() + usize::from(more) + if counts && from.is_none() { rows.count() } else { 0 };
    let next = page.last().filter(|_| more).map(|last| last.id().to_owned());
    (page, count, next)
}

/// Those that are wanted, behind an id. Where the filter names ids, only those are looked at.
fn matching<'a, 'b: 'a>(
    objects: &'a Objects<'b>,
    wanted: &'a Wanted,
    from: Option<&'a str>,
) -> impl Iterator<Item = DirectoryObject<'b>> + 'a {
    let rows: Box<dyn Iterator<Item = DirectoryObject<'b>> + 'a> = match wanted.filter.as_ref().and_then(Filter::ids) {
        Some(ids) => {
            let behind = move |id: &String| from.is_none_or(|from| id.as_str() > from);
            Box::new(ids.into_iter().filter(behind).filter_map(|id| (objects.one)(&id)))
        }
        None => (objects.after)(from),
    };
    rows.filter(|row| wanted.has(row))
}

/// A page at a place of the order. Of the rows, only twice as many as come before the page's end are kept at a time.
fn in_order<'a>(objects: &Objects<'a>, wanted: &Wanted, from: usize, size: usize) -> Page<'a> {
    let compare = |left: &DirectoryObject<'_>, right: &DirectoryObject<'_>| {
        order::compare(&wanted.order, left, right).then_with(|| left.id().cmp(right.id()))
    };
    let end = from.saturating_add(size);
    let mut count = 0;
    let mut rows: Vec<DirectoryObject<'a>> = Vec::new();
    // No row behind it is within the page's end.
    let mut last: Option<DirectoryObject<'a>> = None;
    for row in matching(objects, wanted, None) {
        count += 1;
        if last.as_ref().is_some_and(|last| compare(&row, last).is_gt()) {
            continue;
        }
        rows.push(row);
        if rows.len() >= end.saturating_mul(2) {
            let (_, found, _) = rows.select_nth_unstable_by(end - 1, compare);
            last = Some(*found);
            rows.truncate(end);
        }
    }
    rows.sort_unstable_by(compare);
    rows.truncate(end);
    (rows.split_off(from.min(rows.len())), count, (end < count).then(|| end.to_string()))
}

/// `/$count`: a bare number, which is no JSON.
pub(super) fn count(call: &Call, objects: &Objects<'_>) -> Outcome {
    if !call.eventual {
        return Err(Failure::bad_directory_request("$count is not currently supported."));
    }
    if call.accept.as_deref().is_some_and(only_json) {
        return Err(Failure::graph(
            415,
            "UnsupportedMediaType",
            "A supported MIME type could not be found that matches the acceptable MIME types for the request. The \
             supported type(s) 'text/plain' do not match any of the acceptable MIME types 'application/json'.",
        ));
    }
    let filter = call.query.filter()?;
    if let Some(filter) = &filter {
        // The segment asks for the count itself.
        holds_filter(filter, objects.kinds, call.version, true)?;
    }
    let wanted = Wanted { filter, search: search(call, objects.kinds)?, order: Vec::new() };
    Ok(Answer::number(matching(objects, &wanted, None).count()))
}

fn only_json(accept: &str) -> bool {
    accept.split(',').all(|kind| kind.trim().to_ascii_lowercase().starts_with("application/json"))
}
