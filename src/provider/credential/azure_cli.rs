//! Whoever is signed in to the Azure CLI.

use std::sync::Arc;

use super::{
    kind::{About, Chosen, Kind, Switch, Target},
    who,
};
use crate::{
    graph::AzureCli,
    provider::search::Search,
    schema::{Attribute, boolean},
};

pub(super) const KIND: Kind = Kind {
    name: "the Azure CLI",
    switch: Some(Switch { attribute: "use_cli", variable: "ARM_USE_CLI" }),
    shown: &[],
    besides: &[],
    exclude: &[],
    attributes,
    make,
};

fn attributes() -> Vec<Attribute> {
    vec![boolean(
        "use_cli",
        "Whether to sign in as whoever is signed in to the Azure CLI. Its application has no permission for Intune: it serves \
         for groups and users. `ARM_USE_CLI` sets it too.",
    )]
}

fn make(search: &mut Search<'_>, _: &Target) -> Option<Chosen> {
    let before = search.stops();
    let tenant = who::tenant_if_any(search);
    if search.stops() > before {
        return None;
    }
    let said = match &tenant {
        Some(tenant) => format!("the Azure CLI, in the tenant {} (from {})", tenant.text, tenant.origin),
        None => "the Azure CLI, in the tenant that it is set to".to_owned(),
    };
    Some(Chosen {
        used: vec![said],
        about: About { tenant: tenant.as_ref().map(|found| found.attribute), ..About::default() },
        credential: Arc::new(AzureCli { tenant_id: tenant.as_ref().map(|found| found.text.clone()) }),
        tenant: tenant.map(|found| found.text),
        client: None,
    })
}
