//! A setting of Intune's settings catalog that holds an attribute, where the object has no property for it.

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// One of the definition's choices: its id and `_0`, `_1`, and so on. True and false are `_1` and `_0`.
    Choice,
    /// A whole number.
    Number,
    /// A text.
    Text,
    /// Texts; the setting is left out where there are none.
    Texts,
    /// Objects, each as JSON in a text; the setting is left out where there are none.
    Objects,
}

/// A setting: its definition, and the templates of its instance and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What it holds.
    pub holds: Holds,
    /// The id of its definition.
    pub id: &'static str,
    /// The id of its instance's template.
    pub instance: &'static str,
    /// The id of its value's template; empty for none.
    pub value: &'static str,
}

impl Setting {
    /// A setting of a template.
    pub const fn new(holds: Holds, id: &'static str, instance: &'static str, value: &'static str) -> Setting {
        Setting { holds, id, instance, value }
    }
}
