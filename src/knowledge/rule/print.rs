//! A rule as text, in the form in which Microsoft's pages write rules.

use std::fmt;

use super::lex::is_quote;
use super::syntax::{Expr, Name, Operand, Quantifier};

/// How tightly something binds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Or,
    And,
    Not,
    Single,
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Both connectives group from the left.
            Expr::Or(left, right) => write!(f, "{} -or {}", within(left, Binding::Or), within(right, Binding::And)),
            Expr::And(left, right) => write!(f, "{} -and {}", within(left, Binding::And), within(right, Binding::Not)),
            Expr::Not(_, inner) => write!(f, "-not ({inner})"),
            Expr::Compare { left, operator, right } => {
                write!(f, "({} -{} {})", left.is, operator.is.name(), right.is)
            }
            Expr::Each { collection, quantifier, holds } => {
                write!(f, "({} -{} ({}))", collection.is, quantifier.is.name(), bare(holds))
            }
            Expr::DirectReports(manager) => write!(f, "Direct Reports for {}", Operand::Text(manager.is.clone())),
        }
    }
}

/// A part of a rule where nothing may bind looser than `at_least`.
fn within(expr: &Expr, at_least: Binding) -> String {
    let binding = match expr {
        Expr::Or(..) => Binding::Or,
        Expr::And(..) => Binding::And,
        Expr::Not(..) => Binding::Not,
        _ => Binding::Single,
    };
    if binding < at_least { format!("({expr})") } else { expr.to_string() }
}

/// A comparison without its parentheses, where some stand around it already.
fn bare(expr: &Expr) -> String {
    match expr {
        Expr::Compare { left, operator, right } => format!("{} -{} {}", left.is, operator.is.name(), right.is),
        other => other.to_string(),
    }
}

impl Quantifier {
    /// Its name without the dash.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Quantifier::Any => "any",
            Quantifier::All => "all",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::Item => f.write_str("_"),
            Name::Property(object, name) if object.is_empty() => f.write_str(name),
            Name::Property(object, name) => write!(f, "{object}.{name}"),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Text(text) => {
                f.write_str("\"")?;
                let mut before = ' ';
                for character in text.chars() {
                    // A backtick makes the quotation mark after it a part of the text, and one that is there would too.
                    if character == '"' || (before == '`' && is_quote(character)) {
                        f.write_str("`")?;
                    } else if character == '\'' {
                        f.write_str("'")?;
                    }
                    write!(f, "{character}")?;
                    before = character;
                }
                f.write_str("\"")
            }
            Operand::Number(number) => f.write_str(number),
            Operand::Date(date) => f.write_str(date),
            Operand::Bool(on) => write!(f, "{on}"),
            Operand::Null => f.write_str("null"),
            Operand::Now(None) => f.write_str("system.now"),
            Operand::Now(Some((minus, duration))) => {
                write!(f, "system.now -{} {duration}", if *minus { "minus" } else { "plus" })
            }
            Operand::List(items) => {
                let items: Vec<_> = items.iter().map(|item| item.is.to_string()).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Operand::Property(name) => write!(f, "{name}"),
        }
    }
}
