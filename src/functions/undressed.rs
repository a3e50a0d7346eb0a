//! Values of arguments that take any type.

use crate::value::Value;

/// A value without the type that came along.
pub(super) fn undressed(value: &Value) -> &Value {
    match value {
        Value::Dynamic(dressed) => undressed(&dressed.1),
        plain => plain,
    }
}
