//! Whether a comparison's operator and value fit its property.

use regex_syntax::ast::{Error, ErrorKind, parse::Parser};

use super::properties::{Holds, Property};
use crate::knowledge::rule::{Name, Node, Operand, Operator, Problem};

/// Properties that have few values, and the values: words of the directory, which are not those of the admin center.
const CLOSED: &[(&str, &[&str])] = &[
    ("deviceOwnership", &["Personal", "Company", "Unknown"]),
    ("deviceTrustType", &["AzureAD", "ServerAD", "Workplace"]),
    ("userType", &["Member", "Guest"]),
];

/// What Windows Autopilot writes in front of a device's physical ids.
const TOKENS: [&str; 3] = ["[ZTDId]", "[OrderID]", "[PurchaseOrderId]"];

pub(super) fn problems(
    property: Option<Property>,
    left: &Node<Name>,
    operator: &Node<Operator>,
    right: &Node<Operand>,
    of_an_item: bool,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let name = operator.is.name();
    let of_collection = of_an_item || property.is_some_and(|property| property.holds == Holds::Texts);
    let equality = matches!(operator.is, Operator::Eq | Operator::Ne);
    let of_list = matches!(operator.is, Operator::In | Operator::NotIn);
    let mut warn = |text: String, help: &str| problems.push(Problem::warning(right.at.clone(), text).help(help));
    match &right.is {
        Operand::Null if !equality => warn(format!("`null` is compared by `-eq` and `-ne`, not by `-{name}`."), ""),
        Operand::Text(text) if text.eq_ignore_ascii_case("null") && equality => {
            warn("In quotation marks, null is the text \"null\".".to_owned(), "Write null without quotation marks.");
        }
        Operand::List(_) if !of_list => {
            warn(format!("A list is compared by `-in` and `-notIn`, not by `-{name}`."), "");
        }
        Operand::Text(_) | Operand::Number(_) | Operand::Date(_) | Operand::Bool(_) | Operand::Now(_) if of_list => {
            warn(format!("`-{name}` looks into a list."), "Write it in brackets: [\"A\", \"B\"].");
        }
        Operand::Now(_) if property.is_some_and(|property| property.holds != Holds::Date) => {
            warn("`system.now` is compared with a date.".to_owned(), "The one date is `user.employeeHireDate`.");
        }
        _ => {}
    }
    problems.extend(of_kind(property, left, operator, right));
    match (operator.is, &right.is) {
        (Operator::Match | Operator::NotMatch, Operand::Text(pattern)) => problems.extend(of_pattern(pattern, right)),
        (Operator::Contains, Operand::Text(text)) if of_collection && is_whole_tag(text) => {
            let told = "`-contains` looks for a part of an item: it also finds longer tags that begin with this one.";
            let help = format!("An item as a whole is found by `-any (_ -eq \"{text}\")`.");
            problems.push(Problem::warning(operator.at.clone(), told).help(help));
        }
        (Operator::StartsWith, Operand::Text(text)) if of_collection && is_whole_tag(text) => {
            let told = "`-startsWith` also finds longer tags that begin with this one.";
            problems.push(Problem::note(operator.at.clone(), told).help("`-eq` finds this one only."));
        }
        (Operator::Gt | Operator::Lt, _) => {
            let text = format!("Microsoft's page does not know `-{name}` in membership rules.");
            problems.push(Problem::warning(operator.at.clone(), text));
        }
        (Operator::Ge | Operator::Le, _) if property.is_some_and(|property| property.holds != Holds::Date) => {
            let text = format!("`-{name}` is documented for `user.employeeHireDate` only.");
            problems.push(Problem::warning(operator.at.clone(), text));
        }
        _ => {}
    }
    problems
}

