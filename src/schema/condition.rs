//! What an attribute depends on: what another attribute of the same object says.

/// That another attribute has one of these values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The other attribute, which holds a text.
    pub attribute: &'static str,
    /// Its values.
    pub values: &'static [&'static str],
    /// Why: goes on after a colon.
    pub because: &'static str,
}

impl std::fmt::Display for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let values: Vec<_> = self.values.iter().map(|value| format!("`{value}`")).collect();
        write!(f, "`{}` is {}", self.attribute, values.join(" or "))
    }
}
