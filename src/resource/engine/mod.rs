//! Calls the verbs of a resource as the protocol asks for them, in terms of values.
//!
//! Every answer that leaves here obeys core's rules: what fails half-way still tells what exists, nothing unknown is
//! left after an apply, write-only values are in no answer, and the tenant is the one that the state belongs to.

mod action;
mod apply;
mod data;
mod ephemeral;
mod fit;
mod generate;
mod identity;
mod import;
mod list;
mod moved;
mod plan;
mod read;
mod tenant;
mod upgrade;
mod validate;

use tokio_util::sync::CancellationToken;

pub use action::{invoke_action, plan_action, validate_action};
pub use apply::{ApplyRequest, apply};
pub use data::{call_function, read_data, validate_data};
pub use ephemeral::{OpenAnswer, close, open, renew, validate_ephemeral};
pub use generate::generate;
pub use import::{By, import};
pub use list::{ListRequest, list, validate_list};
pub use moved::{Source, take_over};
pub use plan::{PlanAnswer, PlanRequest, plan};
pub use read::read;
pub use upgrade::{upgrade, upgrade_identity};
pub use validate::{validate, validate_provider};

use super::{Private, Tenant};
use crate::{diagnostic::Diagnostics, value::Value};

/// What every call works with.
#[derive(Clone)]
pub struct Scope {
    /// The tenant that the provider is configured for.
    pub tenant: Tenant,
    /// Cancelled when Terraform asks to stop.
    pub cancel: CancellationToken,
}

/// What a call that gives a state is answered.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The state; null where there is none (any more).
    pub state: Value,
    /// What tells it from others; null where there is no state, or no identity.
    pub identity: Value,
    /// What the resource remembers.
    pub private: Private,
    /// What the user is told.
    pub diagnostics: Diagnostics,
}
