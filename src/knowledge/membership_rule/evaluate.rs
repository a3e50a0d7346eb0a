//! Whether a rule matches an object.

use std::collections::BTreeMap;

use regex::RegexBuilder;
use thiserror::Error;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::properties::{Holds, find};
use crate::knowledge::rule::{Expr, Name, Operand, Operator, Quantifier};

/// What is known of a user or a device. Names have no case.
#[derive(Debug, Clone, Default)]
pub struct Member {
    /// The properties, by the names that rules have for them: one text, or those of a collection. `true` and `false` are
    /// texts. What is missing is null.
    pub properties: BTreeMap<String, Vec<String>>,
    /// The items of collections whose items have parts, such as `assignedPlans`: part by part.
    pub items: BTreeMap<String, Vec<BTreeMap<String, String>>>,
}

/// Why it cannot be told here whether a rule matches.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unknowable {
    /// `Direct Reports for`.
    #[error("who reports to whom stands in the directory only")]
    DirectReports,
    /// `system.now`, and no time is given.
    #[error("what time it is when the rule is evaluated")]
    Now,
    /// A regular expression that .NET understands.
    #[error("the regular expression {0:?} is of a kind that only .NET evaluates")]
    Pattern(String),
}

impl Member {
    fn texts(&self, name: &str) -> &[String] {
        let found = self.properties.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or(&[], |(_, texts)| texts.as_slice())
    }

    fn items(&self, name: &str) -> &[BTreeMap<String, String>] {
        let found = self.items.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or(&[], |(_, items)| items.as_slice())
    }
}

/// Whether the rule matches. `now` is what `system.now` stands for, where that is known.
///
/// # Errors
/// Where that cannot be told without the directory.
pub fn matches(rule: &Expr, member: &Member, now: Option<OffsetDateTime>) -> Result<bool, Unknowable> {
    match rule {
        Expr::And(left, right) => Ok(matches(left, member, now)? && matches(right, member, now)?),
        Expr::Or(left, right) => Ok(matches(left, member, now)? || matches(right, member, now)?),
        Expr::Not(_, inner) => Ok(!matches(inner, member, now)?),
        Expr::DirectReports(_) => Err(Unknowable::DirectReports),
        Expr::Compare { left, operator, right } => {
            let Name::Property(object, name) = &left.is else { return Ok(false) };
            let texts = member.texts(name);
            match find(object, name).map(|property| property.holds) {
                // Without a variable, one item has to fit; by an operator that says no, none may.
                Some(Holds::Texts) => {
                    let plain = operator.is.opposite_of().unwrap_or(operator.is);
                    let mut any = false;
                    for text in texts {
                        any |= holds(Some(text), plain, &right.is, now)?;
                    }
                    if texts.is_empty() {
                        any = holds(None, plain, &right.is, now)?;
                    }
                    Ok(any == (plain == operator.is))
                }
                _ => holds(texts.first().map(String::as_str), operator.is, &right.is, now),
            }
        }
        Expr::Each { collection, quantifier, holds: condition } => {
            let Name::Property(_, name) = &collection.is else { return Ok(false) };
            let items = member.items(name).iter().map(Item::Parts);
            let texts = member.texts(name).iter().map(|text| Item::Text(text));
            let (mut any, mut all) = (false, true);
            for item in items.chain(texts) {
                let fits = item_matches(condition, &item, now)?;
                any |= fits;
                all &= fits;
            }
            Ok(if quantifier.is == Quantifier::Any { any } else { all })
        }
    }
}

