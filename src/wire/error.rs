//! Why bytes are no value of a type.

use crate::path::{Path, Trail};

/// Why bytes are no value of a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} {message}", if .path.0.is_empty() { "it".to_owned() } else { .path.to_string() })]
pub struct Error {
    /// Where in the value.
    pub path: Path,
    /// What is wrong: goes on after the path.
    pub message: String,
}

impl Error {
    pub(super) fn new(trail: &Trail<'_>, message: impl Into<String>) -> Error {
        Error { path: trail.path(), message: message.into() }
    }
}
