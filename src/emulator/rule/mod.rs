//! Membership rules: the language in which a dynamic group says who is in it.
//!
//! Written from Microsoft's "Rules for dynamic membership groups" and from rules that people published. What the page
//! leaves open is taken the tolerant way: property names in any letter case, hyphens of operators optional (en dashes
//! too, as the page itself has them), typographic quotes, `-any _ -eq "x"` with and without brackets, a collection
//! compared without a variable. A regular expression that only .NET understands is accepted and matches nothing.

mod evaluate;
mod lex;
mod parse;
mod properties;
mod syntax;

pub(crate) use evaluate::{Facts, holds};
pub(crate) use parse::{LONGEST, parse};
pub(crate) use syntax::{Rule, Subject, Test};
