//! `$filter`: a parser for what Graph's collections take, and its evaluation over JSON.
//!
//! Grammar from OData 4.01 part 2 (URL conventions), cut to comparisons, `and`/`or`/`not`, `in`, the text functions,
//! `isof` and `any`. Which of these a collection supports is that collection's business.

mod parse;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeSet;

use serde_json::Value;

use super::caseless;
use super::path::key;
use crate::emulator::model::check::Object;

/// What a filter is held against: properties by name. Null is what is not there.
pub(crate) trait Source {
    fn value(&self, name: &str) -> Found<'_>;
}

/// The value of a property.
#[derive(Debug, Clone)]
pub(crate) enum Found<'a> {
    /// Where it lies: most that is looked at is text, of many objects.
    Text(&'a str),
    /// Texts of two parts each; one without the second is none.
    Joined([(&'static str, &'a str); 3]),
    Json(Cow<'a, Value>),
}

impl<'a> Found<'a> {
    pub(crate) fn owned(value: impl Into<Value>) -> Found<'a> {
        Found::Json(Cow::Owned(value.into()))
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Found::Text(text) => Some(text),
            Found::Joined(_) => None,
            Found::Json(value) => value.as_str(),
        }
    }

    pub(crate) fn json(self) -> Cow<'a, Value> {
        match self {
            Found::Text(text) => Cow::Owned(Value::from(text)),
            Found::Joined(parts) => {
                let parts = parts.into_iter().filter(|(_, text)| !text.is_empty());
                Cow::Owned(parts.map(|(head, text)| Value::from([head, text].concat())).collect())
            }
            Found::Json(value) => value,
        }
    }

    /// Whether one of the items is as it is to be.
    fn has(&self, mut wanted: impl FnMut(Found<'_>) -> bool) -> bool {
        match self {
            Found::Text(_) => false,
            Found::Joined(parts) => {
                let mut whole = String::with_capacity(64);
                parts.iter().filter(|(_, text)| !text.is_empty()).any(|(head, text)| {
                    whole.clear();
                    whole.push_str(head);
                    whole.push_str(text);
                    wanted(Found::Text(&whole))
                })
            }
            Found::Json(value) => {
                let mut items = value.as_array().into_iter().flatten();
                items.any(|item| wanted(Found::Json(Cow::Borrowed(item))))
            }
        }
    }
}

impl Source for Object {
    fn value(&self, name: &str) -> Found<'_> {
        self.get(name).map_or(Found::owned(()), |value| Found::Json(Cow::Borrowed(value)))
    }
}

/// One item of a collection, under the name of its variable.
struct Item<'a> {
    variable: &'a str,
    value: Found<'a>,
}

impl Source for Item<'_> {
    fn value(&self, name: &str) -> Found<'_> {
        match &self.value {
            _ if name != self.variable => Found::owned(()),
            Found::Json(value) => Found::Json(Cow::Borrowed(value)),
            text => text.clone(),
        }
    }
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    /// Whether a flags enum has the member.
    Has,
}

/// The functions on text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextFunction {
    StartsWith,
    EndsWith,
    Contains,
}

/// A parsed filter.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    And(Box<Filter>, Box<Filter>),
    Or(Box<Filter>, Box<Filter>),
    Not(Box<Filter>),
    Compare(String, Comparison, Value),
    In(String, Vec<Value>),
    Text(TextFunction, String, String),
    IsOf(String),
    /// The collection, the variable's name, the condition on each item.
    Any(String, String, Option<Box<Filter>>),
}

impl Filter {
    /// Calls back for every part that is not `and` or `or`.
    pub(crate) fn leaves<'a>(&'a self, each: &mut dyn FnMut(&'a Filter)) {
        match self {
            Filter::And(left, right) | Filter::Or(left, right) => {
                left.leaves(each);
                right.leaves(each);
            }
            leaf => each(leaf),
        }
    }

    /// The ids of which an entity must have one, where the filter says so: in order, and each once.
    pub(crate) fn ids(&self) -> Option<Vec<String>> {
        fn named(filter: &Filter) -> Option<BTreeSet<String>> {
            match filter {
                Filter::Compare(path, Comparison::Equal, value) if path == "id" => {
                    Some(BTreeSet::from([key(value.as_str()?)]))
                }
                Filter::In(path, values) if path == "id" => {
                    values.iter().map(|value| value.as_str().map(key)).collect()
                }
                Filter::Or(left, right) => Some(&named(left)? | &named(right)?),
                Filter::And(left, right) => named(left).or_else(|| named(right)),
                _ => None,
            }
        }
        named(self).map(|ids| ids.into_iter().collect())
    }

