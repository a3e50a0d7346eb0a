//! Rules of assignment filters.
//!
//! Facts: Microsoft's page on the properties and operators of filters (`filters-supported-device-properties`), and
//! answers of `validateFilter` as they were recorded for `windows10AndLater`. What was seen to be refused is an error;
//! what is only not on the page is a warning. Of other platforms no answers were recorded: their rules are read, and no more.

mod check;

use std::collections::BTreeMap;

use super::{
    membership_rule::{self, Member, asked},
    rule::{self, Problem},
};

/// All that is wrong with a rule for Windows devices, or may be, in the order of the text. One that cannot be read has one
/// problem.
#[must_use]
pub fn problems(rule: &str) -> Vec<Problem> {
    rule::read(rule, "The rule of a filter", check::problems).1
}

/// What keeps a rule from being read, whichever platform it is for.
#[must_use]
pub fn unreadable(rule: &str) -> Vec<Problem> {
    rule::read(rule, "The rule of a filter", |_, _| Vec::new()).1
}

/// Whether two rules read the same, as [`rule::is_same`] has it. Filters have no way to escape a quotation mark: two of them
/// are two.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one == other || (!one.contains("''") && !other.contains("''") && rule::is_same(one, other))
}

/// Whether a device matches the rule, by what is known of it: properties by the names that filters have for them. None where
/// the rule asks for anything else, or cannot be read.
#[must_use]
pub fn matches(rule: &str, known: &BTreeMap<String, String>) -> Option<bool> {
    let rule = rule::parse(rule).ok()?;
    let is_known = |name: &str| known.keys().any(|known| known.eq_ignore_ascii_case(name));
    let properties = known.iter().map(|(name, text)| (name.clone(), vec![text.clone()])).collect();
    let member = Member { properties, ..Member::default() };
    let is_told = asked(&rule).iter().all(|(_, name)| is_known(name));
    is_told.then(|| membership_rule::matches(&rule, &member, None).ok()).flatten()
}

#[cfg(test)]
mod tests;
