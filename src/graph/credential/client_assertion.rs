//! An application and an assertion: a JSON Web Token that it shows instead of a secret.
//!
//! `azure_identity` has credentials of its own for certificates, Kubernetes and Azure Pipelines. The first needs OpenSSL, the
//! second takes a file's newline for a part of the token, and the third reads the request's address from nothing but the
//! environment. So the assertions are made here, and `azure_identity` exchanges them.

use super::source::{Carrier, Credential, Fetched};
use super::{entra, told};
use crate::graph::cloud;
use crate::graph::error::Error;
use async_trait::async_trait;
use azure_core::credentials::TokenCredential;
use azure_core::http::ClientMethodOptions;
use azure_identity::{ClientAssertionCredential, ClientAssertionCredentialOptions};
use std::fmt::{self, Debug};
use std::sync::Arc;

/// Where an assertion comes from. Its `Debug` shows none.
#[async_trait]
pub trait Assertion: Send + Sync + Debug {
    /// A new assertion of the application `client_id` for the token endpoint `audience`.
    async fn assert(&self, carrier: &Carrier, client_id: &str, audience: &str) -> Result<String, Error>;
}

/// An application and what makes its assertions.
#[derive(Debug, Clone)]
pub struct ClientAssertion {
    /// The tenant: a GUID or a domain.
    pub tenant_id: String,
    /// The application (client) id.
    pub client_id: String,
    /// Login authority, such as `https://login.microsoftonline.com`; plain http to this machine only.
    pub authority: String,
    /// What makes the assertions.
    pub assertion: Arc<dyn Assertion>,
}

/// An assertion that is at hand.
struct Made(String);

impl Debug for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Made")
    }
}

#[async_trait]
impl azure_identity::ClientAssertion for Made {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        Ok(self.0.clone())
    }
}

#[async_trait]
impl Credential for ClientAssertion {
    async fn fetch(&self, carrier: &Carrier, scope: &str) -> Result<Fetched, Error> {
        let authority = cloud::endpoint(&self.authority)?;
        let audience = format!("{authority}{}/oauth2/v2.0/token", self.tenant_id);
        let made = self.assertion.assert(carrier, &self.client_id, &audience).await?;
        entra::fetch(carrier, &self.authority, scope, |client_options| {
            let (tenant, client) = (self.tenant_id.clone(), self.client_id.clone());
            let options = ClientAssertionCredentialOptions { client_options };
            ClientAssertionCredential::new(tenant, client, Made(made), Some(options))
                .map(|credential| credential as Arc<dyn TokenCredential>)
                .map_err(|error| told::because(error.to_string()))
        })
        .await
    }
}
