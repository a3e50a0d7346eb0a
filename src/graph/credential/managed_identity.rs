//! The managed identity of the machine, container or app that this runs on.
//!
//! Facts: "How to use managed identities for Azure resources on an Azure VM to acquire an access token".

use super::source::{Carrier, Credential, Fetched};
use super::{entra, told};
use crate::graph::error::Error;
use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_identity::{ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId};
use reqwest::Url;
use std::sync::Arc;

/// The identity of what this runs on.
#[derive(Debug, Clone)]
pub struct ManagedIdentity {
    /// The client id of a user-assigned identity; without one, the identity of the machine itself.
    pub client_id: Option<String>,
    /// Where tokens are had, instead of where such a machine has them.
    pub endpoint: Option<String>,
}

#[async_trait]
impl Credential for ManagedIdentity {
    async fn fetch(&self, carrier: &Carrier, scope: &str) -> Result<Fetched, Error> {
        let instead = self.endpoint.as_deref().map(Url::parse).transpose();
        let instead = instead.map_err(|_| told::because("msi_endpoint is no URL"))?;
        let fetched = entra::fetch_here(carrier, instead, scope, |client_options| {
            let options = ManagedIdentityCredentialOptions {
                user_assigned_id: self.client_id.clone().map(UserAssignedId::ClientId),
                client_options,
            };
            ManagedIdentityCredential::new(Some(options))
                .map(|credential| credential as Arc<dyn TokenCredential>)
                .map_err(|error| told::because(error.to_string()))
        });
        fetched.await.map_err(told)
    }
}

/// The service has no numbers for what is wrong, and none answers where there is no managed identity.
fn told(error: Error) -> Error {
    let (message, advice) = match error {
        Error::Connection { attempted, message, .. } => (
            format!("{attempted}: {message}").into(),
            "No managed identity is to be had here: this is no machine of Azure's, or it has none. Choose another credential.",
        ),
        Error::Credential { message, codes, advice: None } if codes.is_empty() => {
            (message, "Assign the identity to this machine; the client id names a user-assigned one.")
        }
        error => return error,
    };
    Error::Credential { message, codes: Box::default(), advice: Some(advice) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::{Scripted, answer};
    use crate::graph::transport::Broken;
    use serde_json::json;

    async fn fetch(identity: &ManagedIdentity, scripted: &Arc<Scripted>) -> Result<Fetched, Error> {
        let carrier = Carrier(Arc::<Scripted>::clone(scripted));
        identity.fetch(&carrier, "https://graph.microsoft.us/.default").await
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_that_is_brought_up_to_date_is_asked_again() {
        let token = json!({"access_token": "abc", "expires_on": "4102444800", "token_type": "Bearer", "resource": "r"});
        let scripted = Scripted::new(move |number, _| match number {
            0 => Ok(answer(404, &json!({}))),
            1 => Ok(answer(410, &json!({}))),
            _ => Ok(answer(200, &token)),
        });
        let identity =
            ManagedIdentity { client_id: Some("id-1".into()), endpoint: Some("http://127.0.0.1:7/msi/token".into()) };
        assert_eq!(fetch(&identity, &scripted).await.unwrap().token, "abc");
        let seen = &scripted.seen()[2];
        assert!(seen.url.as_str().starts_with("http://127.0.0.1:7/msi/token?"), "{}", seen.url);
        let query = seen.url.query().unwrap();
        assert!(
            query.contains("resource=https%3A%2F%2Fgraph.microsoft.us") && query.contains("client_id=id-1"),
            "{query}"
        );
        assert_eq!(seen.headers["metadata"], "true");
    }

    #[tokio::test(start_paused = true)]
    async fn where_there_is_none_nobody_waits_for_it() {
        let scripted = Scripted::new(|_, _| Err(Broken { sent: false, message: "no route".into() }));
        let error = fetch(&ManagedIdentity { client_id: None, endpoint: None }, &scripted).await.unwrap_err();
        let Error::Credential { message, advice, .. } = &error else { panic!("{error:?}") };
        assert!(message.contains("http://169.254.169.254/metadata/identity/oauth2/token: no route"), "{message}");
        assert!(advice.unwrap().contains("no machine of Azure's"));
        assert_eq!(scripted.seen().len(), 1);
    }
}
