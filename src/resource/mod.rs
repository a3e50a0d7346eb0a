//! What a resource is, and the verbs most of them share.
//!
//! A resource is a table ([`Spec`]) and a few verbs ([`Resource`]). A verb that a resource does not write is the one of
//! its [`shape`], which works from the table alone. The [`engine`] calls the verbs: it holds the order of checks, the
//! tenant's identity, deadlines, private state and what Terraform is answered when a verb fails half-way.
//!
//! # Must not know
//! Protocol buffers, and any one resource.
//!
//! # Start at
//! [`Spec`] and its words, then [`shape`], then [`engine`].

mod action;
mod approval;
mod approval_advice;
pub mod assignment;
pub mod body;
mod change;
mod cx;
mod data_source;
pub mod engine;
mod ephemeral;
mod error;
mod facet;
mod function;
pub mod identity;
mod in_process;
mod kind;
mod late;
pub mod listing;
pub mod looks;
mod lookup;
mod mover;
mod private;
pub(crate) mod reasons;
pub(crate) mod references;
mod registry;
pub mod rule;
pub mod shape;
pub mod shared;
mod spec;
pub mod timeouts;
pub(crate) mod wishes;
mod writers;

pub use action::{Action, ActionSpec, Progress, Told};
pub use change::Change;
pub use cx::{Cx, Tenant};
pub use data_source::{DataSource, DataSpec};
pub use ephemeral::{Ephemeral, EphemeralSpec, Opened};
pub use error::{Error, Result};
pub use facet::Facet;
pub use function::{Function, FunctionError, FunctionSpec, Parameter};
pub use identity::Identity;
pub(crate) use in_process::InProcess;
pub use kind::Resource;
pub use late::Late;
pub use listing::Listing;
pub use lookup::Lookup;
pub use mover::{MICROSOFT365, MICROSOFT365WP, Mover};
pub use private::Private;
pub use registry::{
    Named, Provider, Referred, Registered, RegisteredAction, RegisteredData, RegisteredEphemeral, RegisteredFunction,
    Registry,
};
pub use shape::{Adding, Many, Order, Post, Rows, Shape, Single, collection};
pub use spec::{Find, Held, Silent, Spec, Update};
pub use wishes::Things;
