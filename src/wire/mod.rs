//! The msgpack and JSON forms of a value, directed by its type.
//!
//! Rules are those of the plugin protocol's object wire format: an object has every attribute, an unknown value is an
//! extension, a number that fits no integer is decimal text, a dynamic value is a pair of its type and itself.

mod fit;
mod json;
mod msgpack;

pub use fit::fit;
pub use json::from_json;
pub use msgpack::{decode, encode};

use crate::path::Path;

/// Why bytes are no value of a type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", .path.0.is_empty().then(String::new).unwrap_or_else(|| format!("{path}: ")))]
pub struct Error {
    /// Where in the value.
    pub path: Path,
    /// What is wrong.
    pub message: String,
}

impl Error {
    fn new(path: &Path, message: impl Into<String>) -> Error {
        Error { path: path.clone(), message: message.into() }
    }
}
