//! Whoever is signed in to the Azure CLI.

use super::source::{Carrier, Credential, Fetched};
use super::{entra, told};
use crate::graph::error::Error;
use async_trait::async_trait;
use azure_core::credentials::TokenCredential as _;
use azure_identity::{AzureCliCredential, AzureCliCredentialOptions};

/// Whoever is signed in to the Azure CLI (`az login`).
#[derive(Debug, Clone)]
pub struct AzureCli {
    /// The tenant: a GUID or a domain; without one, the tenant that the CLI is set to.
    pub tenant_id: Option<String>,
}

#[async_trait]
impl Credential for AzureCli {
    async fn fetch(&self, _: &Carrier, scope: &str) -> Result<Fetched, Error> {
        let options =
            AzureCliCredentialOptions { tenant_id: self.tenant_id.clone(), ..AzureCliCredentialOptions::default() };
        let credential = AzureCliCredential::new(Some(options)).map_err(|error| told::because(error.to_string()))?;
        let token = credential.get_token(&[scope], None).await.map_err(|error| told::by_azure_cli(&error))?;
        Ok(entra::fetched(&token))
    }
}
