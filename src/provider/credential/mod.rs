//! Which credential signs in. One kind, one file; its settings, variables and words are in the table [`kinds`].
//!
//! The order, of which the first step that finds a kind decides: a `use_...` in the configuration; a value in the
//! configuration; `ARM_USE_...`; a value in `ARM_...`; a value in `AZURE_...`. What a machine sets by itself (GitHub, Azure
//! DevOps, Kubernetes, App Service) chooses nothing. Two kinds in one step are an error that names both.

mod choose;
mod client_secret;
mod kind;
mod kinds;
mod stored_login;
pub(super) mod who;

pub(super) use choose::choose;
pub(super) use kind::Chosen;
pub(super) use kinds::{attributes, exclude};
