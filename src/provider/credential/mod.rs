//! Which credential signs in. One kind, one file; its settings, variables and words are in the table [`kinds`].
//!
//! The order, of which the first step that finds a kind decides: a `use_...` in the configuration; a value in the
//! configuration; `ARM_USE_...`; a value in `ARM_...`; a value in `AZURE_...`. What a machine sets by itself (GitHub, Azure
//! DevOps, Kubernetes, App Service) chooses nothing. Two kinds in one step are an error that names both.

mod azure_cli;
mod choose;
mod client_certificate;
mod client_secret;
mod kind;
mod kinds;
mod managed_identity;
mod oidc;
mod stored_login;
mod table;
pub(super) mod who;
mod workload_identity;

#[cfg(feature = "emulator")]
pub(crate) use choose::MISSING;
pub(super) use choose::choose;
pub(super) use kind::{Chosen, Target};
pub(super) use kinds::{attributes, exclude};
pub(super) use table::notes;
