//! An application and its secret.

use super::source::{Carrier, Credential, Fetched};
use super::{entra, told};
use crate::graph::error::Error;
use async_trait::async_trait;
use azure_core::credentials::{Secret, TokenCredential};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use std::fmt::{self, Debug};
use std::sync::Arc;

/// An application and its secret.
#[derive(Clone)]
pub struct ClientSecret {
    /// The tenant: a GUID or a domain.
    pub tenant_id: String,
    /// The application (client) id.
    pub client_id: String,
    /// The secret's value. Never shown.
    pub client_secret: String,
    /// Login authority, such as `https://login.microsoftonline.com`; plain http to this machine only.
    pub authority: String,
}

impl Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSecret")
            .field("tenant_id", &self.tenant_id)
            .field("client_id", &self.client_id)
            .field("authority", &self.authority)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Credential for ClientSecret {
    async fn fetch(&self, carrier: &Carrier, scope: &str) -> Result<Fetched, Error> {
        entra::fetch(carrier, &self.authority, scope, |client_options| {
            let secret = Secret::new(self.client_secret.clone());
            let options = ClientSecretCredentialOptions { client_options };
            ClientSecretCredential::new(&self.tenant_id, self.client_id.clone(), secret, Some(options))
                .map(|credential| credential as Arc<dyn TokenCredential>)
                .map_err(|error| told::because(error.to_string()))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::{Scripted, answer};
    use serde_json::json;
    use std::time::Duration;

    fn credential() -> ClientSecret {
        ClientSecret {
            tenant_id: "contoso.example".into(),
            client_id: "app-1".into(),
            client_secret: "very-secret".into(),
            authority: "http://127.0.0.1:5999".into(),
        }
    }

    async fn fetch(scripted: &Arc<Scripted>) -> Result<Fetched, Error> {
        credential().fetch(&Carrier(Arc::<Scripted>::clone(scripted)), "https://graph.microsoft.com/.default").await
    }

    #[tokio::test(start_paused = true)]
    async fn an_authority_on_this_machine_is_asked_in_place_of_the_invented_one() {
        let scripted = Scripted::new(|_, _| {
            Ok(answer(200, &json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "abc"})))
        });
        let fetched = fetch(&scripted).await.unwrap();
        assert_eq!(fetched.token, "abc");
        assert!(fetched.lifetime > Duration::from_secs(3590));
        let seen = scripted.seen();
        assert_eq!(seen[0].url.as_str(), "http://127.0.0.1:5999/contoso.example/oauth2/v2.0/token");
        let body = String::from_utf8(seen[0].body.clone().unwrap()).unwrap();
        assert!(body.contains("grant_type=client_credentials") && body.contains("client_secret=very-secret"), "{body}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_secret_says_what_to_check_and_does_not_show_it() {
        let body = json!({
            "error": "invalid_client", "error_codes": [7000215],
            "error_description": "AADSTS7000215: Invalid client secret provided. Trace ID: 1 Correlation ID: 2 Timestamp: 3",
        });
        let scripted = Scripted::new(move |_, _| Ok(answer(401, &body)));
        let error = fetch(&scripted).await.unwrap_err();
        let Error::Credential { message, codes, advice } = &error else { panic!("{error:?}") };
        assert_eq!((&**message, &**codes), ("AADSTS7000215: Invalid client secret provided.", &[7_000_215][..]));
        assert!(advice.unwrap().contains("not its id"));
        assert!(!format!("{error:?}{:?}", credential()).contains("very-secret"));
        assert_eq!(scripted.seen().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_token_endpoint_is_asked_again() {
        let scripted = Scripted::new(|number, _| match number {
            0 => Ok(answer(429, &json!({})).with("retry-after", "3")),
            1 => Ok(answer(503, &json!("<html>"))),
            _ => Ok(answer(200, &json!({"token_type": "Bearer", "expires_in": 60, "access_token": "abc"}))),
        });
        assert_eq!(fetch(&scripted).await.unwrap().token, "abc");
    }

    #[tokio::test(start_paused = true)]
    async fn an_authority_that_is_not_there_is_a_connection_error() {
        let scripted = Scripted::new(|_, _| {
            Err(crate::graph::transport::Broken { sent: false, message: "connection refused".into() })
        });
        let error = fetch(&scripted).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "POST http://127.0.0.1:5999/contoso.example/oauth2/v2.0/token: connection refused"
        );
    }
}
