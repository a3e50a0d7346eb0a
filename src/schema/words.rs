//! The words of an attribute, in the order in which they are written: role, behaviour, checks, and how Graph says it.

use std::borrow::Cow;

use super::{
    ANY_OBJECT, Check, Condition, Send, Setting,
    attribute::{Attribute, Kind, Role, Unset},
};
use crate::value::Value;

impl Attribute {
    /// The configuration must set it.
    #[must_use]
    pub fn required(mut self) -> Attribute {
        self.role = Role::Required;
        self
    }

    /// Only the provider sets it. Graph is never sent it.
    #[must_use]
    pub fn read_only(mut self) -> Attribute {
        self.role = Role::Computed;
        self.on_graph.send = Send::Never;
        self
    }

    /// Where the configuration does not set it, the provider does.
    #[must_use]
    pub fn computed(mut self) -> Attribute {
        self.role = Role::OptionalComputed;
        self
    }

    /// Its value where the configuration sets none.
    #[must_use]
    pub fn default(mut self, value: impl Into<Value>) -> Attribute {
        self.role = Role::OptionalComputed;
        self.unset = Unset::Default(value.into());
        self
    }

    /// Its elements where the configuration sets none: a set of texts.
    #[must_use]
    pub fn default_strings(self, elements: &[&str]) -> Attribute {
        self.default(Value::set(elements.iter().map(|&element| element.into()).collect()))
    }

    /// A change replaces the resource.
    #[must_use]
    pub fn force_new(mut self) -> Attribute {
        self.force_new = true;
        self
    }

    /// Once known it never changes by itself.
    #[must_use]
    pub fn stable(mut self) -> Attribute {
        self.unset = Unset::Stable;
        self
    }

    /// Not set, it is never written and keeps what it was.
    #[must_use]
    pub fn unmanaged_when_unset(mut self) -> Attribute {
        self.role = Role::OptionalComputed;
        self.unset = Unset::Unmanaged;
        self
    }

    /// Not set, it keeps what it is: what is there at create, and later what it was.
    #[must_use]
    pub fn kept(mut self) -> Attribute {
        self.role = Role::OptionalComputed;
        self.unset = Unset::Stable;
        self
    }

    /// Two texts that this function finds the same are one value: written otherwise is no change.
    #[must_use]
    pub fn same_when(mut self, same: fn(&str, &str) -> bool) -> Attribute {
        self.same = Some(same);
        self
    }

    /// Hidden in Terraform's output.
    #[must_use]
    pub fn sensitive(mut self) -> Attribute {
        self.sensitive = true;
        self
    }

    /// In no plan and no state.
    #[must_use]
    pub fn write_only(mut self) -> Attribute {
        self.write_only = true;
        self
    }

    /// Another sentence for the registry's page.
    #[must_use]
    pub fn described(mut self, description: impl Into<Cow<'static, str>>) -> Attribute {
        self.description = description.into();
        self
    }

    /// Should not be used any more: a sentence that says what to use instead.
    #[must_use]
    pub fn deprecated(mut self, instead: &'static str) -> Attribute {
        self.deprecated = Some(instead);
        self
    }

    /// What a known value must be.
    #[must_use]
    pub fn check(mut self, check: Check) -> Attribute {
        self.checks.push(check);
        self
    }

    /// Of all attributes that say the same, exactly one is set. False sets nothing.
    #[must_use]
    pub fn alternative(mut self, says: &'static str) -> Attribute {
        self.alternative = Some(says);
        self
    }

