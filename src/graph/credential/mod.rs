//! Where access tokens come from: one kind of credential, one file.
//!
//! The OAuth 2.0 exchange itself is `azure_identity`'s wherever it has one ([`entra`]); its requests go through our own
//! transport ([`sender`]), so that they share the pool, the retries and the emulator. What was answered instead of a token
//! is told by [`told`].

mod client_secret;
mod entra;
mod sender;
mod source;
mod told;

pub use client_secret::ClientSecret;
pub use source::{Carrier, Credential, Fetched};
