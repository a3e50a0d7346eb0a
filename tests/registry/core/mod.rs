//! The life of everything in the registry by RPC, asked as core asks and held to core's own rules.
//!
//! Configurations are made from the tables ([`values`], [`configuration`]), in a tenant that holds what they refer to
//! ([`place`]).

pub(crate) mod approvals;
pub(crate) mod at_random;
mod configuration;
pub(crate) mod data_source;
pub(crate) mod drift;
mod known;
pub(crate) mod life;
mod newest;
pub(crate) mod permissions;
mod place;
mod process;
pub(crate) mod reasons;
mod session;
pub(crate) mod tables;
mod told;
mod values;
pub(crate) mod whole;

pub(crate) use place::{Holdings, assert_same, collections, compared};

#[path = "../../it/core/compatible.rs"]
mod compatible;
#[path = "../../it/core/model.rs"]
mod model;
#[path = "../../it/core/notation.rs"]
mod notation;
#[path = "../../it/core/outcome.rs"]
mod outcome;
#[path = "../../it/core/plan_valid.rs"]
mod plan_valid;
#[path = "../../it/core/proposed_new.rs"]
mod proposed_new;
#[path = "../../it/core/random.rs"]
mod random;
#[path = "../../it/core/schema_valid.rs"]
mod schema_valid;
