//! Rules of assignment filters for Windows devices.
//!
//! Facts: Microsoft's page on the properties and operators of filters (`filters-supported-device-properties`), and
//! answers of `validateFilter` as they were recorded for `windows10AndLater`. What was seen to be refused is an error;
//! what is only not on the page is a warning.

mod check;

use super::{
    membership_rule::MAX_LENGTH,
    rule::{self, Problem},
};

/// All that is wrong with a rule, or may be, in the order of the text. One that cannot be read has one problem.
#[must_use]
pub fn problems(rule: &str) -> Vec<Problem> {
    let mut problems = match rule::parse(rule) {
        Ok(parsed) => check::problems(rule, &parsed),
        Err(problem) => vec![problem],
    };
    let length = rule.chars().count();
    if length > MAX_LENGTH {
        let begins = rule.char_indices().nth(MAX_LENGTH).map_or(rule.len(), |(at, _)| at);
        let text = format!("The rule has {length} characters. The rule of a filter may have at most 3,072.");
        problems.push(Problem::error(begins..rule.len(), text));
    }
    problems.sort_by_key(|problem| problem.at.start);
    problems
}

#[cfg(test)]
mod tests;
