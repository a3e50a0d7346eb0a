//! What every call works with, and what it answers.

use tokio_util::sync::CancellationToken;

use crate::{
    diagnostic::Diagnostics,
    resource::{Private, Tenant},
    value::Value,
};

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
