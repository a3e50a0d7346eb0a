//! The language in which rules are written: membership rules of dynamic groups, and rules of assignment filters.
//!
//! Facts: Microsoft's pages on rules for dynamic membership groups (`groups-dynamic-membership`) and on filters in
//! Intune (`filters-supported-device-properties`), and rules as people write them. What both languages share is here:
//! [`parse`] reads every form of either, and the module of each language says what of it that language takes.

mod lex;
mod parse;
mod print;
mod problem;
mod same;
mod suggest;
mod syntax;
mod whole;

pub use parse::parse;
pub use problem::{Problem, Severity};
pub use same::is_same;
pub(super) use suggest::nearest;
pub use syntax::{Expr, Name, Node, Operand, Operator, Quantifier, Span};
pub(super) use whole::read;

#[cfg(test)]
pub(crate) mod arbitrary;
#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
mod tests;
