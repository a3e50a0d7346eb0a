//! Conditions on `device.devicePhysicalIds` that every device meets, or none.
//!
//! A device has several of these ids, each of another kind, such as `[ZTDId]:` and what follows. Windows Autopilot gives it
//! one `[OrderID]` at most: the group tag.

use super::hopeless::flatten;
use crate::knowledge::rule::{Expr, Name, Node, Operand, Operator, Problem, Quantifier};

const COLLECTION: &str = "devicePhysicalIds";
const GROUP_TAG: &str = "[orderid]:";

pub(super) fn warn(expr: &Expr, problems: &mut Vec<Problem>) {
    match expr {
        Expr::And(..) => {
            let mut parts = Vec::new();
            flatten(expr, true, &mut parts);
            of_two_tags(&parts, problems);
            parts.into_iter().for_each(|part| warn(part, problems));
        }
        Expr::Or(left, right) => {
            warn(left, problems);
            warn(right, problems);
        }
        Expr::Not(_, inner) => warn(inner, problems),
        Expr::Each { collection, quantifier, holds } if is_physical_ids(&collection.is) => {
            if quantifier.is == Quantifier::Any
                && let Some((operator, _)) = denied(holds)
            {
                let text = "One id that differs is enough for `-any`, and a device has several: this always holds.";
                let problem = Problem::warning(operator.at.clone(), text);
                problems.push(problem.help("`-all` asks that each of them differs."));
            }
            of_items(holds, problems);
        }
        Expr::Compare { left, operator, right } if is_physical_ids(&left.is) => {
            of_value(operator.is, right, problems);
        }
        Expr::Each { .. } | Expr::Compare { .. } | Expr::DirectReports(_) => {}
    }
}

fn is_physical_ids(name: &Name) -> bool {
    matches!(name, Name::Property(_, name) if name.eq_ignore_ascii_case(COLLECTION))
}

/// The comparison, where a condition on an item holds if a comparison with a text does not.
fn denied(holds: &Expr) -> Option<(&Node<Operator>, &Node<Operand>)> {
    let (turned, inner) = match holds {
        Expr::Not(_, inner) => (true, &**inner),
        other => (false, other),
    };
    let Expr::Compare { operator, right, .. } = inner else { return None };
    let denies = operator.is.opposite_of().is_some() != turned;
    (denies && matches!(right.is, Operand::Text(_) | Operand::List(_))).then_some((operator, right))
}

fn of_items(holds: &Expr, problems: &mut Vec<Problem>) {
    match holds {
        Expr::And(left, right) | Expr::Or(left, right) => {
            of_items(left, problems);
            of_items(right, problems);
        }
        Expr::Not(_, inner) => of_items(inner, problems),
        Expr::Compare { operator, right, .. } => of_value(operator.is, right, problems),
        Expr::Each { .. } | Expr::DirectReports(_) => {}
    }
}

/// An id as a whole begins with its kind in brackets and a colon, and something follows.
fn of_value(operator: Operator, right: &Node<Operand>, problems: &mut Vec<Problem>) {
    let values = match (operator, &right.is) {
        (Operator::Eq | Operator::Ne, Operand::Text(_)) => std::slice::from_ref(right),
        (Operator::In | Operator::NotIn, Operand::List(items)) => items.as_slice(),
        _ => return,
    };
    for value in values {
        let Operand::Text(text) = &value.is else { continue };
        let is_id = text.strip_prefix('[').and_then(|rest| rest.split_once("]:")).is_some_and(|(_, id)| !id.is_empty());
        if !is_id {
            let told = "No device has an id like this: each begins with its kind in brackets and a colon.";
            let help = "A group tag is found by `-eq \"[OrderID]:TAG\"`, any device of Windows Autopilot by `-startsWith \"[ZTDId]\"`.";
            problems.push(Problem::warning(value.at.clone(), told).help(help));
        }
    }
}

