//! Private state: what a resource remembers beside its state. Terraform keeps it and shows it to nobody.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// The key of the tenant's id, which every resource remembers.
const TENANT: &str = "tenant_id";

/// What a resource remembers, by name. It holds no secret: Terraform stores it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private(BTreeMap<String, Json>);

impl Private {
    /// Reads it. Nothing, and what we did not write, is empty.
    pub fn from_bytes(bytes: &[u8]) -> Private {
        Private(serde_json::from_slice(bytes).unwrap_or_default())
    }

    /// Writes it.
    pub fn to_bytes(&self) -> Vec<u8> {
        if self.0.is_empty() {
            return Vec::new();
        }
        serde_json::to_vec(&self.0).unwrap_or_default()
    }

    /// What is remembered under a name.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.get(name)
    }

    /// Remembers something.
    pub fn set(&mut self, name: &str, value: impl Into<Json>) {
        self.0.insert(name.to_owned(), value.into());
    }

    /// Forgets it.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// The tenant that the resource is in.
    pub fn tenant(&self) -> Option<&str> {
        self.get(TENANT)?.as_str()
    }

    /// Remembers the tenant.
    pub fn set_tenant(&mut self, id: &str) {
        self.set(TENANT, id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_its_bytes() {
        let mut private = Private::default();
        private.set_tenant("t");
        private.set("fingerprints", serde_json::json!({"PF3A": "ab"}));
        assert_eq!(Private::from_bytes(&private.to_bytes()), private);
    }

    #[test]
    fn what_is_not_ours_is_empty() {
        for bytes in [&b""[..], b"junk", b"[1]"] {
            assert_eq!(Private::from_bytes(bytes), Private::default());
        }
    }
}
