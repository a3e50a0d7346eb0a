//! Sign-ins of administrators, for what Graph allows to no application: who signs in, where that is kept, and the tokens it
//! gives.
//!
//! Somebody signs in by the browser ([`by_browser`]) or by a device code ([`by_device_code`]), with a public client
//! application of the tenant's own. The refresh token is kept in a file that only its owner can read ([`store`]);
//! [`StoredLogin`] is the credential that uses it. Facts: "Microsoft identity platform and OAuth 2.0 authorization code
//! flow", "... device authorization grant", "Refresh tokens in the Microsoft identity platform".
//!
//! # Must not know
//! Terraform.
//!
//! # Start at
//! [`App`], then [`StoredLogin`].

mod app;
#[cfg(feature = "emulator")] // only the commands sign somebody in
pub(crate) mod by_browser;
#[cfg(feature = "emulator")]
pub(crate) mod by_device_code;
mod endpoint;
mod error;
mod file;
#[cfg(feature = "emulator")]
mod loopback;
mod person;
pub(crate) mod store;
mod stored_login;

#[cfg(feature = "emulator")]
pub(crate) use {
    app::App,
    endpoint::{Granted, granted},
    error::Error,
};

pub(crate) use stored_login::StoredLogin;
