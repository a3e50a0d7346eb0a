//! `$orderby`: the properties by which a list is sorted, each by its type.
//!
//! Facts: OData 4.01 part 2, and the documentation of single properties on what sorts. Null comes first.

use std::cmp::Ordering;

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::Collection;
use crate::emulator::call::Call;
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, Version};
use crate::emulator::model::{Property, kind};

/// A property, and whether it falls.
pub(super) struct By {
    property: &'static Property,
    falling: bool,
}

/// What sorts the list; empty where nothing is asked for.
pub(super) fn order(call: &Call, collection: &Collection) -> Result<Vec<By>, Failure> {
    let text = call.query.get("$orderby").unwrap_or_default();
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| by(part, call, collection)).collect()
}

fn by(part: &str, call: &Call, collection: &Collection) -> Result<By, Failure> {
    let (name, how) = part.split_once(' ').map_or((part, ""), |(name, how)| (name, how.trim()));
    let falling = match how.to_ascii_lowercase().as_str() {
        "" | "asc" => false,
        "desc" => true,
        _ => return Err(Failure::unreadable(format!("Syntax error at position {} in '{part}'.", part.len()))),
    };
    let declared = kind(collection.kind).property(name).filter(|each| call.version == Version::Beta || !each.beta);
    let property = declared.ok_or_else(|| {
        Failure::unreadable(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
            collection.kind
        ))
    })?;
    if !collection.orders.is_empty() && !collection.orders.contains(&name) {
        return Err(Failure::intune_refuses());
    }
    Ok(By { property, falling })
}

/// Which of two items comes first.
pub(super) fn compare(order: &[By], left: &Object, right: &Object) -> Ordering {
    order.iter().fold(Ordering::Equal, |decided, by| {
        decided.then_with(|| {
            let value = |entity: &Object| entity.get(&by.property.name).cloned().unwrap_or(Value::Null);
            let ordering = of_kind(&by.property.kind, &value(left), &value(right));
            if by.falling { ordering.reverse() } else { ordering }
        })
    })
}

fn of_kind(kind: &str, left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => right.is_null().cmp(&left.is_null()),
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Number(left), Value::Number(right)) => {
            left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal)
        }
        _ => {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
            let date = |value: &Value| OffsetDateTime::parse(value.as_str().unwrap_or_default(), &Rfc3339).ok();
            match kind {
                "DateTimeOffset" => date(left).cmp(&date(right)),
                _ => text(left).cmp(&text(right)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_and_dates_are_no_texts_and_null_comes_first() {
        assert_eq!(of_kind("Int32", &json!(9), &json!(10)), Ordering::Less);
        assert_eq!(
            of_kind("DateTimeOffset", &json!("2026-01-02T00:00:00Z"), &json!("2026-01-01T20:00:00.5-08:00")),
            Ordering::Less
        );
        assert_eq!(of_kind("String", &json!("b"), &json!("A")), Ordering::Greater);
        assert_eq!(of_kind("String", &Value::Null, &json!("")), Ordering::Less);
        assert_eq!(of_kind("Boolean", &json!(false), &json!(true)), Ordering::Less);
    }
}
