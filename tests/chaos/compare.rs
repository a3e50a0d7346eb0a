//! Tenant, state and wish held against each other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    figures::{Finding, Sort, found},
    lab::Lab,
    state::Held,
    told::Planned,
    view::{View, targets},
    wish::{Key, Kind, Manner, Members, Row, Thing, What, Whom, Wish},
};

/// An object that is in no state.
pub(crate) struct Stray {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    pub(crate) name: String,
}

/// The objects of the tenant that no state holds. Rows have no ids of their own while they are under way, so they are
/// asked about at the end only.
pub(crate) fn strays(view: &View, held: &[Held]) -> Vec<Stray> {
    let known: BTreeSet<_> = held.iter().map(|held| held.id.as_str()).collect();
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.rows().is_none());
    let stray = |kind: Kind| {
        let objects = view.of(kind).iter().filter(|(id, _)| !known.contains(id.as_str()));
        objects.map(move |(id, object)| Stray { kind, id: id.clone(), name: name(kind, object) }).collect::<Vec<_>>()
    };
    kinds.flat_map(stray).collect()
}

/// What a stray is where nothing excuses it.
pub(crate) fn judge(stray: &Stray, view: &View) -> Finding {
    let namesakes = view.of(stray.kind).values().filter(|object| name(stray.kind, object) == stray.name).count();
    let sort = if namesakes > 1 { Sort::Duplicate } else { Sort::Orphan };
    found(sort, format!("{:?} {:?} ({}) is in no state", stray.kind, stray.name, stray.id))
}

fn name(kind: Kind, object: &Value) -> String {
    object[kind.naming()].as_str().unwrap_or_default().to_owned()
}

/// What can never be, not even between two runs.
pub(crate) fn taints(held: &[Held]) -> Vec<Finding> {
    let tainted = held.iter().filter(|held| held.tainted);
    tainted.map(|held| found(Sort::Taint, format!("{} is tainted", held.address))).collect()
}

/// What stands in the state twice. Between two runs that may be: rows that move are taken over first, and then let go.
pub(crate) fn held_twice(held: &[Held]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = BTreeMap::new();
    for each in held {
        for (id, key) in each.on_graph() {
            if let Some(other) = seen.insert(id.clone(), key.clone()) {
                findings.push(found(Sort::Duplicate, format!("{id} is in the state as {other} and as {key}")));
            }
        }
    }
    findings
}

/// Replacements that no edit asked for.
pub(crate) fn replacements(planned: &[Planned], wish: &Wish) -> Vec<Finding> {
    let unasked = planned.iter().filter(|planned| planned.action == "replace" && !wish.anew.contains(&planned.address));
    unasked.map(|planned| found(Sort::Replacement, format!("{} is to be replaced", planned.address))).collect()
}

/// What was there, was held, and went although the plan did not show it.
pub(crate) fn removals(before: &View, held: &[Held], planned: &[Planned], after: &View) -> Vec<Finding> {
    let shown = |address: &str| {
        planned.iter().any(|each| each.address == address && matches!(each.action.as_str(), "delete" | "replace"))
    };
    let single = held.iter().filter(|held| held.kind.rows().is_none());
    let gone = single.filter(|held| before.has(held.kind, &held.id) && !after.has(held.kind, &held.id));
    let unseen = gone.filter(|held| !shown(&held.address));
    unseen.map(|held| found(Sort::Unplanned, format!("{} ({}) is gone", held.address, held.id))).collect()
}

/// The tenant against the wish, after a good apply.
pub(crate) fn as_wished(lab: &Lab, wish: &Wish, held: &[Held], view: &View) -> Vec<Finding> {
    let mut findings = Vec::new();
    let configured: BTreeSet<_> = wish.things.values().map(Thing::address).collect();
    for each in held {
        if each.deposed || !configured.contains(&each.address) {
            findings.push(found(Sort::Wrong, format!("{} is in the state still", each.address)));
        }
    }
    let ids: BTreeMap<Key, &str> = wish
        .things
        .iter()
        .filter_map(|(key, thing)| Some((*key, held_at(held, &thing.address())?.id.as_str())))
        .collect();
    for thing in wish.things.values() {
        let Some(held) = held_at(held, &thing.address()) else {
            findings.push(found(Sort::Wrong, format!("{} is not in the state", thing.address())));
            continue;
        };
        let wrong = match &thing.what {
            What::Identifiers(rows) => identifiers(rows, held, view),
            What::Import(rows) => {
                findings.extend(devices(rows, held, view));
                continue;
            }
            _ => object(lab, thing, held, view, &ids),
        };
        findings.extend(wrong.into_iter().map(|text| found(Sort::Wrong, format!("{}: {text}", thing.address()))));
    }
    findings
}

