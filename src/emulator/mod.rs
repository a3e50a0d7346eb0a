//! Graph tenants on this machine: what Windows Autopilot as code is developed and tested against.
//!
//! It is written from Microsoft's documentation and recorded answers, not from this provider's own tables, so that it
//! is a witness of its own. It answers as the service does, its oddities included; what is believed rather than known
//! is a switch of [`Settings`].
//!
//! - **Time.** One clock ([`clock`]), as fast as wanted, that can be stepped. Nothing sleeps: what time does (imports,
//!   syncs, membership rules, profile assignment, deletions) waits in a queue and is worked off, each piece at its own
//!   time, before the next request is served ([`work`]).
//! - **Store.** Tenants are tables in memory; the rows that a request touched are written to one redb file in one
//!   transaction before it is answered ([`store`]). Indexes and the queue are rebuilt from the rows ([`tenant`]).
//! - **Model.** Graph's types as data ([`model`]): a body is held against its type before anything else looks at it.
//!   The table of operations says method, path, versions and permissions ([`route`]).
//!
//! The floors, from the top. Imports go down only, and no file imports another in a circle; a test holds that.
//!
//! | floor | modules | knows |
//! |---|---|---|
//! | face | [`face`] | HTTP and TLS; whoever started the emulator |
//! | gate | [`gate`] | a request as it came off the wire: faults, time, token, journal, store; `/_emulator/`, the side door |
//! | desk | [`desk`] | who may ask for what: budgets, approvals, routes, permissions |
//! | table | [`route`] | every operation, with the function that serves it |
//! | handlers and time | [`entra`], [`intune`]; [`work`] | one tenant ([`site`]): what a call does to it; what time does |
//! | collections | [`collection`] | what most collections have in common |
//! | marks | [`marks`], [`registration`], [`site`] | what a change makes due; what a handler may touch |
//! | state | [`tenant`], [`store`]; [`call`], [`error`], [`odata`], [`paging`] | the rows of a tenant; the words of a call and its answer |
//! | ground | [`model`], [`rule`], [`chance`], [`clock`], [`settings`], [`text`] | nothing of tenants and calls |
//!
//! # Must not know
//! The provider: it imports none of its modules.
//!
//! # Start at
//! [`Emulator`], then `route`, which names every operation.

mod call;
mod chance;
mod clock;
mod collection;
mod desk;
mod entra;
mod error;
mod face;
mod gate;
mod intune;
mod marks;
pub mod model;
mod odata;
mod paging;
mod registration;
pub(crate) mod route;
pub(crate) mod rule;
mod settings;
mod site;
mod store;
mod tenant;
#[cfg(test)]
mod tests;
mod text;
mod work;

pub use face::{Emulator, Error, Options, TlsError};
pub use gate::deployed::Deployed;
pub use gate::fault::Fault;
pub use gate::journal::{Made, Request};
pub use gate::snapshot::{Association, Device, Group, Policy, Snapshot};
pub use gate::tenants::{
    CLIENT_ID, CLIENT_SECRET, OTHER_CLIENT_ID, OTHER_CLIENT_SECRET, OTHER_TENANT_ID, PUBLIC_CLIENT_ID, TENANT_ID,
};
pub use settings::Settings;
pub use store::StoreError;
