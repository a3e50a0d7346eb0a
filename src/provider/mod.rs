//! The provider itself: its settings, and the choice of credential.
//!
//! # Must not know
//! Protocol buffers.
//!
//! # Start at
//! [`registry`], then [`Autopilot`].

#[cfg(feature = "emulator")] // only a command signs somebody in
mod administrator;
mod approvals;
#[cfg(feature = "emulator")] // only a command looks into it
mod connection;
mod credential;
#[cfg(feature = "emulator")] // only a command stands between
mod endpoints;
mod place;
mod search;
mod settings;
mod sign_in;
mod surroundings;
mod user_agent;

#[cfg(feature = "emulator")]
pub(crate) use administrator::{Administrator, administrator};
use async_trait::async_trait;
#[cfg(feature = "emulator")]
pub(crate) use connection::{Connection, NotSignedIn};
#[cfg(feature = "emulator")]
pub(crate) use credential::MISSING as CREDENTIAL_MISSING;
#[cfg(feature = "emulator")]
pub(crate) use endpoints::{Endpoints, endpoints};
use settings::Resolution;
use sign_in::{connect, held_to_its_tenant, refused, unknown};
use std::sync::Arc;
use surroundings::{Process, Surroundings};
use tokio_util::sync::CancellationToken;

use crate::{
    actions, data_sources,
    diagnostic::{Diagnostic, Diagnostics},
    functions,
    resource::{Provider, Registry, Tenant},
    resources,
    schema::Attribute,
    value::Value,
};

/// All that this provider serves.
pub fn registry() -> Registry {
    Registry::new("autopilot", Arc::new(Autopilot::of_process()))
        .resources(resources::all(&place::here(&Process)))
        .data_sources(data_sources::all())
        .lookups(data_sources::tables())
        .functions(functions::all())
        .actions(actions::all())
        .linked()
}

/// The provider `autopilot`.
pub struct Autopilot {
    surroundings: Box<dyn Surroundings>,
}

impl Autopilot {
    /// The provider in this process: with its environment and its files.
    pub fn of_process() -> Autopilot {
        Autopilot::within(Process)
    }

    /// The provider in surroundings of one's own.
    fn within(surroundings: impl Surroundings + 'static) -> Autopilot {
        Autopilot { surroundings: Box::new(surroundings) }
    }
}

#[async_trait]
impl Provider for Autopilot {
    fn attributes(&self) -> Vec<Attribute> {
        let mut attributes = settings::attributes();
        attributes.extend(approvals::attributes());
        attributes
    }

    fn notes(&self) -> String {
        credential::notes()
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        settings::validate(config, diagnostics);
        approvals::validate(config, diagnostics);
    }

    async fn configure(
        &self,
        config: &Value,
        core: &str,
        cancel: &CancellationToken,
        diagnostics: &mut Diagnostics,
    ) -> Tenant {
        let resolved = match settings::resolve(config, &*self.surroundings) {
            Resolution::Ready(resolved) => resolved,
            Resolution::Unknown(names) => return Tenant::Missing(unknown(&names)),
            Resolution::Refused(refusals) => {
                diagnostics.extend(refusals);
                return Tenant::not_configured();
            }
        };
        let user_agent = user_agent::of(core, &*self.surroundings);
        let client = match connect(&resolved, user_agent) {
            Ok(client) => client,
            Err(error) => {
                diagnostics.push(Diagnostic::error(error.title(), format!("While setting up the provider: {error}.")));
                return Tenant::not_configured();
            }
        };
        // Here, since only here an error stands on the provider's own attribute. A network that is down is not told yet:
        // a plan may not need it.
        let signed_in = client.ended_by(cancel).signed_in().await;
        let refusal = match &signed_in {
            Ok(claims) => held_to_its_tenant(&resolved, &claims.tenant_id),
            Err(error) if error.is_sign_in_refused() => Some(refused(&resolved, error)),
            Err(_) => None,
        };
        if let Some(refusal) = refusal {
            diagnostics.push(refusal);
            return Tenant::not_configured();
        }
        Tenant::Ready(client.with_approvals(approvals::of(config)))
    }
}

#[cfg(test)]
mod tests;
