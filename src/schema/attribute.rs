//! An attribute, and the constructors that begin a declaration.

use std::borrow::Cow;

use super::{Check, Condition, OnGraph};
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
    /// What it is one way to say: of all attributes that say the same exactly one is set.
    pub alternative: Option<&'static str>,
    /// Where alone it has a meaning. Elsewhere it is refused, and null.
    pub only_where: Option<Condition>,
    /// Where it must be set.
    pub required_where: Option<Condition>,
    /// Whether two texts say the same, where that is more than being equal: what is there is then kept.
    pub same: Option<fn(&str, &str) -> bool>,
    /// A text that passes its checks, for pages and tests; of a set, an element.
    pub example: Option<&'static str>,
    /// The resource whose id it holds, without the provider's prefix.
    pub refers_to: Option<&'static str>,
    /// How Graph says it.
    pub on_graph: OnGraph,
}

/// What an attribute refers to that holds the id of whatever object of the directory.
pub const ANY_OBJECT: &str = "directory_object";

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
        alternative: None,
        only_where: None,
        required_where: None,
        same: None,
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

    /// The value of before where the new one says the same in other words, else the new one.
    pub fn in_words_of(&self, value: Value, before: Option<&Value>) -> Value {
        match (self.same, before, &value) {
            (Some(same), Some(Value::String(before)), Value::String(now)) if same(before, now) => {
                Value::String(before.clone())
            }
            _ => value,
        }
    }

    /// Whether the provider may give it a value.
    pub fn is_computed(&self) -> bool {
        matches!(self.role, Role::Computed | Role::OptionalComputed)
    }
}

/// The type of an object with these attributes.
pub fn object_type(attributes: &[Attribute]) -> Type {
    Type::Object(attributes.iter().map(|attribute| (attribute.name.into(), attribute.ty())).collect())
}

/// An object with every one of these attributes null.
pub fn null_object(attributes: &[Attribute]) -> Value {
    Value::Map(attributes.iter().map(|attribute| (attribute.name, Value::Null)).collect())
}
