//! Values as Terraform has them: null, unknown, or known, with exact numbers.
//!
//! A value carries no type. What is a list, a tuple, a map or an object is told by the [`Type`] beside it.
//! Shapes follow the documentation of the plugin protocol's object wire format.
//!
//! # Must not know
//! What an attribute is, and what a value is for.
//!
//! # Start at
//! [`Value`], then [`Type`].

mod kind;
mod map;
mod number;

pub use kind::Type;
pub use map::Name;
pub use number::{Number, NumberError};

/// The attributes of an object, or the elements of a map.
pub type Map = map::Map<Value>;

/// One value.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Absent. Terraform's `null`.
    #[default]
    Null,
    /// Not known before the apply.
    Unknown,
    /// `true` or `false`.
    Bool(bool),
    /// Any number, exactly.
    Number(Number),
    /// Text.
    String(String),
    /// The elements of a list or tuple, in order.
    List(Vec<Value>),
    /// The elements of a set, sorted. Made by [`Value::set`], so that equal sets are equal values.
    Set(Vec<Value>),
    /// A map or an object.
    Map(Map),
    /// A value whose type travels with it.
    Dynamic(Box<(Type, Value)>),
}

static NULL: Value = Value::Null;

impl Value {
    /// A set: sorted, and without duplicates among what is wholly known.
    pub fn set(mut elements: Vec<Value>) -> Value {
        elements.sort();
        elements.dedup_by(|a, b| a == b && a.is_wholly_known());
        Value::Set(elements)
    }

    /// An object of the given attributes.
    pub fn object<const N: usize>(attributes: [(&str, Value); N]) -> Value {
        Value::Map(attributes.into_iter().collect())
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether it is unknown itself; what is inside may still be.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown)
    }

    /// Whether nothing in it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Value::Unknown => false,
            Value::List(elements) | Value::Set(elements) => elements.iter().all(Value::is_wholly_known),
            Value::Map(map) => map.values().all(Value::is_wholly_known),
            Value::Dynamic(inner) => inner.1.is_wholly_known(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
    }

    /// The attribute or map element of that name; null where there is none.
    pub fn get(&self, name: &str) -> &Value {
        match self {
            Value::Map(map) => map.get(name).unwrap_or(&NULL),
            _ => &NULL,
        }
    }

    /// Sets an attribute. Anything but a map or object is left as it is.
    pub fn insert(&mut self, name: &str, value: Value) {
        if let Value::Map(map) = self {
            map.insert(name, value);
        }
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A known boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(known) => Some(*known),
            _ => None,
        }
    }

    /// A known whole number within 64 bits.
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The attributes of a known object, or the elements of a known map.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The elements of a known list, tuple or set; nothing for anything else.
    pub fn elements(&self) -> &[Value] {
        match self {
            Value::List(elements) | Value::Set(elements) => elements,
            _ => &[],
        }
    }

    /// The known strings in a list or set.
    pub fn strings(&self) -> Vec<String> {
        self.elements().iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(known: bool) -> Value {
        Value::Bool(known)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(number.into())
    }
}

/// A missing value is null.
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_equal_whatever_the_order() {
        let set = |texts: &[&str]| Value::set(texts.iter().map(|&text| text.into()).collect());
        assert_eq!(set(&["b", "a", "a"]), set(&["a", "b"]));
    }

    #[test]
    fn two_unknown_elements_of_a_set_stay_two() {
        assert_eq!(Value::set(vec![Value::Unknown, Value::Unknown]).elements().len(), 2);
    }

    #[test]
    fn an_unknown_deep_inside_is_found() {
        let value = Value::object([("a", Value::List(vec![Value::object([("b", Value::Unknown)])]))]);
        assert!(!value.is_wholly_known() && !value.is_unknown());
    }
}
