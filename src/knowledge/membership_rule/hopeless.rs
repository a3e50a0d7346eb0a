//! Rules that match nobody, or everybody, whatever the values are.

use super::properties::{Holds, find};
use crate::knowledge::rule::{Expr, Name, Node, Operand, Operator, Problem};

/// A comparison with one value.
struct Fact<'a> {
    /// As it is written.
    name: &'a Name,
    /// The same without its letter case.
    folded: String,
    equals: bool,
    /// The value: a text without its letter case, or none for null.
    is: Option<String>,
    value: &'a Node<Operand>,
}

pub(super) fn warn(expr: &Expr, problems: &mut Vec<Problem>) {
    for (joined_by_and, facts) in chains(expr) {
        for (n, later) in facts.iter().enumerate() {
            let earlier = facts.get(..n).unwrap_or_default().iter().filter(|earlier| earlier.folded == later.folded);
            for earlier in earlier {
                if let Some(text) = contradiction(joined_by_and, earlier, later) {
                    problems.push(Problem::warning(later.value.at.clone(), text));
                    break;
                }
            }
        }
    }
}

fn contradiction(joined_by_and: bool, earlier: &Fact<'_>, later: &Fact<'_>) -> Option<String> {
    let name = later.name;
    let same_value = earlier.is == later.is;
    match (joined_by_and, earlier.equals, later.equals) {
        (true, true, true) if !same_value => {
            Some(format!("`{name}` has one value, so it cannot be both: this rule matches nobody."))
        }
        (true, one, other) if one != other && same_value => {
            Some(format!("`{name}` cannot be this value and not be it: this rule matches nobody."))
        }
        (false, false, false) if !same_value => {
            Some(format!("`{name}` always differs from one of the two, so this always holds. `-and` may be meant."))
        }
        (false, one, other) if one != other && same_value => {
            Some(format!("`{name}` either is this value or is not, so this always holds."))
        }
        _ => None,
    }
}

/// Comparisons that are joined by one connective, with whether it is `-and`.
fn chains(expr: &Expr) -> Vec<(bool, Vec<Fact<'_>>)> {
    let mut chains = Vec::new();
    collect(expr, &mut chains);
    chains
}

fn collect<'a>(expr: &'a Expr, chains: &mut Vec<(bool, Vec<Fact<'a>>)>) {
    match expr {
        Expr::And(..) | Expr::Or(..) => {
            let by_and = matches!(expr, Expr::And(..));
            let mut parts = Vec::new();
            flatten(expr, by_and, &mut parts);
            chains.push((by_and, parts.iter().filter_map(|part| fact(part)).collect()));
            parts.into_iter().for_each(|part| collect(part, chains));
        }
        Expr::Not(_, inner) => collect(inner, chains),
        Expr::Each { .. } | Expr::Compare { .. } | Expr::DirectReports(_) => {}
    }
}

pub(super) fn flatten<'a>(expr: &'a Expr, by_and: bool, parts: &mut Vec<&'a Expr>) {
    match expr {
        Expr::And(left, right) if by_and => {
            flatten(left, by_and, parts);
            flatten(right, by_and, parts);
        }
        Expr::Or(left, right) if !by_and => {
            flatten(left, by_and, parts);
            flatten(right, by_and, parts);
        }
        other => parts.push(other),
    }
}

/// The comparison as a fact about one value. A collection has many values, and its items are no facts.
fn fact(expr: &Expr) -> Option<Fact<'_>> {
    let Expr::Compare { left, operator, right } = expr else { return None };
    let Name::Property(object, name) = &left.is else { return None };
    let one_value = find(object, name).is_some_and(|property| matches!(property.holds, Holds::Text | Holds::Bool));
    let equals = match operator.is {
        Operator::Eq => true,
        Operator::Ne => false,
        _ => return None,
    };
    let is = match &right.is {
        Operand::Text(text) => Some(text.to_lowercase()),
        Operand::Bool(on) => Some(on.to_string()),
        Operand::Null => None,
        _ => return None,
    };
    one_value.then(|| Fact { name: &left.is, folded: left.is.to_string().to_lowercase(), equals, is, value: right })
}