fn held_at<'a>(held: &'a [Held], address: &str) -> Option<&'a Held> {
    held.iter().find(|held| held.address == address && !held.deposed)
}

/// One object on Graph against what is configured.
fn object(lab: &Lab, thing: &Thing, held: &Held, view: &View, ids: &BTreeMap<Key, &str>) -> Vec<String> {
    let kind = thing.kind();
    if !view.has(kind, &held.id) {
        return vec![format!("{} is not in the tenant", held.id)];
    }
    let path = format!("{}/{}", kind.collection(), held.id);
    let json = lab.tenant.get(&path);
    let mut wrong = Vec::new();
    let mut is = |what: &str, is: Value, wanted: Value| {
        if is != wanted {
            wrong.push(format!("{what} is {is}, not {wanted}"));
        }
    };
    let blank = |value: &Value| if *value == "" { Value::Null } else { value.clone() };
    is("the name", json[kind.naming()].clone(), thing.name.as_str().into());
    is("the description", blank(&json["description"]), thing.description.as_deref().into());
    if kind.is_assigned() || kind == Kind::Filter {
        let property = if kind == Kind::Filter { "roleScopeTags" } else { "roleScopeTagIds" };
        let tags = thing.tags.iter().map(|tag| (*ids.get(tag).unwrap_or(&"none")).to_owned()).chain(["0".to_owned()]);
        is("the set of scope tags", sorted(&json[property]), json!(tags.collect::<BTreeSet<_>>()));
    }
    if let Some(wanted) = &thing.targets {
        let shown: BTreeSet<_> = targets(lab, kind, &held.id).iter().map(target_shown).collect();
        let wanted: BTreeSet<_> = wanted.iter().map(|(whom, manner)| target_wanted(*whom, *manner, ids)).collect();
        is("the set of targets", json!(shown), json!(wanted));
    }
    match &thing.what {
        What::Filter { maker, .. } => {
            is("the rule", json["rule"].clone(), format!("(device.manufacturer -eq \"{maker}\")").into());
        }
        What::Group(Members::Tagged(tag)) => {
            is("the rule", json["membershipRule"].clone(), crate::wish::membership_rule(tag).into());
        }
        What::Group(Members::Prepared) => {
            let owners = lab.tenant.list(&format!("/beta/groups/{}/owners", held.id));
            is("the number of owners", owners.len().into(), 1.into());
        }
        What::Group(Members::Assigned(Some(nickname))) => {
            is("the nickname", json["mailNickname"].clone(), nickname.as_str().into());
        }
        What::Profile { mode, template } => {
            let usage = if *mode == "user_driven" { "singleUser" } else { "shared" };
            is("the mode", json["outOfBoxExperienceSetting"]["deviceUsageType"].clone(), usage.into());
            is("the template", json["deviceNameTemplate"].clone(), template.as_str().into());
        }
        What::Page { minutes } => {
            is("the timeout", json["installProgressTimeoutInMinutes"].clone(), (*minutes).into());
        }
        What::Preparation { group, .. } => {
            let answer = lab.tenant.post(&format!("{path}/retrieveEnrollmentTimeDeviceMembershipTarget"), &json!({}));
            let result = answer.get("value").unwrap_or(&answer);
            let statuses = &result["enrollmentTimeDeviceMembershipTargetValidationStatuses"];
            is("the device group", statuses[0]["targetId"].clone(), (*ids.get(group).unwrap_or(&"none")).into());
        }
        _ => {}
    }
    wrong
}

/// A target as kind, object and filter, of what Graph shows.
fn target_shown(target: &Value) -> String {
    let text = |name: &str| target[name].as_str().unwrap_or_default();
    let kind = text("@odata.type").trim_start_matches("#microsoft.graph.").trim_end_matches("AssignmentTarget");
    let filter = match text("deviceAndAppManagementAssignmentFilterType") {
        "" | "none" => String::new(),
        mode => format!(" {mode} {}", text("deviceAndAppManagementAssignmentFilterId")),
    };
    format!("{kind} {}{filter}", text("groupId"))
}

fn target_wanted(whom: Whom, manner: Manner, ids: &BTreeMap<Key, &str>) -> String {
    let id = |key: Key| ids.get(&key).copied().unwrap_or("none");
    let target = match whom {
        Whom::Group(key) if manner.excluded => format!("exclusionGroup {}", id(key)),
        Whom::Group(key) => format!("group {}", id(key)),
        Whom::AllDevices => "allDevices ".to_owned(),
        Whom::AllUsers => "allLicensedUsers ".to_owned(),
    };
    let mode = |include: bool| if include { "include" } else { "exclude" };
    let filter = manner.filter.map(|(filter, include)| format!(" {} {}", mode(include), id(filter)));
    format!("{target}{}", filter.unwrap_or_default())
}