/// Two group tags that a device is to have at once.
fn of_two_tags(parts: &[&Expr], problems: &mut Vec<Problem>) {
    let mut tags = parts.iter().filter_map(|part| tag(part));
    let Some((first, _)) = tags.next() else { return };
    if let Some((_, at)) = tags.find(|(other, _)| *other != first) {
        let text = "A device has one group tag, so it cannot have both: this rule matches nobody.";
        problems.push(Problem::warning(at.at.clone(), text).help("`-or` may be meant."));
    }
}

/// The group tag, without its letter case, that a condition asks for.
fn tag(part: &Expr) -> Option<(String, &Node<Operand>)> {
    let comparison = match part {
        Expr::Each { collection, quantifier, holds } if is_physical_ids(&collection.is) => {
            (quantifier.is == Quantifier::Any).then_some(&**holds)?
        }
        Expr::Compare { left, .. } if is_physical_ids(&left.is) => part,
        _ => return None,
    };
    let Expr::Compare { operator: Node { is: Operator::Eq, .. }, right, .. } = comparison else { return None };
    let Operand::Text(text) = &right.is else { return None };
    let folded = text.to_lowercase();
    folded.starts_with(GROUP_TAG).then_some((folded, right))
}

#[cfg(test)]
mod tests {
    use crate::knowledge::membership_rule::problems;
    use crate::knowledge::rule::Severity;

    fn warnings(condition: &str) -> Vec<String> {
        let rule = condition.replace("IDS", "device.devicePhysicalIds");
        let of = problems(&rule).into_iter().filter(|problem| problem.severity != Severity::Note);
        of.map(|problem| format!("{} {}", problem.message, problem.help)).collect()
    }

    #[test]
    fn one_id_that_differs_is_always_there() {
        for rule in [
            r#"IDS -any (_ -ne "[OrderID]:KIOSK")"#,
            r#"IDS -any (_ -notContains "[ZTDId]")"#,
            r#"IDS -any (-not (_ -startsWith "[ZTDId]"))"#,
            r#"IDS -any _ -notIn ["[OrderID]:A"]"#,
        ] {
            let told = warnings(rule);
            assert!(
                told.len() == 1 && told[0].contains("always holds") && told[0].contains("`-all`"),
                "{rule}: {told:?}"
            );
        }
        for rule in [
            r#"IDS -all (_ -ne "[OrderID]:KIOSK")"#,
            r#"-not (IDS -any (_ -eq "[OrderID]:KIOSK"))"#,
            r#"IDS -any (_ -startsWith "[OrderID]" -and _ -ne "[OrderID]:KIOSK")"#,
            r#"IDS -notContains "[ZTDId]""#,
        ] {
            assert_eq!(warnings(rule), [""; 0], "{rule}");
        }
    }

    #[test]
    fn an_id_as_a_whole_has_its_kind_in_brackets() {
        for text in ["[ZTDId]", "KIOSK", "OrderID:A", "[OrderID]:", "[OrderID]A"] {
            let told = warnings(&format!(r#"IDS -any (_ -eq "{text}")"#));
            assert!(told.len() == 1 && told[0].starts_with("No device has an id like this"), "{text}: {told:?}");
        }
        assert_eq!(warnings(r#"IDS -eq "KIOSK""#).len(), 1);
        assert_eq!(warnings(r#"IDS -any (_ -in ["[OrderID]:A", "B"])"#).len(), 1);
        for text in ["[OrderID]:A", "[PurchaseOrderId]:1", "[USER-HWID]:a:1", "[GID]:g:1"] {
            assert_eq!(warnings(&format!(r#"IDS -any (_ -eq "{text}")"#)), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_device_has_one_group_tag() {
        let both = |one: &str, other: &str, connective: &str| {
            warnings(&format!(
                r#"IDS -any (_ -eq "[OrderID]:{one}") {connective} device.isRooted -ne true {connective} IDS -any (_ -eq "[OrderID]:{other}")"#
            ))
        };
        let told = both("A", "B", "-and");
        assert!(told.len() == 1 && told[0].contains("matches nobody"), "{told:?}");
        assert_eq!(both("A", "a", "-and"), [""; 0]);
        assert_eq!(both("A", "B", "-or"), [""; 0]);
    }
}
