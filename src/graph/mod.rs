//! The HTTP client of Microsoft Graph. Knows no Terraform.
//!
//! One [`Client`] holds one connection pool, one token and one pace for a tenant; [`Client::under`] binds it to a
//! caller's cancellation and deadline. Facts: Microsoft Graph's pages on throttling, paging, batching and errors.
//!
//! # Must not know
//! Terraform, and what any object of Graph means.
//!
//! # Start at
//! [`Client`], then [`Error`].

pub(crate) mod cloud;

mod again;
mod approval;
mod attempt;
mod batch;
pub(crate) mod client;
mod credential;
mod download;
mod encode;
mod error;
mod judge;
mod ledger;
mod listed;
mod pace;
mod page;
mod proxy;
mod reads;
mod refusal;
pub(crate) mod retry;
mod service_time;
mod standing;
mod token;
pub(crate) mod transport;
mod verbs;
mod wait;

pub use batch::Call;
pub use client::{Client, Settings};
pub use credential::{
    Assertion, AzureCli, Carrier, Certificate, ClientAssertion, ClientSecret, Credential, Federated, Fetched,
    ManagedIdentity,
};
pub use error::Error;
pub use ledger::{Approvals, Ledger};
pub use standing::{End, Standing};
pub use token::Claims;

pub(crate) use cloud::Cloud;
pub(crate) use credential::answer_of;
pub(crate) use encode::{segment, versioned};
#[cfg(feature = "emulator")]
pub(crate) use pace::{BUDGETS, Budget};
#[cfg(feature = "emulator")]
pub(crate) use proxy::proxy_to;
pub(crate) use reads::ANSWERS_FOR;
pub(crate) use wait::Patience;

/// JSON as Graph speaks it.
pub(crate) type Json = serde_json::Value;
