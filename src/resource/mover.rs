//! Taking over the state of another resource type: what stands behind a `moved` block.

use serde_json::Value as Json;

use crate::value::Value;

/// deploymenttheory/terraform-provider-microsoft365 in the registry.
pub const MICROSOFT365: &str = "deploymenttheory/microsoft365";

/// terraprovider/terraform-provider-microsoft365wp in the registry.
pub const MICROSOFT365WP: &str = "terraprovider/microsoft365wp";

/// Another resource type whose state is taken over.
#[derive(Clone, Copy, Debug)]
pub struct Mover {
    /// Its provider without the host: `hashicorp/azuread`.
    pub provider: &'static str,
    /// Its name there.
    pub type_name: &'static str,
    /// The id in its state (JSON, of any version), as attributes of ours. The next read tells all else, as at an import. The
    /// error says why this object cannot be taken over.
    pub take: fn(&Json) -> Result<Value, String>,
}

impl Mover {
    /// One whose `id` is that of Graph.
    pub const fn by_id(provider: &'static str, type_name: &'static str) -> Mover {
        Mover { provider, type_name, take: take_id }
    }
}

fn take_id(state: &Json) -> Result<Value, String> {
    match state["id"].as_str() {
        Some(id) if !id.is_empty() => Ok(Value::object([("id", id.into())])),
        _ => Err("it has no id.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_state_without_an_id_is_not_taken_over() {
        assert_eq!(take_id(&json!({"id": "1", "name": "a"})), Ok(Value::object([("id", "1".into())])));
        for state in [json!({}), json!({"id": ""}), json!({"id": null}), json!(null)] {
            assert_eq!(take_id(&state), Err("it has no id.".to_owned()), "{state}");
        }
    }
}