enum Item<'a> {
    Text(&'a str),
    Parts(&'a BTreeMap<String, String>),
}

fn item_matches(condition: &Expr, item: &Item<'_>, now: Option<OffsetDateTime>) -> Result<bool, Unknowable> {
    match condition {
        Expr::And(left, right) => Ok(item_matches(left, item, now)? && item_matches(right, item, now)?),
        Expr::Or(left, right) => Ok(item_matches(left, item, now)? || item_matches(right, item, now)?),
        Expr::Not(_, inner) => Ok(!item_matches(inner, item, now)?),
        Expr::Compare { left, operator, right } => {
            let value = match (item, &left.is) {
                (Item::Text(text), _) => Some(*text),
                (Item::Parts(parts), Name::Property(_, part)) => {
                    parts.iter().find(|(name, _)| name.eq_ignore_ascii_case(part)).map(|(_, text)| text.as_str())
                }
                (Item::Parts(_), Name::Item) => None,
            };
            holds(value, operator.is, &right.is, now)
        }
        Expr::Each { .. } | Expr::DirectReports(_) => Ok(false),
    }
}

fn holds(
    value: Option<&str>,
    operator: Operator,
    operand: &Operand,
    now: Option<OffsetDateTime>,
) -> Result<bool, Unknowable> {
    if let Some(plain) = operator.opposite_of() {
        return Ok(!holds(value, plain, operand, now)?);
    }
    let Some(value) = value else { return Ok(*operand == Operand::Null) };
    let folded = value.to_lowercase();
    Ok(match operand {
        Operand::Null | Operand::Property(_) => false,
        Operand::Bool(on) => folded == on.to_string(),
        Operand::List(items) => {
            items.iter().any(|item| text_of(&item.is).is_some_and(|text| text.to_lowercase() == folded))
        }
        Operand::Now(sum) => {
            let moment = moment(now.ok_or(Unknowable::Now)?, sum.as_ref());
            date(value).is_some_and(|date| ordered(date.cmp(&moment), operator))
        }
        Operand::Text(text) | Operand::Number(text) | Operand::Date(text) => compares(value, operator, text)?,
    })
}

fn text_of(operand: &Operand) -> Option<&str> {
    match operand {
        Operand::Text(text) | Operand::Number(text) | Operand::Date(text) => Some(text),
        _ => None,
    }
}

fn compares(value: &str, operator: Operator, text: &str) -> Result<bool, Unknowable> {
    if operator == Operator::Match {
        let pattern = RegexBuilder::new(text).case_insensitive(true).build();
        return pattern.map(|pattern| pattern.is_match(value)).map_err(|_| Unknowable::Pattern(text.to_owned()));
    }
    let (value, text) = (value.to_lowercase(), text.to_lowercase());
    Ok(match operator {
        Operator::StartsWith => value.starts_with(&text),
        Operator::EndsWith => value.ends_with(&text),
        Operator::Contains => value.contains(&text),
        Operator::Ge | Operator::Le | Operator::Gt | Operator::Lt => {
            let order = match (date(&value), date(&text)) {
                (Some(value), Some(text)) => value.cmp(&text),
                _ => version(&value).cmp(&version(&text)),
            };
            ordered(order, operator)
        }
        _ => value == text,
    })
}

fn ordered(order: std::cmp::Ordering, operator: Operator) -> bool {
    match operator {
        Operator::Ge => order.is_ge(),
        Operator::Le => order.is_le(),
        Operator::Gt => order.is_gt(),
        Operator::Lt => order.is_lt(),
        _ => order.is_eq(),
    }
}

/// A moment, or the beginning of a day.
fn date(text: &str) -> Option<OffsetDateTime> {
    let text = text.to_uppercase();
    let full = if text.contains('T') { text } else { format!("{text}T00:00:00Z") };
    OffsetDateTime::parse(&full, &Rfc3339).ok()
}

/// `10.0.22621`, compared number by number.
fn version(text: &str) -> Vec<u64> {
    text.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

fn moment(now: OffsetDateTime, sum: Option<&(bool, String)>) -> OffsetDateTime {
    let Some((minus, duration)) = sum else { return now };
    let duration = length_of(duration);
    now.checked_add(if *minus { -duration } else { duration }).unwrap_or(now)
}

/// An ISO 8601 duration. A month is taken for 30 days and a year for 365.
fn length_of(text: &str) -> Duration {
    let mut seconds = 0_i64;
    let mut number = 0_i64;
    let mut in_time = false;
    for character in text.chars() {
        let unit = match character.to_ascii_uppercase() {
            'T' => {
                in_time = true;
                continue;
            }
            digit @ '0'..='9' => {
                number = number.saturating_mul(10).saturating_add(i64::from(digit.to_digit(10).unwrap_or(0)));
                continue;
            }
            'S' => 1,
            'M' if in_time => 60,
            'H' => 3600,
            'D' => 86_400,
            'W' => 7 * 86_400,
            'M' => 30 * 86_400,
            'Y' => 365 * 86_400,
            _ => 0,
        };
        seconds = seconds.saturating_add(number.saturating_mul(unit));
        number = 0;
    }
    Duration::seconds(seconds)
}
