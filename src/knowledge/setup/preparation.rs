//! Device preparation policies: their device group, and whom they do not reach.

use std::collections::BTreeMap;

use super::{
    finding::{Finding, devices, list},
    members::Members,
    parts::{Group, PreparationPolicy},
    view::View,
};
use crate::knowledge::{serial_number::Key, visible::quoted};

pub(super) fn find(view: &View<'_>) -> Vec<Finding> {
    let policies = &view.setup.preparation_policies.items;
    let mut found: Vec<_> = policies.iter().flat_map(|policy| of_group(view, policy)).collect();
    found.extend(policies.iter().filter_map(|policy| for_devices(view, policy)));
    found.extend(registered(view));
    found.extend(identified_twice(view));
    found
}

fn subject(policy: &PreparationPolicy) -> String {
    format!("device preparation policy {}", quoted(&policy.name))
}

/// Microsoft, "Create an assigned device group": assigned, owned by the Intune Provisioning Client, without roles.
fn of_group(view: &View<'_>, policy: &PreparationPolicy) -> Vec<Finding> {
    let group = policy.device_group.as_deref().and_then(|id| view.group(id));
    let Some(group) = group else { return Vec::new() };
    let name = quoted(&group.name);
    let is_dynamic = |group: &Group| group.rule.as_deref().is_some_and(|rule| !rule.is_empty());
    let mut found = Vec::new();
    let mut tell = |problem: String, remedy: &str| found.push(Finding::error(subject(policy), problem, remedy));
    if is_dynamic(group) {
        let problem = format!(
            "Its device group {name} is a dynamic group: device preparation adds devices to an assigned one only."
        );
        tell(problem, "Take the rule from the group, or choose another group.");
    }
    if group.provisioning_client_owner == Some(false) {
        let problem = format!(
            "The Intune Provisioning Client does not own its device group {name}, so it can add no device to it."
        );
        tell(problem, "Set provisioning_client_owner = true on the group.");
    }
    if group.is_assignable_to_roles == Some(true) {
        let problem =
            format!("Roles can be assigned to its device group {name}: device preparation takes no such group.");
        tell(problem, "Choose a group to which no roles can be assigned.");
    }
    found
}

/// Microsoft, "Create a device preparation policy": it is assigned to users.
fn for_devices(view: &View<'_>, policy: &PreparationPolicy) -> Option<Finding> {
    let of_devices = |id: &&str| matches!(view.groups.members(id), Some(Members::Devices(_)));
    let names: Vec<_> = policy.assigned.included().filter(of_devices).map(|id| view.group_name(id)).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let problem = format!("It is assigned to a group of devices: {}. The policy reaches users only.", list(&names));
    let remedy = "Assign it to a group of users. Devices join its device group by themselves.";
    (!names.is_empty()).then(|| Finding::error(subject(policy), problem, remedy))
}

/// Microsoft, "Device preparation FAQ": a registered device takes its deployment profile, whatever policy its user has.
fn registered(view: &View<'_>) -> Option<Finding> {
    let setup = view.setup;
    if setup.preparation_policies.items.is_empty() {
        return None;
    }
    let identifiers = setup.corporate_identifiers.items.iter();
    let identified: Vec<_> =
        identifiers.filter_map(|identifier| serial_number(&identifier.text)).map(Key::of).collect();
    let serial_numbers = view.named(|got| identified.contains(&Key::of(got.seen.name)));
    let problem = "Both registered with Windows Autopilot and named by a corporate identifier. Registration comes first: no \
                   device preparation policy applies.";
    let remedy = "Deregister the device for device preparation, or remove the identifier.";
    (!serial_numbers.is_empty()).then(|| Finding::warning(devices(&serial_numbers), problem, remedy))
}

/// Identifiers are compared in no case.
fn identified_twice(view: &View<'_>) -> Vec<Finding> {
    let mut by_key: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for identifier in &view.setup.corporate_identifiers.items {
        by_key.entry(identifier.text.to_lowercase()).or_default().push(&identifier.text);
    }
    let several = by_key.into_values().filter(|texts| texts.len() > 1);
    let told = several.map(|texts| {
        let problem = format!("It is there {} times.", texts.len());
        Finding::error(format!("corporate identifier {}", quoted(texts[0])), problem, "Remove the others.")
    });
    told.collect()
}

/// The last part of `manufacturer,model,serial number`.
fn serial_number(identifier: &str) -> Option<&str> {
    identifier.split(',').nth(2)
}
