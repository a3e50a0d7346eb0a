//! Takes over the state of another resource type, for a `moved` block.
//!
//! Core asks before it configures a provider, so nothing here asks Graph: private state remembers that the state is not
//! read yet, and the read that follows makes it whole, as an import would.

use super::{Answer, fit, identity, upgrade};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    resource::{Cx, Private, Registered, Registry, Result},
    schema,
    value::Value,
};

/// What is to be taken over.
pub struct Source<'a> {
    /// The provider's whole address, such as `registry.terraform.io/hashicorp/azuread`.
    pub provider: &'a str,
    /// The resource type there.
    pub type_name: &'a str,
    /// The version of its schema.
    pub version: i64,
    /// Its state, JSON.
    pub state: &'a [u8],
    /// What it remembered.
    pub private: &'a [u8],
}

/// Where private state keeps that nothing was read yet.
const UNREAD: &str = "moved_and_not_read";

/// The whole state of what was moved here, at its first read. `found` is what is there.
pub(super) async fn complete(registered: &Registered, cx: &mut Cx, found: Option<Value>) -> Result<Option<Value>> {
    if cx.private.get(UNREAD).is_none() {
        return Ok(found);
    }
    let id = found.as_ref().and_then(|found| found.get("id").as_str());
    let whole = match id.map(str::to_owned) {
        Some(id) => Some(registered.resource.import(cx, &id).await?),
        None => None,
    };
    cx.private.remove(UNREAD);
    Ok(whole)
}

/// An error where a change is planned by a state that was never read: what it lacks would be changed, or replaced.
pub(super) fn unread(private: &Private) -> Option<Diagnostic> {
    private.get(UNREAD)?;
    let detail = "A `moved` block brought it here from another provider, and it was not read since: what would change is not \
                  known. Plan it once without `-refresh=false`.";
    Some(Diagnostic::error("Moved and Not Read", detail))
}

/// The state of another type as one of this type.
pub fn take_over(
    registry: &Registry,
    registered: &Registered,
    source: &Source<'_>,
) -> std::result::Result<Answer, Diagnostic> {
    let Source { provider, type_name, version, state, private } = *source;
    // The same type of the same provider, under another host or namespace.
    if type_name == registered.type_name && provider.rsplit('/').next() == Some(registry.name) {
        let state = upgrade(registered, version, state)?;
        let private = Private::from_bytes(private);
        let identity = registered.spec.identity_of(&state, private.tenant());
        return Ok(Answer { state, identity, private, diagnostics: Diagnostics::default() });
    }
    let of = |address: &str| provider == address || provider.ends_with(&format!("/{address}"));
    let mut movers = registered.spec.movers.iter();
    let Some(mover) = movers.find(|mover| mover.type_name == type_name && of(mover.provider)) else {
        return Err(unsupported(registered, provider, type_name));
    };
    let refuse = |why: String| {
        let detail = format!("The state of this {type_name} cannot become one of {}: {why}", registered.type_name);
        Diagnostic::error("State Cannot Be Moved", detail)
    };
    let json = serde_json::from_slice(state).map_err(|_| refuse("it is no JSON.".to_owned()))?;
    let taken = (mover.take)(&json).map_err(refuse)?;
    let mut state = schema::null_object(&registered.spec.attributes);
    for (name, value) in taken.as_map().into_iter().flatten() {
        state.insert(name, value.clone());
    }
    let mut diagnostics = Diagnostics::default();
    let state = fit::fit(&registered.spec, &registered.ty, state, &mut diagnostics);
    let now = identity::fit(registered.spec.identity_of(&state, None), &registered.identity);
    diagnostics.extend(identity::incomplete(registered, &now));
    let mut private = Private::default();
    private.set(UNREAD, true);
    Ok(Answer { state, identity: now, private, diagnostics })
}

