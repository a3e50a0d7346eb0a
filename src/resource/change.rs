//! What a plan is about.

use crate::{path::Path, value::Value};

/// What a plan is about, for a resource that has something to say of its own.
pub struct Change {
    /// The configuration, write-only values included.
    pub config: Value,
    /// The state before; null at create.
    pub prior: Value,
    /// The state planned so far; null at destroy. A hook may change computed values in it.
    pub planned: Value,
    /// Where the change replaces the resource.
    pub replace: Vec<Path>,
}
