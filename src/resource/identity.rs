//! What tells one object from all others, beside its state: the attributes that name it, and its tenant.
//!
//! Terraform keeps an identity with the state, shows it in plans and queries, and can import by it (since 1.12).

use crate::value::{Name, Type, Value};

/// The part that every identity has: the tenant's id. An import may leave it out.
pub const TENANT: &str = "tenant_id";

/// One part of an identity: the text of the attribute of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The attribute.
    pub name: &'static str,
    /// One sentence for the registry's page.
    pub description: &'static str,
    /// Whether an import by identity has to give it.
    pub required: bool,
}

/// What an identity is made of. The tenant is the last part of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its parts, the tenant included.
    pub parts: Vec<Part>,
    /// The version of its schema, to be raised with each change of the parts.
    pub version: i64,
}

impl Identity {
    /// Of these attributes, each with its description, and the tenant.
    pub fn new(attributes: &[(&'static str, &'static str)]) -> Identity {
        let tenant = Part { name: TENANT, description: "Id of the tenant that it is in.", required: false };
        let parts = attributes.iter().map(|&(name, description)| Part { name, description, required: true });
        Identity { parts: parts.chain([tenant]).collect(), version: 0 }
    }

    /// Its type.
    pub fn ty(&self) -> Type {
        Type::Object(self.parts.iter().map(|part| (part.name.into(), Type::String)).collect())
    }

    /// The identity of a state; null where there is no state.
    pub fn of(&self, state: &Value, tenant: Option<&str>) -> Value {
        if state.is_null() {
            return Value::Null;
        }
        let value = |part: &Part| match part.name {
            TENANT => tenant.into(),
            name => state.get(name).clone(),
        };
        Value::Map(self.parts.iter().map(|part| (part.name, value(part))).collect())
    }

    /// The import id that says the same: its required parts, with slashes between them.
    pub fn import_id(&self, identity: &Value) -> String {
        let parts = self.parts.iter().filter(|part| part.required);
        parts.map(|part| identity.get(part.name).as_str().unwrap_or_default()).collect::<Vec<_>>().join("/")
    }
}

/// The part in which two identities are of two objects. What one of them does not say differs from nothing, and ids
/// have no case.
pub fn difference(before: &Value, after: &Value) -> Option<String> {
    let differs = |name: &&Name| match (before.get(name).as_str(), after.get(name).as_str()) {
        (Some(before), Some(after)) => !before.eq_ignore_ascii_case(after),
        _ => false,
    };
    before.as_map()?.keys().find(differs).map(Name::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(id: Value, tenant: Value) -> Value {
        Value::object([("id", id), (TENANT, tenant)])
    }

    #[test]
    fn it_is_taken_from_the_state_and_the_tenant() {
        let parts = Identity::new(&[("id", "Its id.")]);
        let state = Value::object([("id", "1".into()), ("name", "a".into())]);
        assert_eq!(parts.of(&state, Some("t")), identity("1".into(), "t".into()));
        assert_eq!(parts.of(&state, None), identity("1".into(), Value::Null));
        assert_eq!(parts.of(&Value::Null, Some("t")), Value::Null);
    }

    #[test]
    fn what_is_filled_in_is_no_change() {
        let (a, b) = (identity("A".into(), Value::Null), identity("a".into(), "t".into()));
        assert_eq!(difference(&a, &b), None);
        assert_eq!(difference(&Value::Null, &b), None);
        assert_eq!(difference(&identity(Value::Unknown, Value::Null), &b), None);
        assert_eq!(difference(&identity("c".into(), Value::Null), &b).as_deref(), Some("id"));
    }

    #[test]
    fn an_identity_of_several_parts_is_an_import_id_with_slashes() {
        let parts = Identity::new(&[("policy_id", "A."), ("id", "B.")]);
        let identity = Value::object([("policy_id", "p".into()), ("id", "i".into()), (TENANT, "t".into())]);
        assert_eq!(parts.import_id(&identity), "p/i");
    }
}
