//! `$orderby`: by which properties, and how two values compare.

use std::cmp::Ordering;

use serde_json::Value;

use super::caseless;
use super::filter::{Found, Source};

/// One property of an order.
#[derive(Debug, PartialEq)]
pub(crate) struct By {
    pub(crate) property: String,
    pub(crate) falling: bool,
}

/// Reads `displayName desc,id`.
pub(crate) fn parse(text: &str) -> Result<Vec<By>, String> {
    let each = text.split(',').map(|part| {
        let mut words = part.split_whitespace();
        let property = words.next().ok_or_else(|| format!("Syntax error: a property was expected in '{text}'."))?;
        let falling = match words.next() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(other) => return Err(format!("Syntax error at '{other}' in '{text}'.")),
        };
        match words.next() {
            None => Ok(By { property: property.to_owned(), falling }),
            Some(other) => Err(format!("Syntax error at '{other}' in '{text}'.")),
        }
    });
    each.collect()
}

/// The order of two rows.
pub(crate) fn compare(order: &[By], left: &impl Source, right: &impl Source) -> Ordering {
    order.iter().fold(Ordering::Equal, |decided, by| {
        decided.then_with(|| {
            let ordering = values(&left.value(&by.property), &right.value(&by.property));
            if by.falling { ordering.reverse() } else { ordering }
        })
    })
}

/// Nothing comes first, text has no letter case. Dates are of one form and one time zone, so that their text sorts them.
fn values(left: &Found<'_>, right: &Found<'_>) -> Ordering {
    match (left.text(), right.text()) {
        (Some(left), Some(right)) => caseless::compare(left, right),
        (None, None) => match (left, right) {
            (Found::Json(left), Found::Json(right)) => plain(left, right),
            _ => Ordering::Equal,
        },
        (left, right) => left.is_some().cmp(&right.is_some()),
    }
}

/// A property has values of one type, or none.
fn plain(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => {
            left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal)
        }
        _ => right.is_null().cmp(&left.is_null()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sorted(order: &str, values: &Value) -> Vec<Value> {
        let order = parse(order).unwrap();
        let mut values = values.as_array().unwrap().clone();
        values.sort_by(|left, right| compare(&order, left.as_object().unwrap(), right.as_object().unwrap()));
        values
    }

    #[test]
    fn numbers_flags_and_texts_are_sorted_by_what_they_are() {
        let names = |order: &str| {
            let rows = json!([{"n": "b", "v": 10}, {"n": "A", "v": 9}, {"n": "c", "v": null}, {"n": "a", "v": 9}]);
            sorted(order, &rows).iter().map(|row| row["n"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join("")
        };
        assert_eq!(names("v"), "cAab");
        assert_eq!(names("n desc"), "cbAa");
        assert_eq!(names("v desc,n desc"), "bAac");
        assert_eq!(sorted("f", &json!([{"f": true}, {"f": false}])), [json!({"f": false}), json!({"f": true})]);
    }

    #[test]
    fn malformed_orders_are_refused() {
        for order in ["", "a,", "a down", "a desc b"] {
            assert!(parse(order).is_err(), "{order}");
        }
    }
}
