//! An attribute, and the words that declare it.

use std::borrow::Cow;

use super::{Check, OnGraph, Send, Setting};
use crate::value::{Type, Value};

/// What an attribute holds.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A value without attributes of its own.
    Plain(Type),
    /// Nested attributes.
    Nested(Nesting, Vec<Attribute>),
}

/// How nested attributes are held together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One object.
    Single,
    /// Objects in order.
    List,
    /// Distinct objects.
    Set,
    /// Objects by key.
    Map,
}

/// Who gives an attribute its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The configuration must.
    Required,
    /// The configuration may.
    Optional,
    /// Only the provider does.
    Computed,
    /// The configuration may, else the provider does.
    OptionalComputed,
}

/// What an attribute is in the plan while the configuration does not set it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unset {
    /// Unknown as soon as anything of its object changes.
    Recomputed,
    /// What it was; unknown at create.
    Stable,
    /// What it was; null at create. For what is not managed unless it is set.
    Unmanaged,
    /// This value.
    Default(Value),
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in a configuration.
    pub name: &'static str,
    /// One sentence for the registry's page.
    pub description: Cow<'static, str>,
    /// What it holds.
    pub kind: Kind,
    /// Who gives it its value.
    pub role: Role,
    /// Its plan while it is not set.
    pub unset: Unset,
    /// Whether a change replaces the resource.
    pub force_new: bool,
    /// Whether Terraform hides it.
    pub sensitive: bool,
    /// Whether it is in no plan and no state.
    pub write_only: bool,
    /// What to use instead, if it should not be used any more.
    pub deprecated: Option<&'static str>,
    /// What a known value must be.
    pub checks: Vec<Check>,
    /// A text that passes its checks, for pages and tests; of a set, an element.
    pub example: Option<&'static str>,
    /// The resource whose id it holds, without the provider's prefix.
    pub refers_to: Option<&'static str>,
    /// How Graph says it.
    pub on_graph: OnGraph,
}

fn attribute(name: &'static str, description: &'static str, kind: Kind) -> Attribute {
    Attribute {
        name,
        description: description.into(),
        kind,
        role: Role::Optional,
        unset: Unset::Recomputed,
        force_new: false,
        sensitive: false,
        write_only: false,
        deprecated: None,
        checks: Vec::new(),
        example: None,
        refers_to: None,
        on_graph: OnGraph::default(),
    }
}

/// An attribute of any plain type.
pub fn plain(name: &'static str, description: &'static str, ty: Type) -> Attribute {
    attribute(name, description, Kind::Plain(ty))
}

/// Text.
pub fn string(name: &'static str, description: &'static str) -> Attribute {
    plain(name, description, Type::String)
}

/// True or false.
pub fn boolean(name: &'static str, description: &'static str) -> Attribute {
    plain(name, description, Type::Bool)
}

/// A number.
pub fn number(name: &'static str, description: &'static str) -> Attribute {
    plain(name, description, Type::Number)
}

/// A whole number.
pub fn integer(name: &'static str, description: &'static str) -> Attribute {
    number(name, description).check(Check::Whole)
}

/// A set of texts.
pub fn strings(name: &'static str, description: &'static str) -> Attribute {
    plain(name, description, Type::Set(Type::String.into()))
}

/// A list of texts.
pub fn texts(name: &'static str, description: &'static str) -> Attribute {
    plain(name, description, Type::List(Type::String.into()))
}

/// A point in time as RFC 3339 text. Graph's year 1 is null.
pub fn timestamp(name: &'static str, description: &'static str) -> Attribute {
    let mut attribute = string(name, description);
    attribute.on_graph.is_time = true;
    attribute
}

/// Nested attributes, once. Ends with [`of`](Attribute::of).
pub fn object(name: &'static str, description: &'static str) -> Attribute {
    attribute(name, description, Kind::Nested(Nesting::Single, Vec::new()))
}

/// Nested attributes in order. Ends with [`of`](Attribute::of).
pub fn list_of(name: &'static str, description: &'static str) -> Attribute {
    attribute(name, description, Kind::Nested(Nesting::List, Vec::new()))
}

/// Distinct objects of nested attributes. Ends with [`of`](Attribute::of).
pub fn set_of(name: &'static str, description: &'static str) -> Attribute {
    attribute(name, description, Kind::Nested(Nesting::Set, Vec::new()))
}

/// Objects of nested attributes by key. Ends with [`of`](Attribute::of).
pub fn map_of(name: &'static str, description: &'static str) -> Attribute {
    attribute(name, description, Kind::Nested(Nesting::Map, Vec::new()))
}

/// The identifier that every resource has: given by the service, never changing.
pub fn id() -> Attribute {
    string("id", "Identifier given by Microsoft Graph.").read_only().stable()
}

/// The scope tags that most objects of Intune have: the built-in tag 0 where the configuration names none.
pub fn scope_tag_ids() -> Attribute {
    strings("role_scope_tag_ids", "Ids of its role scope tags.").default_strings(&["0"]).refers_to("scope_tag")
}

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
        let object = nested.iter().map(|attribute| (attribute.name.to_owned(), default(attribute))).collect();
        self.default(Value::Map(object))
    }

    /// The type of its values.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Plain(ty) => ty.clone(),
            Kind::Nested(nesting, attributes) => {
                let object = object_type(attributes);
                match nesting {
                    Nesting::Single => object,
                    Nesting::List => Type::List(object.into()),
                    Nesting::Set => Type::Set(object.into()),
                    Nesting::Map => Type::Map(object.into()),
                }
            }
        }
    }

    /// Whether the provider may give it a value.
    pub fn is_computed(&self) -> bool {
        matches!(self.role, Role::Computed | Role::OptionalComputed)
    }
}

/// The type of an object with these attributes.
pub fn object_type(attributes: &[Attribute]) -> Type {
    Type::Object(attributes.iter().map(|attribute| (attribute.name.to_owned(), attribute.ty())).collect())
}

/// An object with every one of these attributes null.
pub fn null_object(attributes: &[Attribute]) -> Value {
    Value::Map(attributes.iter().map(|attribute| (attribute.name.to_owned(), Value::Null)).collect())
}
