//! The HTTP client of Microsoft Graph. Knows no Terraform.
//!
//! One [`Client`] holds one connection pool, one token and one pace for a tenant; [`Client::under`] binds it to a
//! caller's cancellation and deadline. Facts: Microsoft Graph's pages on throttling, paging, batching and errors.

pub mod client;
pub mod cloud;
pub mod credential;
pub mod error;

mod batch;
mod encode;
mod pace;
mod page;
mod refusal;
mod retry;
mod token;
mod transport;
mod wait;

pub use batch::{Call, Sent};
pub use client::{Client, Settings};
pub use cloud::Cloud;
pub use credential::{ClientSecret, Credential};
pub use encode::segment;
pub use error::Error;
pub use page::Page;
pub use token::Claims;
pub use wait::Patience;

/// JSON as Graph speaks it.
pub type Json = serde_json::Value;