fn unsupported(registered: &Registered, provider: &str, type_name: &str) -> Diagnostic {
    let movers: Vec<_> =
        registered.spec.movers.iter().map(|it| format!("{} ({})", it.type_name, it.provider)).collect();
    let takes = match movers.as_slice() {
        [] => "It takes over the state of no other type".to_owned(),
        some => format!("It takes over the state of {}", some.join(", ")),
    };
    let detail = format!(
        "{} cannot take over the state of {type_name} ({provider}). {takes}: remove the old resource from the state with a \
         `removed` block that destroys nothing, and bring the object in with an `import` block.",
        registered.type_name
    );
    Diagnostic::error("State Cannot Be Moved", detail)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use async_trait::async_trait;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{
        resource::{Mover, Named, Provider, Resource, Spec, Tenant},
        schema::{Attribute, id, string},
    };

    struct Thing;

    impl Resource for Thing {
        fn spec(&self) -> Spec {
            let take = |json: &serde_json::Value| {
                let id = json.get("object_id").and_then(serde_json::Value::as_str).ok_or("it has no object id.")?;
                Ok(Value::object([("id", id.into())]))
            };
            Spec::new("thing", "A thing.").attributes(vec![id(), string("name", "Its name.")]).moved_from(Mover {
                provider: "hashicorp/other",
                type_name: "other_thing",
                take,
            })
        }
    }

    fn thing() -> Named<dyn Resource> {
        ("thing", Arc::new(Thing))
    }

    struct Nowhere;

    #[async_trait]
    impl Provider for Nowhere {
        fn attributes(&self) -> Vec<Attribute> {
            Vec::new()
        }

        async fn configure(&self, _: &Value, _: &str, _: &CancellationToken, _: &mut Diagnostics) -> Tenant {
            Tenant::not_configured()
        }
    }

    fn moved(source: &Source<'_>) -> std::result::Result<Answer, Diagnostic> {
        let registry = Registry::new("test", Arc::new(Nowhere)).resources([thing()]);
        take_over(&registry, registry.resource("test_thing").expect("it is registered"), source)
    }

    const OTHER: Source<'_> = Source {
        provider: "registry.terraform.io/hashicorp/other",
        type_name: "other_thing",
        version: 3,
        state: br#"{"object_id": "1"}"#,
        private: b"theirs",
    };

    #[test]
    fn a_known_type_is_taken_over_and_its_private_state_is_not() {
        let answer = moved(&OTHER).expect("it is taken over");
        assert_eq!(answer.state.get("id"), &"1".into());
        assert_eq!(answer.state.get("name"), &Value::Null);
        assert_eq!(answer.identity.get("id"), &"1".into());
        assert!(unread(&answer.private).is_some() && answer.private.get("theirs").is_none());
        assert_eq!(answer.diagnostics, Default::default());
    }

    #[test]
    fn the_identity_of_another_provider_is_an_older_one_of_ours() {
        let registry = Registry::new("test", Arc::new(Nowhere)).resources([thing()]);
        let thing = registry.resource("test_thing").expect("it is registered");
        assert_eq!(thing.spec.identity.as_ref().map(|identity| identity.version), Some(1));
        let theirs = crate::resource::engine::upgrade_identity(thing, 0, br#"{"id": "1"}"#).expect("it is readable");
        assert_eq!(theirs, Value::object([("id", "1".into()), ("tenant_id", Value::Null)]));
    }

    #[test]
    fn whoever_serves_the_host_the_provider_is_the_same() {
        assert!(moved(&Source { provider: "registry.opentofu.org/hashicorp/other", ..OTHER }).is_ok());
        assert!(moved(&Source { provider: "registry.terraform.io/xhashicorp/other", ..OTHER }).is_err());
    }

    #[test]
    fn an_unknown_type_is_refused_with_what_can_be_done() {
        let error = moved(&Source { type_name: "other_file", ..OTHER }).expect_err("it is no thing");
        assert!(error.detail.contains("It takes over the state of other_thing (hashicorp/other)"), "{}", error.detail);
        assert!(error.detail.contains("`import` block"), "{}", error.detail);
    }

    #[test]
    fn what_cannot_be_taken_says_why() {
        let error = moved(&Source { state: b"{}", ..OTHER }).expect_err("there is no id");
        assert!(error.detail.ends_with("it has no object id."), "{}", error.detail);
        let error = moved(&Source { state: b"{", ..OTHER }).expect_err("it is half a text");
        assert!(error.detail.ends_with("it is no JSON."), "{}", error.detail);
    }

    #[test]
    fn the_same_type_under_another_address_keeps_its_private_state() {
        let source = Source {
            provider: "example.com/fork/test",
            type_name: "test_thing",
            version: 0,
            state: br#"{"id": "1", "name": "a"}"#,
            private: br#"{"tenant_id":"t"}"#,
        };
        let answer = moved(&source).expect("it is the same");
        assert_eq!((answer.state.get("name"), answer.private.tenant()), (&"a".into(), Some("t")));
        assert!(unread(&answer.private).is_none(), "it is whole");
        assert!(moved(&Source { version: 1, ..source }).is_err(), "of a newer schema");
    }
}
