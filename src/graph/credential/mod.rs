//! Where access tokens come from: one kind of credential, one file.
//!
//! The OAuth 2.0 exchange itself is `azure_identity`'s wherever it has one ([`entra`]); its requests go through our own
//! transport ([`sender`]), so that they share the pool, the retries and the emulator. What was answered instead of a token
//! is told by [`told`].

mod azure_cli;
mod certificate;
mod client_assertion;
mod client_secret;
mod entra;
mod federated;
mod managed_identity;
mod sender;
mod source;
mod told;

pub use azure_cli::AzureCli;
pub use certificate::Certificate;
pub use client_assertion::{Assertion, ClientAssertion};
pub use client_secret::ClientSecret;
pub use federated::Federated;
pub use managed_identity::ManagedIdentity;
pub(crate) use sender::answer_of;
pub use source::{Carrier, Credential, Fetched};
