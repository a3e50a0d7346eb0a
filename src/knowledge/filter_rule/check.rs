//! What a filter's rule asks for, held against what filters can do.

use crate::knowledge::rule::{Expr, Name, Node, Operand, Operator, Problem, nearest};

/// How a property is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compared {
    /// By parts of its text too.
    Text,
    /// As a whole, with one value or several.
    Word,
    /// As a whole, with one value.
    OneWord,
    /// By its numbers.
    Version,
}

const PROPERTIES: &[(&str, Compared, &[&str])] = &[
    ("deviceName", Compared::Text, &[]),
    ("manufacturer", Compared::Text, &[]),
    ("model", Compared::Text, &[]),
    ("deviceCategory", Compared::Text, &[]),
    ("osVersion", Compared::Text, &[]),
    ("operatingSystemVersion", Compared::Version, &[]),
    ("deviceOwnership", Compared::OneWord, &["Personal", "Corporate"]),
    ("enrollmentProfileName", Compared::Text, &[]),
    (
        "deviceTrustType",
        Compared::Text,
        &["Azure AD joined", "Hybrid Azure AD joined", "Azure AD registered", "Unknown"],
    ),
    ("operatingSystemSKU", Compared::Text, &[]),
    ("cpuArchitecture", Compared::Word, &[]),
];

/// Properties that filters for Windows were seen to refuse.
const REFUSED: [&str; 2] = ["deviceId", "userPrincipalName"];

/// What membership rules and Microsoft Graph call the properties.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("displayName", "deviceName"),
    ("deviceModel", "model"),
    ("deviceManufacturer", "manufacturer"),
    ("deviceOSVersion", "osVersion"),
    ("skuFamily", "operatingSystemSKU"),
    ("trustType", "deviceTrustType"),
    ("ownership", "deviceOwnership"),
];

pub(super) fn problems(rule: &str, expr: &Expr) -> Vec<Problem> {
    let mut problems = Vec::new();
    walk(rule, expr, &mut problems);
    problems
}

fn walk(rule: &str, expr: &Expr, problems: &mut Vec<Problem>) {
    match expr {
        Expr::And(left, right) | Expr::Or(left, right) => {
            walk(rule, left, problems);
            walk(rule, right, problems);
        }
        Expr::Not(word, inner) => {
            let problem = Problem::error(word.at.clone(), "Rules of filters know no `-not`.");
            problems.push(problem.help("Use an operator that says no: `-ne`, `-notContains`, `-notIn`."));
            walk(rule, inner, problems);
        }
        Expr::Each { quantifier, .. } => {
            let text = format!("Rules of filters know no `-{}`.", quantifier.is.name());
            problems.push(Problem::error(quantifier.at.clone(), text));
        }
        Expr::DirectReports(manager) => {
            problems.push(Problem::error(manager.at.clone(), "Filters choose devices, not people."));
        }
        Expr::Compare { left, operator, right } => compare(rule, left, operator, right, problems),
    }
}

fn compare(
    rule: &str,
    left: &Node<Name>,
    operator: &Node<Operator>,
    right: &Node<Operand>,
    problems: &mut Vec<Problem>,
) {
    let found = property(left, problems);
    let name = operator.is.name();
    let mut error = |text: String, help: &str| problems.push(Problem::error(operator.at.clone(), text).help(help));
    match operator.is {
        Operator::NotStartsWith | Operator::EndsWith | Operator::NotEndsWith => {
            error(
                format!("Rules of filters know no `-{name}`."),
                "`-startsWith`, `-contains` and `-notContains` are there.",
            );
        }
        Operator::Match | Operator::NotMatch => {
            let text = format!("Microsoft's page does not know `-{name}` in rules of filters.");
            problems.push(Problem::warning(operator.at.clone(), text));
        }
        _ => {}
    }
    if let Some((known, compared, values)) = found {
        of_operator(known, compared, operator, problems);
        of_values(known, compared, values, operator, right, problems);
    }
    of_texts(rule, operator, right, problems);
}

fn property(
    written: &Node<Name>,
    problems: &mut Vec<Problem>,
) -> Option<(&'static str, Compared, &'static [&'static str])> {
    let Name::Property(object, name) = &written.is else {
        problems.push(Problem::error(written.at.clone(), "Rules of filters know no `_`."));
        return None;
    };
    let mut warn = |text: String, help: String| problems.push(Problem::warning(written.at.clone(), text).help(help));
    match object.to_ascii_lowercase().as_str() {
        "device" => {}
        "" => {
            let text = format!("`{name}` does not say whose property it is.");
            problems.push(Problem::error(written.at.clone(), text).help(format!("Write `device.{name}`.")));
            return None;
        }
        "app" => {
            warn("`app` is for filters of managed apps, not of devices.".to_owned(), String::new());
            return None;
        }
        _ => {
            warn(format!("There is no `{object}` here: filters ask for `device`."), String::new());
            return None;
        }
    }
    if let Some(found) = PROPERTIES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name)) {
        return Some(*found);
    }
    if REFUSED.iter().any(|refused| refused.eq_ignore_ascii_case(name)) {
        let text = format!("Filters for Windows have no `{name}`: Intune refuses it.");
        problems.push(Problem::error(written.at.clone(), text));
        return None;
    }
    let other = OTHER_NAMES.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, ours)| *ours);
    let meant = other.or_else(|| nearest(name, PROPERTIES.iter().map(|(known, ..)| *known)));
    let help = meant.map(|meant| format!("Did you mean `device.{meant}`?")).unwrap_or_default();
    warn(format!("`{name}` is no known property of Windows devices in filters."), help);
    None
}