    pub(crate) fn matches(&self, entity: &impl Source) -> bool {
        match self {
            Filter::And(left, right) => left.matches(entity) && right.matches(entity),
            Filter::Or(left, right) => left.matches(entity) || right.matches(entity),
            Filter::Not(inner) => !inner.matches(entity),
            Filter::Compare(path, how, expected) => compare(&at(entity, path), *how, expected),
            Filter::In(path, values) => {
                let found = at(entity, path);
                values.iter().any(|value| compare(&found, Comparison::Equal, value))
            }
            Filter::Text(function, path, part) => at(entity, path).text().is_some_and(|text| match function {
                TextFunction::StartsWith => caseless::starts_with(text, part),
                TextFunction::EndsWith => caseless::ends_with(text, part),
                TextFunction::Contains => caseless::contains(text, part),
            }),
            Filter::IsOf(name) => at(entity, "@odata.type")
                .text()
                .is_some_and(|kind| crate::emulator::model::name_of(kind) == crate::emulator::model::name_of(name)),
            Filter::Any(path, variable, condition) => at(entity, path)
                .has(|value| condition.as_ref().is_none_or(|condition| condition.matches(&Item { variable, value }))),
        }
    }
}

/// The value at a path; `$count` at its end is the number of items.
fn at<'a>(entity: &'a impl Source, path: &str) -> Found<'a> {
    let mut parts = path.split('/');
    let mut found = entity.value(parts.next().unwrap_or_default());
    for part in parts {
        found = Found::Json(match found.json() {
            value if part == "$count" => Cow::Owned(Value::from(value.as_array().map_or(0, Vec::len))),
            Cow::Borrowed(value) => value.get(part).map_or(Cow::Owned(Value::Null), Cow::Borrowed),
            Cow::Owned(value) => Cow::Owned(value.get(part).cloned().unwrap_or_default()),
        });
    }
    found
}

fn order(found: &Found<'_>, expected: &Value) -> Option<Ordering> {
    let found = match found {
        Found::Text(found) => return expected.as_str().map(|expected| caseless::compare(found, expected)),
        Found::Joined(_) => return None,
        Found::Json(found) => found.as_ref(),
    };
    match (found, expected) {
        (Value::String(found), Value::String(expected)) => Some(caseless::compare(found, expected)),
        (Value::Number(found), Value::Number(expected)) => {
            found.as_f64().and_then(|found| expected.as_f64().and_then(|expected| found.partial_cmp(&expected)))
        }
        (Value::Bool(found), Value::Bool(expected)) => Some(found.cmp(expected)),
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        _ => None,
    }
}

fn compare(found: &Found<'_>, how: Comparison, expected: &Value) -> bool {
    if let (Some(found), Some(expected), Comparison::Equal) = (found.text(), expected.as_str(), how) {
        return caseless::same(found, expected);
    }
    let order = order(found, expected);
    match how {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
        Comparison::Has => found
            .text()
            .zip(expected.as_str())
            .is_some_and(|(found, expected)| found.split(',').any(|member| member.eq_ignore_ascii_case(expected))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(filter: &str, entity: &Value) -> bool {
        Filter::parse(filter).unwrap().matches(entity.as_object().unwrap())
    }

    #[test]
    fn comparisons_and_functions_ignore_case() {
        let group =
            json!({"displayName": "Kiosk Devices", "priority": 0, "mail": null, "groupTypes": ["DynamicMembership"]});
        assert!(holds("displayName eq 'kiosk devices'", &group));
        assert!(holds("startswith(displayName,'KIOSK')", &group));
        assert!(holds("priority eq 0 and mail eq null", &group));
        assert!(holds("not (displayName eq 'x') and displayName in ('a','Kiosk Devices')", &group));
        assert!(holds("groupTypes/any(c:c eq 'DynamicMembership')", &group));
        assert!(!holds("mail ne null or endswith(displayName,'x')", &group));
        let policy = json!({"technologies": "mdm,enrollment"});
        assert!(holds("technologies has 'enrollment'", &policy));
        assert!(!holds("technologies has 'enroll'", &policy));
    }

    #[test]
    fn a_quote_is_doubled_and_and_binds_tighter_than_or() {
        assert!(holds("name eq 'O''Neil'", &json!({"name": "O'Neil"})));
        assert!(holds("a eq 1 or a eq 2 and b eq 3", &json!({"a": 1, "b": 0})));
        assert!(holds("at ge 2026-01-01T00:00:00Z", &json!({"at": "2026-03-01T00:00:00Z"})));
    }
}
