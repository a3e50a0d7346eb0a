//! `$orderby`: by which properties, and how two values compare.

use std::cmp::Ordering;

use serde_json::Value;

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

/// A value by which rows are sorted: nothing comes first, text has no letter case.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub(crate) enum Key {
    Nothing,
    Flag(bool),
    Number(f64),
    Text(String),
}

impl Key {
    pub(crate) fn of(value: &Value) -> Key {
        match value {
            Value::Bool(flag) => Key::Flag(*flag),
            Value::Number(number) => Key::Number(number.as_f64().unwrap_or_default()),
            // Dates are of one form and one time zone, so that their text sorts them.
            Value::String(text) => Key::Text(text.to_lowercase()),
            _ => Key::Nothing,
        }
    }
}

/// The order of two rows, each with its keys.
pub(crate) fn compare(order: &[By], left: &[Key], right: &[Key]) -> Ordering {
    for ((by, left), right) in order.iter().zip(left).zip(right) {
        let ordering = left.partial_cmp(right).unwrap_or(Ordering::Equal);
        let ordering = if by.falling { ordering.reverse() } else { ordering };
        if ordering.is_ne() {
            return ordering;
        }
    }
    Ordering::Equal
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sorted(order: &str, values: &Value) -> Vec<Value> {
        let order = parse(order).unwrap();
        let mut values = values.as_array().unwrap().clone();
        let keys = |value: &Value| order.iter().map(|by| Key::of(&value[&by.property])).collect::<Vec<_>>();
        values.sort_by(|left, right| compare(&order, &keys(left), &keys(right)));
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