fn sorted(strings: &Value) -> Value {
    let strings = strings.as_array().into_iter().flatten().filter_map(Value::as_str);
    json!(strings.collect::<BTreeSet<_>>())
}

fn identifiers(rows: &BTreeMap<String, String>, held: &Held, view: &View) -> Vec<String> {
    let ids: BTreeMap<_, _> = held.on_graph().into_iter().map(|(id, key)| (key, id)).collect();
    let wrong = |(key, description): (&String, &String)| {
        let Some(id) = ids.get(key) else { return Some(format!("{key} has no id")) };
        let Some(row) = view.of(Kind::Identifiers).get(id) else { return Some(format!("{key} is not in the tenant")) };
        let is = row["description"].as_str().unwrap_or_default();
        (is != description).then(|| format!("the description of {key} is {is:?}, not {description:?}"))
    };
    rows.iter().filter_map(wrong).collect()
}

fn devices(rows: &BTreeMap<String, Row>, held: &Held, view: &View) -> Vec<Finding> {
    let registered = view.devices();
    let ids: BTreeMap<_, _> = held.on_graph().into_iter().map(|(id, key)| (key, id)).collect();
    let mut findings = Vec::new();
    for (serial, row) in rows {
        let Some(id) = registered.get(&serial.to_uppercase()) else {
            findings.push(found(Sort::LostDevice, format!("{}: {serial} is not registered", held.address)));
            continue;
        };
        let device = &view.of(Kind::Import)[id];
        let mut wrong = |text: String| {
            findings.push(found(Sort::Wrong, format!("{}: {serial} {text}", held.address)));
        };
        if ids.get(serial) != Some(id) {
            wrong(format!("is {id} in the tenant and {:?} in the state", ids.get(serial)));
        }
        if row.tag.as_ref().is_some_and(|tag| device["groupTag"] != tag.as_str()) {
            wrong(format!("has the tag {}, not {:?}", device["groupTag"], row.tag));
        }
        if row.user.is_some_and(|user| device["userPrincipalName"] != user) {
            wrong(format!("has the user {}, not {:?}", device["userPrincipalName"], row.user));
        }
    }
    findings
}

/// Rows that a run has made, that are in no state, and of which no import record tells whose they are.
pub(crate) fn rows_of_nobody(lab: &Lab, before: &View, after: &View, held: &[Held]) -> Vec<String> {
    let records = lab.tenant.import_records();
    let known: BTreeSet<_> = held.iter().flat_map(Held::on_graph).map(|(id, _)| id).collect();
    let new = |kind: Kind| {
        let new = after.of(kind).iter().filter(|(id, _)| !before.has(kind, id) && !known.contains(*id));
        new.map(move |(_, row)| name(kind, row)).collect::<Vec<_>>()
    };
    let rows = [Kind::Identifiers, Kind::Import].into_iter().flat_map(new);
    rows.filter(|row| !records.iter().any(|record| record["serialNumber"] == row.as_str())).collect()
}

/// Devices and identifiers that nobody wants any more and that may not stay, or that are there twice.
pub(crate) fn rows_too_many(wish: &Wish, view: &View, may_stay: impl Fn(&str) -> bool) -> Vec<Finding> {
    let wanted_devices: BTreeSet<_> = wish.devices().into_keys().collect();
    let wanted_rows: BTreeSet<_> = wish
        .things
        .values()
        .filter_map(|thing| match &thing.what {
            What::Identifiers(rows) => Some(rows.keys()),
            _ => None,
        })
        .flatten()
        .cloned()
        .collect();
    let mut findings = Vec::new();
    for (kind, wanted) in [(Kind::Import, wanted_devices), (Kind::Identifiers, wanted_rows)] {
        let mut seen = BTreeSet::new();
        for object in view.of(kind).values() {
            let name = name(kind, object);
            let key = if kind == Kind::Import { name.to_uppercase() } else { name };
            if !wanted.contains(&key) && may_stay(&key) {
                continue;
            }
            if !wanted.contains(&key) {
                findings.push(found(Sort::Orphan, format!("{key} is in the tenant, and nobody wants it")));
            } else if !seen.insert(key.clone()) {
                findings.push(found(Sort::Duplicate, format!("{key} is in the tenant twice")));
            }
        }
    }
    findings
}
