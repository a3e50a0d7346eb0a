//! What the tables need, held against what a token has.

use std::collections::BTreeMap;

use crate::{cli::needs, provider};

/// Permissions, each with what it is for.
pub(super) struct Allowed {
    pub(super) there: Vec<(&'static str, String)>,
    pub(super) missing: Vec<(&'static str, String)>,
}

/// Splits what the tables need by whether it is among the delegated permissions of a token.
pub(super) fn held_against(scopes: &[String]) -> Allowed {
    let (there, missing) = needed().into_iter().partition(|(permission, _)| needs::covers(scopes, permission));
    Allowed { there, missing }
}

fn needed() -> BTreeMap<&'static str, String> {
    let registry = provider::registry();
    let mut things: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for need in needs::all(&registry) {
        // Who may write may read.
        let is_written = registry.resource(&need.thing).is_some_and(|known| !known.spec.permissions.1.is_empty());
        if is_written && need.purpose == needs::READ {
            continue;
        }
        things.entry(need.permission).or_default().push(need.bare_thing().to_owned());
    }
    things.into_iter().map(|(permission, things)| (permission, shown(things))).collect()
}

/// The things, each once.
fn shown(mut things: Vec<String>) -> String {
    things.sort_unstable();
    things.dedup();
    things.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_with_what_it_is_for() {
        let scopes = ["Group.ReadWrite.All".to_owned(), "User.Read".to_owned()];
        let Allowed { there, missing } = held_against(&scopes);
        assert!(
            there.iter().any(|(permission, things)| *permission == "Group.ReadWrite.All" && things.contains("group"))
        );
        assert!(missing.iter().any(|(permission, _)| *permission == "Policy.ReadWrite.MobilityManagement"));
        assert_eq!(there.len() + missing.len(), needed().len());
    }
}
