//! The msgpack and JSON forms of a value, directed by its type.
//!
//! Rules are those of the plugin protocol's object wire format: an object has every attribute, an unknown value is an
//! extension, a number that fits no integer is decimal text, a dynamic value is a pair of its type and itself.
//!
//! # Must not know
//! What a value means: attributes, plans, resources.
//!
//! # Start at
//! [`encode`] and [`decode`].

mod error;
mod fit;
mod json;
mod msgpack;

pub use error::Error;
pub(crate) use fit::fit;
pub use json::from_json;
pub use msgpack::{decode, encode, is_null};
