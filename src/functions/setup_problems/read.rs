//! The parts of a setup, from what resources give.

use crate::{
    functions::undressed::undressed,
    knowledge::{
        effective::{Assigned, Filter, Target, Who},
        setup::{
            App, CorporateIdentifier, Device, DomainJoinProfile, Extent, Group, Page, Part, PreparationPolicy, Profile,
            Script, Setup,
        },
    },
    value::{Map, Value},
};

const PARTS: [&str; 9] = [
    "apps",
    "corporate_identifiers",
    "devices",
    "domain_join_profiles",
    "enrollment_status_pages",
    "groups",
    "preparation_policies",
    "profiles",
    "scripts",
];

/// The setup that an argument describes.
pub(super) fn setup(value: &Value) -> Result<Setup, String> {
    let known = format!("It has any of {}.", PARTS.join(", "));
    let Some(parts) = value.as_map() else { return Err(format!("The setup has to be an object. {known}")) };
    if let Some(strange) = parts.keys().find(|name| !PARTS.contains(&name.as_str())) {
        return Err(format!("The setup has no part {strange:?}. {known}"));
    }
    let get = |name: &str| parts.get(name).unwrap_or(&Value::Null);
    Ok(Setup {
        devices: part(get("devices"), "devices", device)?,
        groups: part(get("groups"), "groups", |_, it| group(it))?,
        profiles: part(get("profiles"), "profiles", |_, it| profile(it))?,
        pages: part(get("enrollment_status_pages"), "enrollment_status_pages", |_, it| page(it))?,
        preparation_policies: part(get("preparation_policies"), "preparation_policies", |_, it| policy(it))?,
        apps: part(get("apps"), "apps", |_, it| app(it))?,
        scripts: part(get("scripts"), "scripts", |_, it| script(it))?,
        domain_join_profiles: part(get("domain_join_profiles"), "domain_join_profiles", |_, it| join(it))?,
        corporate_identifiers: identifiers(get("corporate_identifiers")),
    })
}

/// The things of one kind: a list or a map of them, or a single one.
fn part<T>(value: &Value, name: &str, read: impl Fn(Option<&str>, &Value) -> T) -> Result<Part<T>, String> {
    let mut extent = Extent::All;
    let mut items = Vec::new();
    let mut strange = None;
    each(undressed(value), None, &mut |key, value| match value {
        Value::Unknown => extent = Extent::Some,
        Value::Null => {}
        Value::Map(_) => items.push(read(key, value)),
        _ => strange = Some(format!("Each of `{name}` has to be an object, as the resource gives it.")),
    });
    match (strange, value.is_null()) {
        (Some(strange), _) => Err(strange),
        (None, true) => Ok(Part::default()),
        (None, false) => Ok(Part { items, extent }),
    }
}

/// What holds things by their names, in what a resource or a data source gives.
const ROWS: [&str; 2] = ["devices", "identifiers"];

fn each(value: &Value, key: Option<&str>, tell: &mut impl FnMut(Option<&str>, &Value)) {
    match value {
        Value::List(elements) | Value::Set(elements) => {
            for element in elements {
                each_of(undressed(element), None, tell);
            }
        }
        Value::Map(map) if !is_thing(map) && rows(map).is_none() => {
            for (key, element) in map {
                each_of(undressed(element), Some(key), tell);
            }
        }
        other => each_of(other, key, tell),
    }
}

/// A thing, or the many that an import holds.
fn each_of(value: &Value, key: Option<&str>, tell: &mut impl FnMut(Option<&str>, &Value)) {
    match value.as_map().and_then(rows) {
        Some(Value::Map(rows)) => {
            for (key, row) in rows {
                tell(Some(key), undressed(row));
            }
        }
        Some(unknown) => tell(key, unknown),
        None => tell(key, value),
    }
}

fn rows(map: &Map) -> Option<&Value> {
    ROWS.into_iter().find_map(|name| map.get(name)).map(undressed)
}

/// Whether a map is one thing, and not things by their names.
fn is_thing(map: &Map) -> bool {
    let is_told = |name: &str| map.get(name).is_some_and(|value| undressed(value).as_map().is_none());
    ["display_name", "serial_number", "show_progress"].into_iter().any(is_told)
}

/// Null is a text without characters.
fn text(value: &Value, name: &str) -> Option<String> {
    match undressed(value.get(name)) {
        Value::Null => Some(String::new()),
        value => value.as_str().map(str::to_owned),
    }
}

fn name(value: &Value) -> String {
    text(value, "display_name").unwrap_or_default()
}

/// Null is not known, as what is unknown is.
fn some_text(value: &Value, name: &str) -> Option<String> {
    text(value, name).filter(|text| !text.is_empty())
}

fn id(value: &Value, name: &str) -> Option<String> {
    some_text(value, name).map(|id| id.to_lowercase())
}

fn ids(value: &Value, name: &str) -> Option<Vec<String>> {
    let value = undressed(value.get(name));
    let ids = value.elements().iter().map(|id| undressed(id).as_str().map(str::to_lowercase));
    if value.is_unknown() { None } else { Some(ids.flatten().collect()) }
}

