//! What is known of one collection: what was spent on it, how large it is, and what its list has shown.
//!
//! Facts: Microsoft Graph "query parameters" and "throttling". A filter `id in` on groups takes 15 ids ("Too many child
//! clauses" beyond), their page at most 999, and `/groups/$count` tells how many there are. Intune's collections know
//! neither; their pages hold a thousand or what the service likes.

use crate::graph::listed::parts;
use crate::graph::pace::is_intune;
use serde_json::Value as Json;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

/// So long a page answers for its objects.
pub(crate) const ANSWERS_FOR: Duration = Duration::from_secs(30);
/// A page that takes longer holds nobody up.
const PAGE_IS_LATE: Duration = Duration::from_secs(10);
const DIRECTORY_IDS: usize = 15;
const DIRECTORY_PAGE: usize = 999;

/// How large a collection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Size {
    NotAsked,
    Asked,
    Pages(usize),
    /// It is not told.
    Untold,
}

/// Where its list goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Next {
    Page(String),
    /// It has been read to its end.
    End,
    /// It was refused, and is not asked for again for a while.
    Refused,
}

/// One collection, listed in one way.
#[derive(Debug)]
pub(crate) struct List {
    /// How many ids a filter takes; 0 where it takes none.
    pub(crate) ids: usize,
    /// Requests that asked for single objects of it.
    pub(crate) spent: usize,
    size: Size,
    pages: usize,
    next: Next,
    /// The flight that brings a page, and since when.
    coming: Option<(u64, Instant)>,
    last_page: Option<Instant>,
    /// By id in lower case: since when it is known, and its text, which takes a tenth of the space of its value.
    shown: HashMap<String, (Instant, Box<str>)>,
}

impl List {
    /// Of the collection at this path; `query` is what each of its objects is read with.
    pub(crate) fn new(collection: &str, query: &str) -> List {
        let counts = counts(collection, query);
        let next = match (counts, query) {
            (true, _) => format!("{collection}?$top={DIRECTORY_PAGE}"),
            (false, "") => collection.to_owned(),
            (false, query) => format!("{collection}?{query}"),
        };
        List {
            ids: if counts { DIRECTORY_IDS } else { 0 },
            spent: 0,
            size: if counts { Size::NotAsked } else { Size::Untold },
            pages: 0,
            next: Next::Page(next),
            coming: None,
            last_page: None,
            shown: HashMap::new(),
        }
    }

    /// What it shows of an object.
    pub(crate) fn shows(&self, id: &str, now: Instant) -> Option<Json> {
        let (since, text) = self.shown.get(id)?;
        if now.duration_since(*since) > ANSWERS_FOR { None } else { serde_json::from_str(text).ok() }
    }

    /// Whether it is so old that it has to begin anew.
    pub(crate) fn is_over(&self, now: Instant) -> bool {
        let is_old = self.last_page.is_some_and(|at| now.duration_since(at) > ANSWERS_FOR);
        is_old && self.coming.is_none()
    }

    /// Whether all that it will ever show is there.
    pub(crate) fn has_ended(&self) -> bool {
        self.next == Next::End
    }

    /// Whether a page is on its way that is worth waiting for.
    pub(crate) fn comes(&self, now: Instant) -> bool {
        self.coming.is_some_and(|(_, since)| now.duration_since(since) < PAGE_IS_LATE)
    }

    /// When the page on its way is no longer waited for.
    pub(crate) fn late_at(&self) -> Option<Instant> {
        self.coming.map(|(_, since)| since + PAGE_IS_LATE)
    }

    /// Its next page, where as many requests were spent as it costs as far as is known.
    pub(crate) fn wanted_page(&self) -> Option<&str> {
        let Next::Page(path) = &self.next else { return None };
        let known = match self.size {
            Size::NotAsked | Size::Asked => return None,
            Size::Pages(pages) => pages,
            Size::Untold => 0,
        };
        (self.coming.is_none() && self.spent >= known.max(self.pages + 1)).then_some(path)
    }

