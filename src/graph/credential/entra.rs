//! Lets a credential of `azure_identity`'s ask over our transport.
//!
//! `azure_identity` refuses authorities without https (its maintainers point to a transport of one's own), so for an emulator
//! on this machine it is given an invented https host, which the transport replaces.

use super::sender::{Instead, Sender};
use super::source::{Carrier, Fetched};
use super::told;
use crate::graph::cloud;
use crate::graph::error::Error;
use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::{AccessToken, TokenCredential};
use azure_core::http::{ClientOptions, RetryOptions, Transport};
use reqwest::Url;
use std::sync::Arc;
use std::time::SystemTime;

/// Stands for an authority on this machine. `.invalid` never resolves (RFC 2606).
const INVENTED: &str = "https://login.emulator.invalid";

/// Fetches a token from an authority by the credential that `make` makes. A fresh one each time: it caches, and a token that
/// Graph refused could not be replaced.
pub(super) async fn fetch(
    carrier: &Carrier,
    authority: &str,
    scope: &str,
    make: impl FnOnce(ClientOptions) -> Result<Arc<dyn TokenCredential>, Error> + Send,
) -> Result<Fetched, Error> {
    let authority = cloud::endpoint(authority)?;
    let plain = authority.scheme() == "http";
    let instead = if plain { Instead::Host(authority.clone()) } else { Instead::Nothing };
    let mut custom = CustomConfiguration::default();
    custom.authority_host =
        if plain { INVENTED.to_owned() } else { authority.as_str().trim_end_matches('/').to_owned() };
    let options = ClientOptions { cloud: Some(Arc::new(custom.into())), ..ClientOptions::default() };
    fetch_by(Sender::new(carrier, instead), options, scope, make).await
}

/// The same from what the machine itself has: no authority, but perhaps another address than usual.
pub(super) async fn fetch_here(
    carrier: &Carrier,
    instead: Option<Url>,
    scope: &str,
    make: impl FnOnce(ClientOptions) -> Result<Arc<dyn TokenCredential>, Error> + Send,
) -> Result<Fetched, Error> {
    let sender = Sender::new(carrier, instead.map_or(Instead::Nothing, Instead::Address)).of_this_machine();
    fetch_by(sender, ClientOptions::default(), scope, make).await
}

async fn fetch_by(
    sender: Sender,
    options: ClientOptions,
    scope: &str,
    make: impl FnOnce(ClientOptions) -> Result<Arc<dyn TokenCredential>, Error> + Send,
) -> Result<Fetched, Error> {
    let sender = Arc::new(sender);
    let credential = make(ClientOptions {
        retry: RetryOptions::none(), // `Sender` does
        transport: Some(Transport::new(Arc::<Sender>::clone(&sender))),
        ..options
    })?;
    let token = credential.get_token(&[scope], None).await.map_err(|error| match sender.take_trouble() {
        Some(trouble) => trouble,
        None => told::because(told::innermost(&error).to_string()),
    })?;
    Ok(fetched(&token))
}

pub(super) fn fetched(token: &AccessToken) -> Fetched {
    let lifetime = SystemTime::from(token.expires_on).duration_since(SystemTime::now()).unwrap_or_default();
    Fetched { token: token.token.secret().to_owned(), lifetime }
}
