//! The workload identity of a pod in Azure Kubernetes Service: a token in a file that Kubernetes writes.

use std::sync::Arc;

use super::{
    kind::{Chosen, Kind, Switch, Target},
    who,
};
use crate::{
    graph::Federated,
    provider::search::{Origin, Place, Search},
    schema::{Attribute, boolean},
};

pub(super) const KIND: Kind = Kind {
    name: "the workload identity of a pod (AKS)",
    switch: Some(Switch { attribute: "use_aks_workload_identity", variable: "ARM_USE_AKS_WORKLOAD_IDENTITY" }),
    shown: &[],
    besides: &TOKEN,
    exclude: &[],
    attributes,
    make,
};

/// The webhook of AKS sets the last one, with `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_AUTHORITY_HOST`.
const TOKEN: [Place; 3] = [
    Place::file_attribute("oidc_token_file_path"),
    Place::file_variable("ARM_OIDC_TOKEN_FILE_PATH"),
    Place::file_variable("AZURE_FEDERATED_TOKEN_FILE"),
];

fn attributes() -> Vec<Attribute> {
    vec![boolean(
        "use_aks_workload_identity",
        "Whether to sign in with the workload identity of the pod, by the variables that AKS sets there. \
         `ARM_USE_AKS_WORKLOAD_IDENTITY` sets it too.",
    )]
}

fn make(search: &mut Search<'_>, target: &Target) -> Option<Chosen> {
    let who = who::both(search);
    let found = search.required("Workload Identity Missing", &TOKEN)?;
    let said = format!("the token of the pod (from {})", found.origin);
    let Origin::File(path) = found.origin else { return None };
    Some(who?.shows(Arc::new(Federated::File(path)), said, found.attribute, target))
}
