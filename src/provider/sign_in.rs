//! A sign-in by the settings, and what is said where it gives no token.

use std::sync::Arc;

use super::{credential::Chosen, settings::Resolved};
use crate::{
    diagnostic::Diagnostic,
    graph::{self, Client},
    path::Path,
};

pub(super) fn connect(resolved: &Resolved, user_agent: String) -> Result<Client, graph::Error> {
    let settings = graph::Settings {
        graph: resolved.graph.clone(),
        audience: resolved.target.cloud.graph.to_owned(),
        user_agent,
        credential: Arc::clone(&resolved.chosen.credential),
    };
    match resolved.pace {
        Some(speed) => Client::paced(settings, speed),
        None => Client::new(settings),
    }
}

pub(super) fn unknown(names: &[&str]) -> Diagnostic {
    let detail = format!(
        "Microsoft Graph has to be asked now, but these settings of the provider are known only after apply: {}. Apply \
         what they come from first (with -target), or give their values as variables.",
        names.join(", ")
    );
    Diagnostic::error("Provider Settings Not Known Yet", detail)
}

/// A managed identity and the Azure CLI have a tenant of their own, whatever was asked for.
pub(super) fn held_to_its_tenant(resolved: &Resolved, actual: &str) -> Option<Diagnostic> {
    let asked = resolved.chosen.tenant.as_deref().filter(|asked| uuid::Uuid::try_parse(asked).is_ok())?;
    if asked.eq_ignore_ascii_case(actual) {
        return None;
    }
    let detail = format!(
        "The sign-in led to the tenant {actual}, and tenant_id is {asked}. Nothing was read or changed. Used was {} ({}).",
        resolved.kind,
        resolved.chosen.used.join(", ")
    );
    Some(Diagnostic::error("Sign-In to Another Tenant", detail).at(Path::of("tenant_id")))
}

/// A refused sign-in, on the attribute that it is about.
pub(super) fn refused(resolved: &Resolved, error: &graph::Error) -> Diagnostic {
    let Chosen { used, about, .. } = &resolved.chosen;
    let used = format!("Used was {} ({}), at {}.", resolved.kind, used.join(", "), resolved.target.authority);
    let parts: Vec<_> = [said(error)].into_iter().chain(advice(resolved, error)).chain([used]).collect();
    let diagnostic = Diagnostic::error(error.title(), parts.join("\n\n"));
    let graph::Error::Credential { codes, .. } = error else { return diagnostic };
    match about.path(codes) {
        Some(path) => diagnostic.at(path),
        None => diagnostic,
    }
}

/// What came of a sign-in that gave no token.
pub(super) fn said(error: &graph::Error) -> String {
    match error {
        graph::Error::Credential { message, .. } => {
            format!("The sign-in was refused: {}.", message.trim_end_matches('.'))
        }
        _ => format!("While signing in: {error}."),
    }
}

/// What to do about it.
pub(super) fn advice(resolved: &Resolved, error: &graph::Error) -> Vec<String> {
    let graph::Error::Credential { codes, advice, .. } = error else { return Vec::new() };
    let authority = &resolved.target.authority;
    let consent = match (&resolved.chosen.tenant, &resolved.chosen.client) {
        (Some(tenant), Some(client)) if codes.iter().any(|code| [700_016, 7_000_229].contains(code)) => Some(format!(
            "An administrator of the tenant consents at {authority}/{tenant}/adminconsent?client_id={client}"
        )),
        _ => None,
    };
    [advice.map(str::to_owned), consent].into_iter().flatten().collect()
}
