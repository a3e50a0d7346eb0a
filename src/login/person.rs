//! Who signed in, as the tokens say it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;

use super::error::Error;

/// A person, and what the application may do for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// The address that the person signs in with.
    pub(crate) user: String,
    /// The tenant's id.
    pub(crate) tenant_id: String,
    /// The delegated permissions of the access token (`scp`).
    pub(crate) scopes: Vec<String>,
    /// What the sign-in was begun with, given back in the id token.
    pub(super) nonce: Option<String>,
}

impl Person {
    /// Reads the tokens. They came straight from the endpoint over TLS, which is what the OpenID Connect core specification
    /// (3.1.3.7) takes in place of a check of the signature.
    pub(super) fn read(access: &str, identity: Option<&str>) -> Result<Person, Error> {
        let access = claims(access).unwrap_or_default();
        let identity = identity.and_then(claims).unwrap_or_default();
        let either = |names: &[&str]| {
            let found =
                [&identity, &access].into_iter().find_map(|of| names.iter().find_map(|name| of[*name].as_str()));
            found.map(str::to_owned)
        };
        let unreadable = || Error::Here("Microsoft answered tokens that do not say who signed in, or where.".into());
        Ok(Person {
            user: either(&["preferred_username", "upn", "unique_name", "oid"]).ok_or_else(unreadable)?,
            tenant_id: either(&["tid"]).ok_or_else(unreadable)?.to_ascii_lowercase(),
            scopes: access["scp"].as_str().unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
            nonce: identity["nonce"].as_str().map(str::to_owned),
        })
    }
}

fn claims(token: &str) -> Option<Json> {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&claims).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn token(claims: &Json) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[test]
    fn tokens_say_who_signed_in_where_and_what_is_allowed() {
        let access = token(&json!({"tid": "AA-1", "upn": "old@contoso.com", "scp": "User.Read Policy.Read.All"}));
        let identity = token(&json!({"tid": "AA-1", "preferred_username": "adele@contoso.com", "nonce": "n"}));
        let person = Person::read(&access, Some(&identity)).unwrap();
        assert_eq!((person.user.as_str(), person.tenant_id.as_str()), ("adele@contoso.com", "aa-1"));
        assert_eq!((person.scopes.len(), person.nonce.as_deref()), (2, Some("n")));
        assert_eq!(Person::read(&access, None).unwrap().user, "old@contoso.com");
        for bad in ["opaque-secret", "a.opaque-secret.c"] {
            assert!(!Person::read(bad, None).unwrap_err().to_string().contains("opaque-secret"));
        }
    }
}
