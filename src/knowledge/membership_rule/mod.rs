//! Membership rules of dynamic groups: what is wrong with one, and whom it matches.
//!
//! Facts: Microsoft's page on rules for dynamic membership groups in Entra ID (`groups-dynamic-membership`), and what
//! the service was seen to refuse. A rule that the service takes is never an error here; what it takes and what does
//! not do what its writer believes is a warning.

mod check;
mod evaluate;
mod hopeless;
mod properties;
mod values;

use super::rule::{self, Problem};

pub use evaluate::{Member, Unknowable, matches};

/// The most characters that the body of a rule may have.
pub const MAX_LENGTH: usize = 3072;

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
        let text = format!(
            "The rule has {length} characters. A membership rule may have at most 3,072: it is {} too long.",
            length - MAX_LENGTH
        );
        problems.push(Problem::error(begins..rule.len(), text));
    }
    problems.sort_by_key(|problem| problem.at.start);
    problems
}

#[cfg(test)]
mod tests;
