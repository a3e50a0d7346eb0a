//! Part of a list: what is searched for, in order, so many rows from a place on.

use std::cell::RefCell;

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use crate::emulator::odata::query::Query;

/// So many rows are shown unless it is said how many, and at most.
const ROWS: usize = 50;
const MOST: usize = 1000;

/// Which part of a list is wanted.
pub(super) struct Wanted {
    search: Option<Regex>,
    /// The texts of the row that is looked at, one a line: one search in them is quicker than one in each.
    texts: RefCell<String>,
    /// The status that devices are to have, in the admin center's words.
    pub(super) status: Option<String>,
    /// The one device that is wanted.
    pub(super) id: Option<String>,
    pub(super) skip: usize,
    pub(super) top: usize,
}

impl Wanted {
    pub(super) fn read(query: &Query) -> Result<Wanted, String> {
        let number = |name: &str, otherwise: usize| match query.get(name) {
            Some(text) => text.parse::<usize>().map_err(|_| format!("{name} is a number, not '{text}'")),
            None => Ok(otherwise),
        };
        let given = |name: &str| query.get(name).map(str::trim).filter(|text| !text.is_empty());
        let pattern = |text: &str| RegexBuilder::new(&regex::escape(text)).case_insensitive(true).build();
        let search = given("search").map(pattern).transpose().map_err(|_| "search is too long".to_owned())?;
        let (skip, top) = (number("skip", 0)?, number("top", ROWS)?);
        let owned = |name: &str| given(name).map(str::to_owned);
        Ok(Wanted {
            search,
            texts: RefCell::default(),
            status: owned("status"),
            id: owned("id"),
            skip,
            top: top.clamp(1, MOST),
        })
    }

    /// Whether a row is wanted: `tell` tells its texts, one by one.
    pub(super) fn finds(&self, tell: impl FnOnce(&mut dyn FnMut(&str))) -> bool {
        let Some(search) = &self.search else { return true };
        let mut texts = self.texts.borrow_mut();
        texts.clear();
        tell(&mut |text| {
            texts.push_str(text);
            texts.push('\n');
        });
        search.is_match(&texts)
    }
}

/// Rows, and how many match altogether.
pub(super) struct Part {
    pub(super) matching: usize,
    pub(super) rows: Vec<Value>,
}

impl Part {
    /// Of rows that come in their order.
    pub(super) fn in_order<'a, T: 'a>(
        rows: impl Iterator<Item = &'a T>,
        wanted: &Wanted,
        show: impl Fn(&T) -> Value,
    ) -> Part {
        let mut part = Part { matching: 0, rows: Vec::new() };
        for row in rows {
            if part.matching >= wanted.skip && part.rows.len() < wanted.top {
                part.rows.push(show(row));
            }
            part.matching += 1;
        }
        part
    }

    /// Of rows that are yet to be put in order. Only those that are shown are sorted: the rest need not be.
    pub(super) fn sorted<'a, T: 'a, K: Ord>(
        rows: impl Iterator<Item = &'a T>,
        wanted: &Wanted,
        key: impl Fn(&'a T) -> K,
        show: impl Fn(&'a T) -> Value,
    ) -> Part {
        let mut rows: Vec<(K, &T)> = rows.map(|row| (key(row), row)).collect();
        let matching = rows.len();
        let order = |left: &(K, &T), right: &(K, &T)| left.0.cmp(&right.0);
        let from = wanted.skip.min(matching);
        if from > 0 && from < matching {
            rows.select_nth_unstable_by(from, order);
        }
        let shown = rows.get_mut(from..).unwrap_or_default();
        let count = wanted.top.min(shown.len());
        if count < shown.len() {
            shown.select_nth_unstable_by(count, order);
        }
        let shown = shown.get_mut(..count).unwrap_or_default();
        shown.sort_unstable_by(order);
        Part { matching, rows: shown.iter().map(|(_, row)| show(row)).collect() }
    }
}

/// Puts texts in order, letter case aside. The head is compared where it lies, without a look at the text itself.
pub(super) fn by_text(text: &str) -> ([u8; 16], &str) {
    let mut head = [0; 16];
    for (place, byte) in head.iter_mut().zip(text.bytes()) {
        *place = byte.to_ascii_lowercase();
    }
    (head, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(query: &str) -> (usize, Vec<Value>) {
        let names: Vec<String> = (0..100).rev().map(|n| format!("n{n:02}")).chain(["N05b".into()]).collect();
        let wanted = Wanted::read(&Query::parse(query)).unwrap();
        let found = names.iter().filter(|name| wanted.finds(|say| say(name)));
        let Part { matching, rows } =
            Part::sorted(found, &wanted, |name| by_text(name), |name| Value::from(name.as_str()));
        (matching, rows)
    }

    #[test]
    fn rows_are_cut_in_their_order_whatever_the_place() {
        assert_eq!(part("top=2"), (101, vec!["n00".into(), "n01".into()]));
        assert_eq!(part("skip=5&top=3"), (101, vec!["n05".into(), "N05b".into(), "n06".into()]));
        assert_eq!(part("skip=100&top=3"), (101, vec!["n99".into()]));
        assert_eq!(part("skip=900"), (101, vec![]));
    }

    #[test]
    fn a_search_is_text_without_letter_case_and_no_pattern() {
        assert_eq!(part("search=n05"), (2, vec!["n05".into(), "N05b".into()]));
        assert_eq!(part("search=n.5").0, 0);
        assert_eq!(part("search=+").0, 101);
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert!(Wanted::read(&Query::parse("skip=-1")).is_err());
        assert!(Wanted::read(&Query::parse("top=many")).is_err());
    }
}
