//! What the tables need, held against what a token has.

use std::collections::BTreeMap;

use crate::provider;

/// Permissions, each with what it is for.
pub(super) struct Allowed {
    pub(super) there: Vec<(&'static str, String)>,
    pub(super) missing: Vec<(&'static str, String)>,
}

/// Splits what the tables need by whether it is among the delegated permissions of a token.
pub(super) fn held_against(scopes: &[String]) -> Allowed {
    let (there, missing) = needs().into_iter().partition(|(permission, _)| covers(scopes, permission));
    Allowed { there, missing }
}

/// Whether what is granted is enough: who may write may read.
fn covers(scopes: &[String], wanted: &str) -> bool {
    let more = wanted.replace(".Read.", ".ReadWrite.");
    scopes.iter().any(|scope| scope == wanted || *scope == more)
}

fn needs() -> BTreeMap<&'static str, String> {
    let registry = provider::registry();
    let mut needs: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut add = |permission: &'static str, what: &str| {
        if !permission.is_empty() {
            needs.entry(permission).or_default().push(what.to_owned());
        }
    };
    for known in &registry.resources {
        let (read, write) = known.spec.permissions;
        add(if write.is_empty() { read } else { write }, &known.type_name);
        for permission in known.spec.further_permissions() {
            add(permission, &known.type_name);
        }
    }
    for known in registry.data_sources.iter().filter(|known| registry.resource(&known.type_name).is_none()) {
        add(known.spec.permission, &known.type_name);
    }
    for known in &registry.actions {
        add(known.spec.permission, &known.type_name);
    }
    needs.into_iter().map(|(permission, things)| (permission, shown(things))).collect()
}

/// The things without the prefix that all of them have, each once.
fn shown(mut things: Vec<String>) -> String {
    things.sort_unstable();
    things.dedup();
    let bare: Vec<_> = things.iter().map(|name| name.strip_prefix("autopilot_").unwrap_or(name)).collect();
    bare.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_write_may_read_and_what_is_missing_is_told_with_what_it_is_for() {
        let scopes = ["Group.ReadWrite.All".to_owned(), "User.Read".to_owned()];
        assert!(covers(&scopes, "Group.Read.All") && covers(&scopes, "Group.ReadWrite.All"));
        assert!(!covers(&scopes, "User.Read.All"));
        let Allowed { there, missing } = held_against(&scopes);
        assert!(
            there.iter().any(|(permission, things)| *permission == "Group.ReadWrite.All" && things.contains("group"))
        );
        assert!(missing.iter().any(|(permission, _)| *permission == "Policy.ReadWrite.MobilityManagement"));
        assert_eq!(there.len() + missing.len(), needs().len());
    }
}
