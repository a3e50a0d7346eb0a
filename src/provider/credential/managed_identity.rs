//! The managed identity of the virtual machine, the container or the app that Terraform runs on.

use std::sync::Arc;

use super::{
    kind::{About, Chosen, Kind, Switch, Target},
    who,
};
use crate::{
    graph::ManagedIdentity,
    provider::search::{Place, Search},
    schema::{Attribute, Check, boolean, string},
};

pub(super) const KIND: Kind = Kind {
    name: "a managed identity",
    switch: Some(Switch { attribute: "use_msi", variable: "ARM_USE_MSI" }),
    shown: &[],
    besides: &ENDPOINT,
    exclude: &[],
    attributes,
    make,
};

const ENDPOINT: [Place; 2] = [Place::attribute("msi_endpoint"), Place::variable("ARM_MSI_ENDPOINT")];

fn attributes() -> Vec<Attribute> {
    vec![
        boolean(
            "use_msi",
            "Whether to sign in with the managed identity of what Terraform runs on: the user-assigned one that `client_id` \
             names, or else the system-assigned one. `ARM_USE_MSI` sets it too.",
        ),
        string(
            "msi_endpoint",
            "Where the tokens of the managed identity are had. `ARM_MSI_ENDPOINT` sets it too. If it is not set, it is where \
             Azure has it.",
        )
        .check(Check::Text(is_endpoint)),
    ]
}

fn make(search: &mut Search<'_>, _: &Target) -> Option<Chosen> {
    let before = search.stops();
    let (tenant, client) = (who::tenant_if_any(search), who::client_if_any(search));
    let endpoint = search.optional(&ENDPOINT);
    search.hold("msi_endpoint", endpoint.as_ref(), is_endpoint);
    if search.stops() > before {
        return None;
    }
    let said = match &client {
        Some(client) => format!("the user-assigned managed identity {} (from {})", client.text, client.origin),
        None => "the system-assigned managed identity".to_owned(),
    };
    let at = endpoint.as_ref().map(|found| format!("{} (from {})", found.address(), found.origin));
    Some(Chosen {
        used: [Some(said), at].into_iter().flatten().collect(),
        about: About {
            tenant: tenant.as_ref().map(|found| found.attribute),
            client: client.as_ref().map(|found| found.attribute),
            proof: None,
        },
        tenant: tenant.map(|found| found.text),
        client: client.as_ref().map(|found| found.text.clone()),
        credential: Arc::new(ManagedIdentity {
            client_id: client.map(|found| found.text),
            endpoint: endpoint.map(|found| found.text),
        }),
    })
}

/// Azure's own is http, to an address of the link.
fn is_endpoint(text: &str) -> Result<(), String> {
    let is_url = ["http://", "https://"].iter().any(|scheme| text.starts_with(scheme)) && !text.contains('@');
    if text.is_empty() || is_url {
        return Ok(());
    }
    Err("must be a URL, such as \"http://169.254.169.254/metadata/identity/oauth2/token\"".to_owned())
}
