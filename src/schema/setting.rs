//! A setting of Intune's settings catalog that holds an attribute, where the object has no property for it.

/// What a setting holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// One of the definition's choices: its id and `_0`, `_1`, and so on.
    Choice,
    /// A whole number.
    Number,
    /// A text.
    Text,
    /// Texts; the setting is left out where there are none.
    Texts,
}

/// A setting: its definition, and the templates of its instance and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What it holds.
    pub holds: Holds,
    /// The id of its definition.
    pub id: &'static str,
    /// The template of the instance.
    pub instance: &'static str,
    /// The template of the value; empty for none.
    pub value: &'static str,
}