    /// It has a meaning only where another attribute says one of these. Elsewhere it is refused: `because` goes on after a colon.
    #[must_use]
    pub fn only_where(
        mut self,
        attribute: &'static str,
        values: &'static [&'static str],
        because: &'static str,
    ) -> Attribute {
        self.only_where = Some(Condition { attribute, values, because });
        self
    }

    /// It must be set where another attribute says one of these: `because` goes on after a colon.
    #[must_use]
    pub fn required_where(
        mut self,
        attribute: &'static str,
        values: &'static [&'static str],
        because: &'static str,
    ) -> Attribute {
        self.required_where = Some(Condition { attribute, values, because });
        self
    }

    /// At most so many characters.
    #[must_use]
    pub fn max_len(self, at_most: usize) -> Attribute {
        self.check(Check::Length { at_least: 0, at_most })
    }

    /// From so many to so many characters.
    #[must_use]
    pub fn len(self, at_least: usize, at_most: usize) -> Attribute {
        self.check(Check::Length { at_least, at_most })
    }

    /// From so much to so much, both included.
    #[must_use]
    pub fn range(self, at_least: i64, at_most: i64) -> Attribute {
        self.check(Check::Range { at_least, at_most })
    }

    /// One of these texts.
    #[must_use]
    pub fn one_of(self, values: &[&'static str]) -> Attribute {
        self.check(Check::OneOf(values.to_vec()))
    }

    /// A GUID.
    #[must_use]
    pub fn guid(self) -> Attribute {
        self.check(Check::Guid)
    }

    /// A text that passes its checks, where they alone do not tell one.
    #[must_use]
    pub fn example(mut self, text: &'static str) -> Attribute {
        self.example = Some(text);
        self
    }

    /// It holds the id of such a resource, named without the provider's prefix.
    #[must_use]
    pub fn refers_to(mut self, resource: &'static str) -> Attribute {
        self.refers_to = Some(resource);
        self
    }

    /// It holds the id of whatever object of the directory. Nobody looks such an id up: that needs the permission to read
    /// all of the directory.
    #[must_use]
    pub fn refers_to_any_object(self) -> Attribute {
        self.refers_to(ANY_OBJECT)
    }

    /// The nested attributes.
    #[must_use]
    pub fn of(mut self, attributes: Vec<Attribute>) -> Attribute {
        if let Kind::Nested(_, nested) = &mut self.kind {
            *nested = attributes;
        }
        self
    }

    /// Its name on Graph, where it is not the name in lowerCamelCase; a property of a nested object after a slash.
    #[must_use]
    pub fn graph(mut self, property: &'static str) -> Attribute {
        self.on_graph.property = Some(property);
        self
    }

    /// Its words here and on Graph. No other word is allowed.
    #[must_use]
    pub fn values(mut self, pairs: &[(&'static str, &'static str)]) -> Attribute {
        self.on_graph.values = pairs.to_vec();
        self.one_of(&pairs.iter().map(|(word, _)| *word).collect::<Vec<_>>())
    }

    /// Its words for some of Graph's; any other word is the same on both sides.
    #[must_use]
    pub fn aliases(mut self, pairs: &[(&'static str, &'static str)]) -> Attribute {
        self.on_graph.values = pairs.to_vec();
        self
    }

    /// Graph says the opposite.
    #[must_use]
    pub fn inverted(mut self) -> Attribute {
        self.on_graph.inverted = true;
        self
    }

    /// Graph holds its text in base64.
    #[must_use]
    pub fn base64(mut self) -> Attribute {
        self.on_graph.base64 = true;
        self
    }

    /// It is held by a setting of the settings catalog.
    #[must_use]
    pub fn setting(mut self, setting: Setting) -> Attribute {
        self.on_graph.setting = Some(setting);
        self
    }

    /// Graph takes it at creation only.
    #[must_use]
    pub fn create_only(mut self) -> Attribute {
        self.on_graph.send = Send::AtCreate;
        self
    }

    /// It names the object: a write of the object does not send it.
    #[must_use]
    pub fn not_sent(mut self) -> Attribute {
        self.on_graph.send = Send::Never;
        self
    }

    /// Graph has no such property on the object itself.
    #[must_use]
    pub fn off_graph(mut self) -> Attribute {
        self.on_graph.send = Send::Never;
        self.on_graph.read = false;
        self
    }

    /// Not set, the object is made of the defaults of its attributes. Comes after [`of`](Attribute::of).
    #[must_use]
    pub fn default_of_nested(self) -> Attribute {
        let Kind::Nested(_, nested) = &self.kind else { return self };
        let default = |attribute: &Attribute| match &attribute.unset {
            Unset::Default(value) => value.clone(),
            _ => Value::Null,
        };
        let object = nested.iter().map(|attribute| (attribute.name, default(attribute))).collect();
        self.default(Value::Map(object))
    }
}
