//! Lets a credential of `azure_identity`'s ask over our transport.
//!
//! `azure_identity` refuses authorities without https (its maintainers point to a transport of one's own), so for an emulator
//! on this machine it is given an invented https host, which the transport replaces.

use super::sender::Sender;
use super::source::{Carrier, Fetched};
use super::told;
use crate::graph::cloud;
use crate::graph::error::Error;
use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::TokenCredential;
use azure_core::http::{ClientOptions, RetryOptions};
use std::sync::Arc;
use std::time::SystemTime;

/// Stands for an authority on this machine. `.invalid` never resolves (RFC 2606).
const INVENTED: &str = "https://login.emulator.invalid";

/// Fetches a token by the credential that `make` makes. A fresh one each time: it caches, and a token that Graph refused
/// could not be replaced.
pub(super) async fn fetch(
    carrier: &Carrier,
    authority: &str,
    scope: &str,
    make: impl FnOnce(ClientOptions) -> Result<Arc<dyn TokenCredential>, Error> + Send,
) -> Result<Fetched, Error> {
    let authority = cloud::endpoint(authority)?;
    let plain = authority.scheme() == "http";
    let sender = Arc::new(Sender::new(carrier, plain.then(|| authority.clone())));
    let mut custom = CustomConfiguration::default();
    custom.authority_host =
        if plain { INVENTED.to_owned() } else { authority.as_str().trim_end_matches('/').to_owned() };
    let options = ClientOptions {
        retry: RetryOptions::none(), // `Sender` does
        transport: Some(azure_core::http::Transport::new(Arc::<Sender>::clone(&sender))),
        cloud: Some(Arc::new(custom.into())),
        ..ClientOptions::default()
    };
    fetch_by(&*make(options)?, &sender, scope).await
}

async fn fetch_by(credential: &dyn TokenCredential, sender: &Sender, scope: &str) -> Result<Fetched, Error> {
    let token = credential.get_token(&[scope], None).await.map_err(|error| match sender.take_trouble() {
        Some(trouble) => trouble,
        None => told::because(innermost(&error).to_string()),
    })?;
    let lifetime = SystemTime::from(token.expires_on).duration_since(SystemTime::now()).unwrap_or_default();
    Ok(Fetched { token: token.token.secret().to_owned(), lifetime })
}

/// What went wrong, without the name of azure_identity's type and the address of its own guide.
fn innermost(error: &azure_core::Error) -> &azure_core::Error {
    error.downcast_ref::<azure_core::Error>().unwrap_or(error)
}