/// Whether the operator can compare the property.
fn of_operator(known: &str, compared: Compared, operator: &Node<Operator>, problems: &mut Vec<Problem>) {
    let orders = matches!(operator.is, Operator::Gt | Operator::Ge | Operator::Lt | Operator::Le);
    let parts = matches!(operator.is, Operator::StartsWith | Operator::Contains | Operator::NotContains);
    let several = matches!(operator.is, Operator::In | Operator::NotIn);
    let (refused, takes) = match compared {
        Compared::Text => (orders, "`-eq`, `-ne`, `-in`, `-notIn`, `-startsWith`, `-contains`, `-notContains`"),
        Compared::Word => (orders || parts, "`-eq`, `-ne`, `-in`, `-notIn`"),
        Compared::OneWord => (orders || parts || several, "`-eq`, `-ne`"),
        Compared::Version => (parts || several, "`-eq`, `-ne`, `-gt`, `-ge`, `-lt`, `-le`"),
    };
    if refused {
        let text = format!("`{known}` cannot be compared by `-{}`.", operator.is.name());
        let help = match (known, orders) {
            ("osVersion", true) => "`operatingSystemVersion` can: its numbers are compared.".to_owned(),
            ("operatingSystemVersion", _) => format!("It takes {takes}. The text of the version is `osVersion`."),
            _ => format!("It takes {takes}."),
        };
        problems.push(Problem::error(operator.at.clone(), text).help(help));
    }
}

/// Whether the value can be one of the property's.
fn of_values(
    known: &str,
    compared: Compared,
    values: &[&str],
    operator: &Node<Operator>,
    right: &Node<Operand>,
    problems: &mut Vec<Problem>,
) {
    match &right.is {
        Operand::Null if compared == Compared::Version => {
            problems.push(Problem::error(right.at.clone(), format!("`{known}` is never null.")));
        }
        Operand::Text(version) | Operand::Number(version) if compared == Compared::Version => {
            let parts = version.split('.').filter(|part| part.parse::<u32>().is_ok()).count();
            let clean = version.split('.').count() == parts;
            if parts < 2 || !clean {
                let problem = Problem::error(right.at.clone(), "A version has two to four numbers.");
                problems.push(problem.help("For example 10.0.22621."));
            } else if parts > 4 {
                problems.push(Problem::warning(right.at.clone(), "A version has at most four numbers."));
            }
        }
        Operand::Text(text)
            if operator.is == Operator::Eq
                && !values.is_empty()
                && !values.iter().any(|value| value.eq_ignore_ascii_case(text)) =>
        {
            let values = values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ");
            let told = format!("`{known}` is one of {values} here, so this never holds.");
            problems.push(Problem::warning(right.at.clone(), told));
        }
        _ => {}
    }
}

/// What texts and lists may look like.
fn of_texts(rule: &str, operator: &Node<Operator>, right: &Node<Operand>, problems: &mut Vec<Problem>) {
    let of_list = matches!(operator.is, Operator::In | Operator::NotIn);
    match &right.is {
        Operand::List(items) => {
            if !of_list {
                let text = format!("A list is compared by `-in` and `-notIn`, not by `-{}`.", operator.is.name());
                problems.push(Problem::error(right.at.clone(), text));
            }
            for item in items {
                if item.is == Operand::Null {
                    problems.push(Problem::error(item.at.clone(), "null cannot stand in a list."));
                }
                of_text(rule, item, problems);
            }
        }
        Operand::Now(_) | Operand::Date(_) | Operand::Property(_) => {
            problems.push(Problem::error(right.at.clone(), "Filters compare with texts and versions."));
        }
        _ => of_text(rule, right, problems),
    }
}

fn of_text(rule: &str, operand: &Node<Operand>, problems: &mut Vec<Problem>) {
    let Operand::Text(text) = &operand.is else { return };
    let written = rule.get(operand.at.clone()).unwrap_or_default();
    let told = if text.is_empty() {
        ("An empty text is refused.", "Compare with null: `-eq $null`.")
    } else if written.starts_with('\'') {
        ("A text stands in double quotation marks.", "")
    } else if text.contains('"') {
        (
            "There is no way to write a quotation mark inside a text of a filter.",
            "Compare by `-contains` with what is before or behind it.",
        )
    } else {
        return;
    };
    problems.push(Problem::error(operand.at.clone(), told.0).help(told.1));
}
