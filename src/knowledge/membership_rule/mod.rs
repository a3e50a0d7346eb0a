//! Membership rules of dynamic groups: what is wrong with one, and whom it matches.
//!
//! Facts: Microsoft's page on rules for dynamic membership groups in Entra ID (`groups-dynamic-membership`), and what
//! the service was seen to refuse. A rule that the service takes is never an error here; what it takes and what does
//! not do what its writer believes is a warning.

mod check;
mod evaluate;
mod group_tag;
mod hopeless;
mod physical_ids;
mod properties;
mod registered;
mod values;

use super::rule::{self, Expr, Problem};

pub use evaluate::{Member, Unknowable, matches};
pub use group_tag::asks_for_tag;
pub(super) use registered::asked;
pub use registered::{asks_for, is_of_users, not_there_yet, registered};

/// All that is wrong with a rule, or may be, in the order of the text. One that cannot be read has one problem.
#[must_use]
pub fn problems(rule: &str) -> Vec<Problem> {
    read(rule).1
}

/// The rule, where it can be read, and the same problems.
#[must_use]
pub fn read(rule: &str) -> (Option<Expr>, Vec<Problem>) {
    rule::read(rule, "A membership rule", check::problems)
}

#[cfg(test)]
mod tests;
