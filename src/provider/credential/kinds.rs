//! All kinds.

use super::kind::Kind;
use super::{
    azure_cli, client_certificate, client_secret, managed_identity, oidc, stored_login, who, workload_identity,
};
use crate::schema::Attribute;

/// All kinds, in the order in which they are told.
pub(super) const KINDS: [Kind; 7] = [
    client_secret::KIND,
    client_certificate::KIND,
    oidc::KIND,
    workload_identity::KIND,
    managed_identity::KIND,
    stored_login::KIND,
    azure_cli::KIND,
];

/// The settings of all kinds.
pub(in crate::provider) fn attributes() -> Vec<Attribute> {
    let kinds = KINDS.iter().flat_map(|kind| (kind.attributes)());
    who::attributes().into_iter().chain(kinds).collect()
}

/// Settings that cannot be set together.
pub(in crate::provider) fn exclude() -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().flat_map(|kind| kind.exclude).chain(&who::EXCLUDE).copied()
}
