//! Access tokens: what they say, and one shared copy that is refreshed in time.
//!
//! Source: RFC 7519 for the form, Microsoft's "access token claims reference" for `tid`, `roles` and `scp`. The token is
//! Graph's to verify; we only read which tenant it is for and what it allows.

use crate::graph::credential::Fetched;
use crate::graph::error::Error;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;
use std::time::Duration;
use tokio::time::Instant;

/// What a token says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// The tenant's id (`tid`), a GUID in lower case.
    pub tenant_id: String,
    /// The application's client id (`appid`); empty where the token does not say.
    pub application: String,
    /// Application permissions (`roles`); empty for a signed-in person.
    pub roles: Vec<String>,
    /// Delegated permissions (`scp`); empty for an application.
    pub scopes: Vec<String>,
}

impl Claims {
    /// Reads the claims of a token without verifying it. Never repeats the token in an error.
    pub fn read(token: &str) -> Result<Claims, Error> {
        let unreadable = || Error::Credential {
            message: "the access token is not a JSON Web Token with a tenant id".into(),
            codes: Box::default(),
            advice: None,
        };
        let payload = token.split('.').nth(1).ok_or_else(unreadable)?;
        let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).map_err(|_| unreadable())?;
        let payload: Json = serde_json::from_slice(&payload).map_err(|_| unreadable())?;
        let strings = |value: &Json| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
        };
        Ok(Claims {
            tenant_id: payload["tid"].as_str().ok_or_else(unreadable)?.to_ascii_lowercase(),
            application: payload["appid"].as_str().unwrap_or_default().to_ascii_lowercase(),
            roles: strings(&payload["roles"]),
            scopes: payload["scp"].as_str().unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        })
    }
}

/// A token at hand.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) bearer: String,
    refresh_at: Instant,
}

impl Held {
    pub(crate) fn new(fetched: Fetched) -> Held {
        let lifetime = fetched.lifetime.min(LONGEST);
        Held { bearer: fetched.token, refresh_at: Instant::now() + lifetime - margin(lifetime) }
    }

    pub(crate) fn is_fresh(&self) -> bool {
        Instant::now() < self.refresh_at
    }
}

/// The longest life of a token that is believed: twice what Entra gives where it can take a token back at any time
/// ("Continuous access evaluation", up to 28 hours). More may be more than can be added to a time.
const LONGEST: Duration = Duration::from_secs(56 * 60 * 60);

/// How long before its end a token is replaced: five minutes, less for one that does not live long.
fn margin(lifetime: Duration) -> Duration {
    Duration::from_secs(300).min(lifetime / 5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn token(claims: &Json) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims.to_string()))
    }

    #[test]
    fn claims_of_an_application_and_of_a_person() {
        let app = Claims::read(&token(&json!({"tid": "AAAA-1", "roles": ["Group.ReadWrite.All"]}))).unwrap();
        assert_eq!((app.tenant_id.as_str(), app.roles.as_slice()), ("aaaa-1", &["Group.ReadWrite.All".to_owned()][..]));
        let person = Claims::read(&token(&json!({"tid": "t", "scp": "User.Read Policy.Read.All"}))).unwrap();
        assert_eq!(person.scopes, ["User.Read", "Policy.Read.All"]);
    }

    #[test]
    fn a_token_that_is_none_is_not_repeated() {
        for bad in ["", "opaque-secret", "a.opaque-secret.c", "a.e30.c", &token(&json!({"tid": 7}))] {
            let error = Claims::read(bad).unwrap_err();
            assert!(!format!("{error:?}{error}").contains("opaque-secret"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_is_replaced_before_it_ends() {
        for (lifetime, fresh_for) in [(3599, 3299), (50, 40), (0, 0), (u64::MAX, 201_300)] {
            let held = Held::new(Fetched { token: "t".into(), lifetime: Duration::from_secs(lifetime) });
            if fresh_for > 0 {
                tokio::time::advance(Duration::from_secs(fresh_for - 1)).await;
                assert!(held.is_fresh());
            }
            tokio::time::advance(Duration::from_secs(1)).await;
            assert!(!held.is_fresh());
        }
    }
}