/// Whether the value is of the kind that the property holds.
fn of_kind(
    property: Option<Property>,
    left: &Node<Name>,
    operator: &Node<Operator>,
    right: &Node<Operand>,
) -> Option<Problem> {
    let property = property?;
    let warning = |text: String, help: String| Some(Problem::warning(right.at.clone(), text).help(help));
    match (property.holds, &right.is) {
        (Holds::Bool, Operand::Text(text)) => warning(
            format!("`{}` is true or false, and this is a text.", left.is),
            format!(
                "Write {} without quotation marks.",
                if text.eq_ignore_ascii_case("false") { "false" } else { "true" }
            ),
        ),
        (Holds::Bool, Operand::Number(_)) => warning(format!("`{}` is true or false.", left.is), String::new()),
        (Holds::Text | Holds::Texts, Operand::Bool(on)) => {
            warning(format!("`{}` holds text, and this is no text.", left.is), format!("Write \"{on}\"."))
        }
        (Holds::Text, Operand::Text(text)) if operator.is == Operator::Eq => {
            let (_, values) = CLOSED.iter().find(|(name, _)| *name == property.name)?;
            if values.iter().any(|value| value.eq_ignore_ascii_case(text)) {
                return None;
            }
            let values = values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ");
            let help = match text.as_str() {
                "Corporate" | "corporate" => "What Intune calls Corporate is \"Company\" here.".to_owned(),
                _ => String::new(),
            };
            warning(format!("`{}` is one of {values}, so this never holds.", left.is), help)
        }
        (Holds::Text, Operand::Text(text)) if property.name == "objectId" && !is_guid(text) => {
            warning("An object id is a GUID.".to_owned(), String::new())
        }
        (Holds::Items(variable), _) => {
            let text = format!("The items of `{}` have parts.", left.is);
            warning(text, format!("Write `{} -any ({variable}. ...)`.", left.is))
        }
        _ => None,
    }
}

/// Whether a text is a GUID.
pub(super) fn is_guid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}

/// `[OrderID]:Kiosk`: all of a tag.
fn is_whole_tag(text: &str) -> bool {
    text.to_ascii_lowercase().strip_prefix("[orderid]:").is_some_and(|tag| !tag.is_empty())
}

/// What is wrong with a regular expression. The service's are .NET's: only what is wrong in every dialect is refused.
fn of_pattern(pattern: &str, right: &Node<Operand>) -> Option<Problem> {
    if let Err(error) = Parser::new().parse(pattern)
        && let Some(text) = broken(pattern, &error)
    {
        return Some(Problem::error(right.at.clone(), format!("This is no regular expression: {text}.")));
    }
    let folded = pattern.to_ascii_lowercase();
    let token = TOKENS.into_iter().find(|token| {
        let token = token.to_ascii_lowercase();
        folded.find(&token).is_some_and(|at| !folded.get(..at).unwrap_or_default().ends_with('\\'))
    })?;
    let text = format!("In a regular expression, `{token}` is one character out of these.");
    Some(Problem::warning(right.at.clone(), text).help("Write `\\[` and `\\]`, or compare by `-contains`."))
}

/// .NET takes a brace that repeats nothing as a brace, and a bracket within brackets as a bracket.
fn broken(pattern: &str, error: &Error) -> Option<&'static str> {
    let at = pattern.get(error.span().start.offset..).unwrap_or_default();
    match error.kind() {
        ErrorKind::ClassUnclosed if !is_class_closed(pattern) => Some("a bracket is not closed"),
        ErrorKind::ClassRangeInvalid => Some("a range in brackets goes backwards"),
        ErrorKind::GroupUnclosed => Some("a parenthesis is not closed"),
        ErrorKind::GroupUnopened => Some("a closing parenthesis has no opening one"),
        ErrorKind::RepetitionMissing if !at.starts_with('{') => Some("`*`, `+` or `?` has nothing to repeat"),
        ErrorKind::EscapeUnexpectedEof => Some("it ends with a backslash"),
        _ => None,
    }
}

/// Whether each bracket that opens is closed, where none opens within another one.
fn is_class_closed(pattern: &str) -> bool {
    let mut rest = pattern.chars().peekable();
    let mut inside = false;
    while let Some(character) = rest.next() {
        match character {
            '\\' => drop(rest.next()),
            '[' if !inside => {
                inside = true;
                rest.next_if_eq(&'^');
                // The first one belongs to the class.
                rest.next_if_eq(&']');
            }
            ']' => inside = false,
            _ => {}
        }
    }
    !inside
}
