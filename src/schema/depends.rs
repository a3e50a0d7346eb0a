//! Whether a condition holds of an object.

use super::{Attribute, Condition, Unset};
use crate::value::Value;

impl Condition {
    /// Whether it holds of an object of these attributes; `None` where that is not known yet. What is not set has its default.
    pub fn holds(&self, attributes: &[Attribute], object: &Value) -> Option<bool> {
        match self.value(attributes, object) {
            Value::Unknown => None,
            value => Some(value.as_str().is_some_and(|text| self.values.contains(&text))),
        }
    }

    /// What the other attribute says.
    pub(super) fn value<'a>(&self, attributes: &'a [Attribute], object: &'a Value) -> &'a Value {
        let other = attributes.iter().find(|attribute| attribute.name == self.attribute);
        match (object.get(self.attribute), other.map(|other| &other.unset)) {
            (Value::Null, Some(Unset::Default(default))) => default,
            (value, _) => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::string;

    #[test]
    fn what_is_not_set_is_its_default_and_what_is_unknown_is_open() {
        let attributes = [string("mode", "How.").default("user")];
        let condition = Condition { attribute: "mode", values: &["user", "shared"], because: "it has one." };
        let holds = |mode: Value| condition.holds(&attributes, &Value::object([("mode", mode)]));
        assert_eq!(holds(Value::Null), Some(true));
        assert_eq!(holds("shared".into()), Some(true));
        assert_eq!(holds("nobody".into()), Some(false));
        assert_eq!(holds(Value::Unknown), None);
        assert_eq!(condition.to_string(), "`mode` is `user` or `shared`");
    }
}
