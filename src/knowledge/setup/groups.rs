//! Rules of groups: what they ask for, and whether anything has it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    finding::{Finding, devices, list},
    parts::{Extent, Group},
    view::View,
};
use crate::knowledge::{
    membership_rule,
    rule::{Expr, Name, Operand, Operator},
    visible::{escaped, quoted},
};

/// What a registered device's group tag stands behind, in small letters.
const TAG: &str = "[orderid]:";

pub(super) fn find(view: &View<'_>) -> Vec<Finding> {
    let groups = &view.setup.groups;
    let rules: Vec<_> = groups.items.iter().filter_map(|group| Some((group, read(group)?))).collect();
    let mut found = asked_by_none(view, &rules);
    for (group, rule) in &rules {
        found.extend(of_no_device(view, group, rule));
        found.extend(of_no_profile(view, group, rule));
    }
    found.extend(groups.items.iter().filter_map(paused));
    found
}

fn read(group: &Group) -> Option<Expr> {
    membership_rule::read(group.rule.as_deref().filter(|rule| !rule.is_empty())?).0
}

/// Comparisons with a text: the property, the operator, the text.
fn comparisons<'a>(rule: &'a Expr, of: Option<&'a str>, all: &mut Vec<(&'a str, Operator, &'a str)>) {
    match rule {
        Expr::And(left, right) | Expr::Or(left, right) => {
            comparisons(left, of, all);
            comparisons(right, of, all);
        }
        Expr::Not(_, inner) => comparisons(inner, of, all),
        Expr::Each { collection, holds, .. } => {
            let Name::Property(_, name) = &collection.is else { return };
            comparisons(holds, Some(name), all);
        }
        Expr::Compare { left, operator, right } => {
            let name = match &left.is {
                Name::Property(_, name) => Some(name.as_str()),
                Name::Item => of,
            };
            let texts = match &right.is {
                Operand::Text(text) => vec![text],
                Operand::List(items) => {
                    let text = |operand: &'a Operand| if let Operand::Text(text) = operand { Some(text) } else { None };
                    items.iter().filter_map(|item| text(&item.is)).collect()
                }
                _ => Vec::new(),
            };
            all.extend(
                name.into_iter().flat_map(|name| texts.iter().map(move |text| (name, operator.is, text.as_str()))),
            );
        }
        Expr::DirectReports(_) => {}
    }
}

fn all_comparisons(rule: &Expr) -> Vec<(&str, Operator, &str)> {
    let mut all = Vec::new();
    comparisons(rule, None, &mut all);
    all
}

fn asked_by_none(view: &View<'_>, rules: &[(&Group, Expr)]) -> Vec<Finding> {
    let groups = &view.setup.groups;
    let are_known = groups.items.iter().all(|group| match group.rule.as_deref() {
        Some(rule) => rule.is_empty() || read(group).is_some(),
        None => false,
    });
    if !groups.is_whole() || !are_known {
        return Vec::new();
    }
    let mut by_tag: BTreeMap<String, (&str, Vec<&str>)> = BTreeMap::new();
    for got in &view.devices {
        let tag = got.seen.device.group_tag.as_deref().unwrap_or_default();
        if !tag.is_empty() {
            by_tag.entry(tag.to_lowercase()).or_insert((tag, Vec::new())).1.push(got.seen.name);
        }
    }
    by_tag.retain(|_, (tag, _)| !rules.iter().any(|(_, rule)| membership_rule::asks_for_tag(rule, tag)));
    let told = by_tag.into_values().map(|(tag, serial_numbers)| {
        let problem = format!("The group tag {} is asked for by no rule of a group, so it has no effect.", quoted(tag));
        let tag = escaped(tag);
        let remedy = format!(
            "Add a group with the rule (device.devicePhysicalIds -any (_ -eq \"[OrderID]:{tag}\")), or correct the tag."
        );
        Finding::warning(devices(&serial_numbers), problem, remedy)
    });
    told.collect()
}

fn of_no_device(view: &View<'_>, group: &Group, rule: &Expr) -> Option<Finding> {
    let known = &view.setup.devices;
    let is_empty = known.items.is_empty();
    if is_empty || !known.is_whole() || known.items.iter().any(|device| device.group_tag.is_none()) {
        return None;
    }
    let tags: BTreeSet<String> =
        known.items.iter().filter_map(|device| device.group_tag.as_deref()).map(str::to_lowercase).collect();
    let asked = all_comparisons(rule).into_iter().filter(|(property, operator, _)| {
        property.eq_ignore_ascii_case("devicePhysicalIds") && matches!(operator, Operator::Eq | Operator::In)
    });
    let missing: Vec<_> = asked
        .filter_map(|(_, _, text)| text.get(TAG.len()..).filter(|_| text.to_lowercase().starts_with(TAG)))
        .filter(|tag| !tags.contains(&tag.to_lowercase()))
        .map(quoted)
        .collect();
    let missing: Vec<_> = missing.iter().map(String::as_str).collect();
    let tags = if missing.len() == 1 { "the group tag" } else { "the group tags" };
    let problem = format!("Its rule asks for {tags} {}, and no device has it.", list(&missing));
    let remedy = "Correct the rule, or the group tags of the devices.";
    (!missing.is_empty()).then(|| Finding::warning(format!("group {}", quoted(&group.name)), problem, remedy))
}

/// Microsoft, "Rules for dynamic membership groups": for Windows it is the name of the deployment profile or of the device
/// preparation policy.
fn of_no_profile(view: &View<'_>, group: &Group, rule: &Expr) -> Option<Finding> {
    let (profiles, policies) = (&view.setup.profiles, &view.setup.preparation_policies);
    let extents = [profiles.extent, policies.extent];
    if extents.contains(&Extent::Some) || !extents.contains(&Extent::All) {
        return None;
    }
    let names = profiles.items.iter().map(|it| &it.name).chain(policies.items.iter().map(|it| &it.name));
    let names: BTreeSet<_> = names.map(|name| name.to_lowercase()).collect();
    let asked = all_comparisons(rule).into_iter().filter(|(property, operator, text)| {
        let is_name = property.eq_ignore_ascii_case("enrollmentProfileName");
        is_name && matches!(operator, Operator::Eq | Operator::In) && !names.contains(&text.to_lowercase())
    });
    let missing: Vec<_> = asked.map(|(_, _, text)| quoted(text)).collect();
    let missing: Vec<_> = missing.iter().map(String::as_str).collect();
    let problem = format!(
        "Its rule asks for the enrollmentProfileName {}, and no deployment profile or device preparation policy has that name.",
        list(&missing)
    );
    let remedy = "Write the name as it is now. A profile that was renamed is known to rules by its new name.";
    (!missing.is_empty()).then(|| Finding::warning(format!("group {}", quoted(&group.name)), problem, remedy))
}

fn paused(group: &Group) -> Option<Finding> {
    let is_dynamic = group.rule.as_deref().is_some_and(|rule| !rule.is_empty());
    let problem = "The processing of its rule is paused: its members stay as they are, and no new device becomes one.";
    let remedy = "Set membership_rule_processing = \"on\".";
    let subject = format!("group {}", quoted(&group.name));
    (is_dynamic && group.is_paused == Some(true)).then(|| Finding::warning(subject, problem, remedy))
}