    /// A page is on its way.
    pub(crate) fn awaits(&mut self, flight: u64, now: Instant) {
        self.coming = Some((flight, now));
    }

    /// Whether its size is worth asking for along with a request: not for a single read.
    pub(crate) fn wants_size(&self) -> bool {
        self.size == Size::NotAsked && self.spent > 0
    }

    /// Its size is asked for.
    pub(crate) fn awaits_size(&mut self) {
        self.size = Size::Asked;
    }

    /// How many objects there are, if that was told.
    pub(crate) fn has_size(&mut self, answer: Option<&Json>) {
        let count = answer.and_then(number);
        self.size = count.map_or(Size::Untold, |count| Size::Pages(count.div_ceil(DIRECTORY_PAGE)));
    }

    /// A page has come, or none.
    pub(crate) fn takes(&mut self, flight: u64, page: Option<Json>, now: Instant) {
        let Some((_, since)) = self.coming.take_if(|(coming, _)| *coming == flight) else { return };
        self.last_page = Some(now);
        let Some((items, next)) = page.and_then(parts) else {
            self.next = Next::Refused;
            return;
        };
        self.pages += 1;
        for item in items {
            if let Some(id) = item["id"].as_str() {
                self.shown.insert(id.to_lowercase(), (since, item.to_string().into()));
            }
        }
        self.next = match next {
            // A page that leads back to itself has no end.
            Some(next) if self.next != Next::Page(next.clone()) => Next::Page(next),
            Some(_) => Next::Refused,
            None => Next::End,
        };
    }
}

/// Whether a collection tells its size and takes ids in a filter, as objects are read with no more than themselves.
fn counts(collection: &str, query: &str) -> bool {
    !is_intune(collection) && query.is_empty()
}

/// A plain number inside a batch: as a number, as text, or as text in base64 (all have been seen).
fn number(answer: &Json) -> Option<usize> {
    use base64::Engine as _;
    if let Some(number) = answer.as_u64() {
        return usize::try_from(number).ok();
    }
    let text = answer.as_str()?.trim().trim_start_matches('\u{feff}');
    text.parse().ok().or_else(|| {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
        String::from_utf8(bytes).ok()?.trim().parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_count_inside_a_batch_is_a_number_or_text_or_base64() {
        for answer in [json!(1000), json!("1000"), json!("MTAwMA==")] {
            assert_eq!(number(&answer), Some(1000), "{answer}");
        }
        assert_eq!((number(&json!("many")), number(&json!(null))), (None, None));
    }

    #[test]
    fn a_list_begins_when_as_much_was_spent_as_it_costs() {
        let mut groups = List::new("/v1.0/groups", "");
        groups.spent = 1;
        groups.awaits_size();
        groups.has_size(Some(&json!(1000)));
        assert_eq!(groups.wanted_page(), None);
        groups.spent = 2;
        assert_eq!(groups.wanted_page(), Some("/v1.0/groups?$top=999"));
        let mut pages = List::new("/beta/deviceManagement/deviceEnrollmentConfigurations", "$expand=assignments");
        assert_eq!(pages.wanted_page(), None);
        pages.spent = 1;
        let first = "/beta/deviceManagement/deviceEnrollmentConfigurations?$expand=assignments";
        assert_eq!(pages.wanted_page(), Some(first));
        let now = Instant::now();
        pages.awaits(7, now);
        pages.takes(7, Some(json!({"value": [{"id": "A"}], "@odata.nextLink": "https://x/2"})), now);
        // One more page than was thought, so one more request first.
        assert_eq!(pages.wanted_page(), None);
        assert_eq!(pages.shows("a", now + ANSWERS_FOR), Some(json!({"id": "A"})));
        assert_eq!(pages.shows("a", now + ANSWERS_FOR + Duration::from_millis(1)), None);
    }
}