/// Null is what is so where nothing is said.
fn flag(value: &Value, name: &str, unset: bool) -> Option<bool> {
    match undressed(value.get(name)) {
        Value::Null => Some(unset),
        value => value.as_bool(),
    }
}

fn is(value: &Value, name: &str, word: &str) -> Option<bool> {
    text(value, name).map(|text| text == word)
}

fn assigned(value: &Value) -> Assigned {
    let value = undressed(value.get("assignments"));
    let targets: Vec<_> = value.elements().iter().map(|element| target(undressed(element))).collect();
    let is_whole = !value.is_null() && !value.is_unknown() && targets.iter().all(Option::is_some);
    Assigned { targets: targets.into_iter().flatten().collect(), is_whole }
}

fn target(value: &Value) -> Option<Target> {
    let who = match (text(value, "group_id")?, flag(value, "all_devices", false)?, flag(value, "all_users", false)?) {
        (_, true, _) => Who::AllDevices,
        (_, _, true) => Who::AllUsers,
        (group, ..) if !group.is_empty() => Who::Group(group.to_lowercase()),
        _ => return None,
    };
    let filter = text(value, "filter_id")?.to_lowercase();
    let includes = text(value, "filter_mode")? != "exclude";
    let filter = (!filter.is_empty()).then_some(Filter { id: filter, includes });
    let intent = Some(text(value, "intent")?).filter(|intent| !intent.is_empty());
    Some(Target { who, excluded: flag(value, "excluded", false)?, filter, intent })
}

/// A device, or a row of an import, whose serial number is its key.
fn device(key: Option<&str>, value: &Value) -> Device {
    let has_own = value.as_map().is_some_and(|map| map.contains_key("serial_number"));
    Device {
        serial_number: if has_own { some_text(value, "serial_number") } else { key.map(str::to_owned) },
        group_tag: text(value, "group_tag"),
        assigned_user: text(value, "assigned_user"),
        hardware_hash: some_text(value, "hardware_hash"),
        manufacturer: some_text(value, "manufacturer"),
        model: some_text(value, "model"),
    }
}

fn group(value: &Value) -> Group {
    Group {
        name: name(value),
        id: id(value, "id"),
        rule: text(value, "membership_rule"),
        is_paused: is(value, "membership_rule_processing", "paused"),
        // Not set, it is not managed.
        provisioning_client_owner: undressed(value.get("provisioning_client_owner")).as_bool(),
        is_assignable_to_roles: undressed(value.get("assignable_to_roles")).as_bool(),
    }
}

fn profile(value: &Value) -> Profile {
    Profile {
        name: name(value),
        created: some_text(value, "created_date_time"),
        is_hybrid: is(value, "join_type", "hybrid"),
        is_self_deploying: is(value, "deployment_mode", "self_deploying"),
        allows_preprovisioning: flag(value, "preprovisioning_allowed", false),
        name_template: text(value, "device_name_template"),
        assigned: assigned(value),
    }
}

/// The default page has no name and no assignments.
fn page(value: &Value) -> Page {
    Page {
        name: name(value),
        is_default: value.as_map().is_some_and(|map| !map.contains_key("display_name")),
        shows_progress: flag(value, "show_progress", true),
        blocking_apps: ids(value, "blocking_app_ids"),
        assigned: assigned(value),
    }
}

fn policy(value: &Value) -> PreparationPolicy {
    let apps = undressed(value.get("apps"));
    let app_ids = apps.elements().iter().filter_map(|app| id(undressed(app), "id")).collect();
    PreparationPolicy {
        name: name(value),
        device_group: id(value, "device_group_id"),
        apps: if apps.is_unknown() { None } else { Some(app_ids) },
        scripts: ids(value, "script_ids"),
        assigned: assigned(value),
    }
}

fn app(value: &Value) -> App {
    let kind = some_text(value, "type").map(|kind| kind.trim_start_matches("#microsoft.graph.").to_owned());
    let runs_as_user = is(value, "run_as_account", "user");
    App { name: name(value), id: id(value, "id"), kind, runs_as_user, assigned: assigned(value) }
}

fn script(value: &Value) -> Script {
    let runs_as_user = is(value, "run_as_account", "user");
    Script { name: name(value), id: id(value, "id"), runs_as_user, assigned: assigned(value) }
}

fn join(value: &Value) -> DomainJoinProfile {
    DomainJoinProfile { name: name(value), assigned: assigned(value) }
}

/// The keys of the resource's map, or plain texts.
fn identifiers(value: &Value) -> Part<CorporateIdentifier> {
    let mut all = Part { items: Vec::new(), extent: Extent::All };
    each(undressed(value), None, &mut |key, value| match value.as_str().or(key).filter(|text| text.contains(',')) {
        Some(text) => all.items.push(CorporateIdentifier { text: text.to_owned() }),
        None if value.is_unknown() => all.extent = Extent::Some,
        None => {}
    });
    if value.is_null() { Part::default() } else { all }
}
