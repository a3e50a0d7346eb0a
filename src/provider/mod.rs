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
mod credential;
#[cfg(feature = "emulator")] // only a command stands between
mod endpoints;
mod place;
mod search;
mod settings;
mod surroundings;
mod user_agent;

#[cfg(feature = "emulator")]
pub(crate) use administrator::{Administrator, administrator};
use async_trait::async_trait;
#[cfg(feature = "emulator")]
pub(crate) use endpoints::{Endpoints, endpoints};
use settings::{Resolution, Resolved};
use std::sync::Arc;
use surroundings::{Process, Surroundings};
use tokio_util::sync::CancellationToken;

use crate::{
    actions, data_sources,
    diagnostic::{Diagnostic, Diagnostics},
    functions,
    graph::{self, Client},
    path::Path,
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

fn connect(resolved: &Resolved, user_agent: String) -> Result<Client, graph::Error> {
    Client::new(graph::Settings {
        graph: resolved.graph.clone(),
        audience: resolved.target.cloud.graph.to_owned(),
        user_agent,
        credential: Arc::clone(&resolved.chosen.credential),
    })
}

fn unknown(names: &[&str]) -> Diagnostic {
    let detail = format!(
        "Microsoft Graph has to be asked now, but these settings of the provider are known only after apply: {}. Apply \
         what they come from first (with -target), or give their values as variables.",
        names.join(", ")
    );
    Diagnostic::error("Provider Settings Not Known Yet", detail)
}

/// A managed identity and the Azure CLI have a tenant of their own, whatever was asked for.
fn held_to_its_tenant(resolved: &Resolved, actual: &str) -> Option<Diagnostic> {
    let asked = resolved.chosen.tenant.as_deref().filter(|asked| uuid::Uuid::try_parse(asked).is_ok())?;
    if asked.eq_ignore_ascii_case(actual) {
        return None;
    }
    let detail = format!(
        "The sign-in led to the tenant {actual}, and tenant_id is {asked}. Nothing was read or changed. Used were: {}.",
        resolved.chosen.used.join(", ")
    );
    Some(Diagnostic::error("Sign-In to Another Tenant", detail).at(Path::of("tenant_id")))
}

/// A refused sign-in, on the attribute that it is about.
fn refused(resolved: &Resolved, error: &graph::Error) -> Diagnostic {
    let (credential::Chosen { used, about, tenant, client, .. }, authority) =
        (&resolved.chosen, &resolved.target.authority);
    let used = format!("Used were: {}, at {authority}.", used.join(", "));
    let graph::Error::Credential { message, codes, advice } = error else {
        return Diagnostic::error(error.title(), format!("While signing in: {error}.\n\n{used}"));
    };
    let consent = match (tenant, client) {
        (Some(tenant), Some(client)) if codes.iter().any(|code| [700_016, 7_000_229].contains(code)) => Some(format!(
            "An administrator of the tenant consents at {authority}/{tenant}/adminconsent?client_id={client}"
        )),
        _ => None,
    };
    let said = format!("The sign-in was refused: {}.", message.trim_end_matches('.'));
    let parts = [Some(said), advice.map(str::to_owned), consent, Some(used)];
    let detail = parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n");
    let diagnostic = Diagnostic::error(error.title(), detail);
    match about.path(codes) {
        Some(path) => diagnostic.at(path),
        None => diagnostic,
    }
}

#[cfg(test)]
mod tests;
