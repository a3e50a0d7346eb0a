//! Rules of assignment filters for Windows devices.
//!
//! Facts: Microsoft's page on the properties and operators of filters (`filters-supported-device-properties`), and
//! answers of `validateFilter` as they were recorded for `windows10AndLater`. What was seen to be refused is an error;
//! what is only not on the page is a warning.

mod check;

use super::rule::{self, Problem};

/// All that is wrong with a rule, or may be, in the order of the text. One that cannot be read has one problem.
#[must_use]
pub fn problems(rule: &str) -> Vec<Problem> {
    rule::problems(rule, "The rule of a filter", check::problems)
}

#[cfg(test)]
mod tests;
