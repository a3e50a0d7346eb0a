//! All kinds.

use super::kind::Kind;
use super::{client_secret, stored_login, who};
use crate::schema::Attribute;

/// All kinds, in the order in which they are told.
pub(super) const KINDS: [Kind; 2] = [client_secret::KIND, stored_login::KIND];

/// The settings of all kinds.
pub(in crate::provider) fn attributes() -> Vec<Attribute> {
    let kinds = KINDS.iter().flat_map(|kind| (kind.attributes)());
    who::attributes().into_iter().chain(kinds).collect()
}

/// Settings that cannot be set together.
pub(in crate::provider) fn exclude() -> impl Iterator<Item = (&'static str, &'static str)> {
    KINDS.iter().flat_map(|kind| kind.exclude).chain(&who::EXCLUDE).copied()
}
