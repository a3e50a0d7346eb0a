//! What a source of tokens is.

use crate::graph::error::Error;
use crate::graph::transport::Transport;
use async_trait::async_trait;
use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

/// A token as it came.
pub struct Fetched {
    /// The token itself. Never logged.
    pub token: String,
    /// How long it is good for, from now.
    pub lifetime: Duration,
}

impl Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// Something that sends HTTP requests, as it is handed to a credential.
#[derive(Debug, Clone)]
pub struct Carrier(pub(crate) Arc<dyn Transport>);

/// A source of tokens. It keeps none: [`crate::graph::Client`] holds the one in use and asks for the next.
///
/// A new kind is one file here and one file in `provider/credential`, with a line in the `KINDS` there. Here it needs
///
/// - a `Debug` that shows neither secret nor token;
/// - [`fetch`](Credential::fetch): what `azure_identity` has goes over `entra::fetch`, which hands it the transport; what it
///   has not asks the endpoint itself by `sender::ask`. Both send again where that is safe, and their errors tell the
///   number of the `AADSTS` error, what to do about it (`told::advice`), and a proxy as a proxy.
///
/// What an application shows instead of a secret is no kind of its own, but an `Assertion`.
#[async_trait]
pub trait Credential: Send + Sync + Debug {
    /// Fetches a new token for `scope`, such as `https://graph.microsoft.com/.default`.
    async fn fetch(&self, carrier: &Carrier, scope: &str) -> Result<Fetched, Error>;
}
