//! Taking over the state of another resource type: what stands behind a `moved` block.

use serde_json::Value as Json;

use crate::value::Value;

/// Another resource type whose state is taken over.
#[derive(Clone, Copy, Debug)]
pub struct Mover {
    /// Its provider without the host: `hashicorp/azuread`.
    pub provider: &'static str,
    /// Its name there.
    pub type_name: &'static str,
    /// The attributes that its state (JSON, of any version) tells. What is left out is null until the next read. The
    /// error says why this object cannot be taken over.
    pub take: fn(&Json) -> Result<Value, String>,
}
