//! Hybrid join: a profile, and beside it a domain join profile for the same devices.
//!
//! Microsoft, "Deploy hybrid joined devices": both are assigned to the same device group.

use std::collections::BTreeSet;

use super::{
    finding::{Finding, list},
    parts::Profile,
    view::View,
};
use crate::knowledge::{
    effective::{Assigned, Who},
    visible::quoted,
};

pub(super) fn find(view: &View<'_>) -> Vec<Finding> {
    let setup = view.setup;
    let hybrid = || setup.profiles.items.iter().filter(|profile| profile.is_hybrid == Some(true));
    let mut found = Vec::new();
    if setup.domain_join_profiles.is_whole() && setup.domain_join_profiles.items.iter().all(|it| it.assigned.is_whole) {
        found.extend(hybrid().filter_map(|profile| without_join(view, profile)));
    }
    let are_known = setup.profiles.items.iter().all(|it| it.assigned.is_whole && it.is_hybrid.is_some());
    if setup.profiles.is_whole() && are_known {
        found.extend(without_profile(view));
    }
    found
}

fn without_join(view: &View<'_>, profile: &Profile) -> Option<Finding> {
    let joins = &view.setup.domain_join_profiles.items;
    let subject = format!("deployment profile {}", quoted(&profile.name));
    if joins.is_empty() {
        let problem = "It is for hybrid join, and there is no domain join profile: the device does not learn which domain to \
                       join, and the deployment fails.";
        return Some(Finding::error(subject, problem, "Add a domain join profile, assigned to the same groups."));
    }
    let lacking = beyond(view, &profile.assigned, joins.iter().map(|join| &join.assigned));
    let lacking: Vec<_> = lacking.iter().map(String::as_str).collect();
    let problem = format!(
        "It is for hybrid join, and no domain join profile is assigned to {}: its devices do not learn which domain to join, \
         and the deployment fails.",
        list(&lacking)
    );
    let remedy = "Assign a domain join profile to the same groups.";
    (!lacking.is_empty()).then(|| Finding::error(subject, problem, remedy))
}

fn without_profile(view: &View<'_>) -> Vec<Finding> {
    let setup = view.setup;
    let hybrid = || setup.profiles.items.iter().filter(|profile| profile.is_hybrid == Some(true));
    let told = setup.domain_join_profiles.items.iter().filter_map(|join| {
        let lacking = beyond(view, &join.assigned, hybrid().map(|profile| &profile.assigned));
        let lacking: Vec<_> = lacking.iter().map(String::as_str).collect();
        let problem = format!(
            "It is assigned to {}, and no deployment profile for hybrid join is: there it does nothing.",
            list(&lacking)
        );
        let remedy = "Assign both to the same groups.";
        let subject = format!("domain join profile {}", quoted(&join.name));
        (!lacking.is_empty()).then(|| Finding::warning(subject, problem, remedy))
    });
    told.collect()
}

/// To whom one is assigned and none of the others is.
fn beyond<'a>(view: &View<'_>, one: &Assigned, others: impl Iterator<Item = &'a Assigned>) -> Vec<String> {
    let others: Vec<_> = others.collect();
    if others.iter().any(|other| other.is_for(&Who::AllDevices)) {
        return Vec::new();
    }
    let covered: BTreeSet<&str> = others.iter().flat_map(|other| other.included()).collect();
    let groups =
        one.included().filter(|id| !covered.contains(id)).map(|id| format!("the group {}", view.group_name(id)));
    let all = one.is_for(&Who::AllDevices).then(|| "All Devices".to_owned());
    groups.chain(all).collect()
}
