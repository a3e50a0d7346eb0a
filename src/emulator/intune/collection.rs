//! Collections of Intune that work alike: what differs between them is data and a few functions in one table row each.
//!
//! Facts: Graph's pages on these entities, its rule that `assign` replaces the whole set, and reports that single
//! assignments have no route. A collection is found by the last segment of its path.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::assigning::{Assign, Assigned, shown_assignment};
use super::{
    apps, connectors, corporate_ids, device_configurations, events, filters, scope_tags, scripts, settings_catalog,
};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::{Millis, intune_date_or_never};
use crate::emulator::entra::objects::kind;
use crate::emulator::entra::{device_registration, mobility};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Misfit, Object, Version, concrete, default_of, filled, of_version, writable};
use crate::emulator::model::{GraphType, find, name_of};
use crate::emulator::odata::filter::Filter;
use crate::emulator::odata::page::{page, position, whole};
use crate::emulator::odata::path::segments;
use crate::emulator::odata::query::selected;
use crate::emulator::settings::Settings;
use crate::emulator::tenant::Tenant;
use crate::emulator::world::World;

/// An entity of such a collection.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    /// Its properties by Graph's names, without id and dates.
    pub(crate) entity: Object,
    #[serde(default)]
    pub(crate) created: Option<Millis>,
    #[serde(default)]
    pub(crate) modified: Option<Millis>,
    /// Rises with each new item; lists are in this order.
    #[serde(default)]
    pub(crate) sequence: u64,
    #[serde(default)]
    pub(crate) assignments: Vec<Assigned>,
    /// What is read by other ways than with the entity itself.
    #[serde(default)]
    pub(crate) hidden: Object,
}

impl Item {
    pub(crate) fn text(&self, name: &str) -> &str {
        self.entity.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Its concrete type.
    pub(crate) fn kind(&self, collection: &Collection) -> &'static GraphType {
        find(name_of(self.text("@odata.type"))).unwrap_or_else(|| kind(collection.kind))
    }
}

/// What a collection is.
pub(crate) struct Collection {
    /// The last segment of its path.
    pub(crate) name: &'static str,
    /// The declared type of its items.
    pub(crate) kind: &'static str,
    /// What a new item has to say.
    pub(crate) required: &'static [&'static str],
    /// Whether `$filter` works.
    pub(crate) filters: bool,
    /// The most items a tenant may have.
    pub(crate) most: usize,
    pub(crate) assign: Option<Assign>,
    /// What `$expand` takes besides assignments.
    pub(crate) expands: &'static [&'static str],
    /// What the service holds against a state of the item; before is nothing for a new one.
    pub(crate) check: fn(&Tenant, Option<&Item>, &Object) -> Result<(), Failure>,
    /// What the service adds to a new item.
    pub(crate) begin: fn(&Tenant, &mut Item, &Call) -> Result<(), Failure>,
    /// Whether a change has to name the item's type.
    pub(crate) typed_changes: bool,
    /// How long an item is kept.
    pub(crate) lifetime: Option<Millis>,
    /// What reads show besides or instead.
    pub(crate) show: fn(&Item, &mut Object, &View<'_>),
    /// What stands against deleting it.
    pub(crate) release: fn(&Tenant, &Item) -> Result<(), Failure>,
}

/// How an item is looked at.
pub(crate) struct View<'a> {
    pub(crate) version: Version,
    pub(crate) now: Millis,
    pub(crate) settings: &'a Settings,
    pub(crate) how: Shown,
}

/// Where an item is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Written,
    Single,
    Listed,
}

pub(crate) fn view<'a>(world: &'a World, call: &Call, how: Shown) -> View<'a> {
    View { version: call.version, now: call.now, settings: &world.settings, how }
}

/// All of them.
pub(crate) static ALL: &[&Collection] = &[
    &device_registration::POLICY,
    &mobility::POLICIES,
    &apps::APPS,
    &connectors::CONNECTORS,
    &corporate_ids::CORPORATE_IDS,
    &device_configurations::DEVICE_CONFIGURATIONS,
    &events::EVENTS,
    &filters::FILTERS,
    &scope_tags::SCOPE_TAGS,
    &scripts::SCRIPTS,
    &settings_catalog::POLICIES,
];

/// What most collections do: nothing of their own.
pub(crate) const PLAIN: Collection = Collection {
    name: "",
    kind: "",
    required: &["displayName"],
    filters: true,
    most: usize::MAX,
    assign: None,
    expands: &[],
    check: |_, _, _| Ok(()),
    begin: |_, _, _| Ok(()),
    typed_changes: false,
    lifetime: None,
    show: |_, _, _| {},
    release: |_, _| Ok(()),
};

/// The collection of the call's path.
pub(crate) fn of(call: &Call) -> Result<&'static Collection, Failure> {
    let path = segments(&call.path);
    let name = path.get(2).map(String::as_str).unwrap_or_default();
    let found = ALL.iter().find(|each| each.name.eq_ignore_ascii_case(name)).copied();
    found.ok_or_else(Failure::no_intune_object)
}

/// The item as reads show it.
pub(crate) fn entity(collection: &Collection, item: &Item, view: &View<'_>) -> Object {
    let concrete = item.kind(collection);
    let mut entity = Object::new();
    for property in concrete.properties().filter(|property| !property.navigation) {
        entity.insert(property.name.clone(), default_of(property));
    }
    entity.extend(item.entity.clone());
    if concrete.name == collection.kind {
        // The declared type goes without saying.
        entity.remove("@odata.type");
    }
    entity.insert("id".into(), Value::from(item.id.as_str()));
    for (name, at) in [("createdDateTime", item.created), ("lastModifiedDateTime", item.modified)] {
        if concrete.property(name).is_some() {
            entity.insert(name.into(), Value::from(intune_date_or_never(at)));
        }
    }
    if concrete.property("isAssigned").is_some() {
        entity.insert("isAssigned".into(), json!(!item.assignments.is_empty()));
    }
    (collection.show)(item, &mut entity, view);
    of_version(concrete, entity, view.version)
}

/// The item with what `$expand` and `$select` ask for.
fn shown(call: &Call, collection: &Collection, item: &Item, view: &View<'_>) -> Result<Value, Failure> {
    let mut expandable = collection.expands.to_vec();
    if collection.assign.is_some() {
        expandable.push("assignments");
    }
    let expanded = call.query.expand(&expandable, kind(collection.kind))?;
    let names = call.query.select(item.kind(collection)).or_else(|_| call.query.select(kind(collection.kind)))?;
    let mut entity = entity(collection, item, view);
    for name in &expanded {
        let value = match *name {
            "assignments" => item.assignments.iter().map(|each| shown_assignment(each, call.version)).collect(),
            name => item.hidden.get(name).cloned().unwrap_or_else(|| json!([])),
        };
        entity.insert((*name).into(), value);
    }
    let names = names.map(|mut names| {
        names.extend(expanded.into_iter().map(str::to_owned));
        names
    });
    Ok(selected(entity, names.as_deref()))
}

/// The filter of a list: properties of the type, and `isof` where there are derived types.
fn filter(call: &Call, collection: &Collection) -> Result<Option<Filter>, Failure> {
    let Some(text) = call.query.get("$filter") else { return Ok(None) };
    if !collection.filters {
        return Err(Failure::intune_refuses());
    }
    let filter = Filter::parse(text).map_err(|error| Failure::unreadable(format!("Invalid filter clause: {error}")))?;
    let declared = kind(collection.kind);
    let mut unknown = None;
    filter.leaves(&mut |leaf| {
        let (Filter::Compare(path, ..) | Filter::In(path, _) | Filter::Text(_, path, _) | Filter::Any(path, ..)) = leaf
        else {
            return;
        };
        let name = path.split('/').next().unwrap_or(path);
        if declared.property(name).is_none() {
            unknown = unknown.take().or_else(|| Some(name.to_owned()));
        }
    });
    match unknown {
        None => Ok(Some(filter)),
        Some(name) => Err(Failure::unreadable(format!(
            "Invalid filter clause: Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
            declared.name
        ))),
    }
}

/// The property of `$orderby`, and whether it falls.
fn order(call: &Call, collection: &Collection) -> Result<Option<(String, bool)>, Failure> {
    let Some(text) = call.query.get("$orderby") else { return Ok(None) };
    let (name, falling) = match text.trim().split_once(' ') {
        Some((name, how)) => (name, how.trim().eq_ignore_ascii_case("desc")),
        None => (text.trim(), false),
    };
    if kind(collection.kind).property(name).is_none() {
        return Err(Failure::unreadable(format!(
            "Could not find a property named '{name}' on type 'microsoft.graph.{}'.",
            collection.kind
        )));
    }
    Ok(Some((name.to_owned(), falling)))
}

pub(crate) fn list(world: &mut World, call: &Call) -> Outcome {
    let collection = of(call)?;
    call.query.refuse(&["$search"])?;
    let filter = filter(call, collection)?;
    let order = order(call, collection)?;
    let size = call.query.top(1000)?.unwrap_or(1000);
    let tenant = world.tenant(call)?;
    let listed = view(world, call, Shown::Listed);
    let visible = |item: &&Item| {
        let Some(filter) = &filter else { return true };
        let mut entity = entity(collection, item, &View { version: Version::Beta, ..view(world, call, Shown::Single) });
        // `isof` asks for the type, also where an answer leaves it unsaid.
        entity.insert("@odata.type".into(), Value::from(item.kind(collection).odata_type()));
        filter.matches(&entity)
    };
    let items = tenant.items(collection).values();
    let items = items.filter(|item| call.version == Version::Beta || !item.kind(collection).beta);
    let items = items.filter(|item| is_alive(collection, item, call.now));
    let mut items: Vec<&Item> = items.filter(visible).collect();
    items.sort_by_key(|item| item.sequence);
    if let Some((name, falling)) = &order {
        items.sort_by(|left, right| {
            let ordering = compare(left.entity.get(name), right.entity.get(name));
            if *falling { ordering.reverse() } else { ordering }
        });
    }
    let Some(first) = items.first() else { return Ok(whole(call, Vec::new())) };
    shown(call, collection, first, &listed)?;
    let from = position(call)?.and_then(|text| text.parse::<usize>().ok());
    let skip = call.query.get("$skip").and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let places: Vec<String> = (1..=items.len()).map(|place| place.to_string()).collect();
    let rows = places.iter().map(String::as_str).zip(&items).skip(from.unwrap_or(skip));
    let count = call.query.wants_count().then_some(items.len());
    Ok(page(call, rows, size, count, |item| shown(call, collection, item, &listed).unwrap_or_default()))
}

fn is_alive(collection: &Collection, item: &Item, now: Millis) -> bool {
    collection.lifetime.is_none_or(|lifetime| item.created.is_none_or(|created| now - created <= lifetime))
}

fn compare(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_lowercase();
    text(left).cmp(&text(right))
}

/// The item of the path.
pub(crate) fn found<'a>(tenant: &'a Tenant, collection: &Collection, call: &Call) -> Result<&'a Item, Failure> {
    let item = tenant.items(collection).get(&call.id(0));
    item.filter(|item| is_alive(collection, item, call.now)).ok_or_else(Failure::no_intune_object)
}

pub(crate) fn get(world: &mut World, call: &Call) -> Outcome {
    let collection = of(call)?;
    let item = found(world.tenant(call)?, collection, call)?;
    Ok(call.entity(200, shown(call, collection, item, &view(world, call, Shown::Single))?))
}

/// The body as the type of the collection takes it, and its concrete type.
pub(crate) fn accepted(
    collection: &Collection,
    body: &Object,
    stored: Option<&'static GraphType>,
    version: Version,
) -> Result<(&'static GraphType, Object), Failure> {
    let kind = match stored {
        // A change may leave the type unsaid.
        Some(stored) if !collection.typed_changes && !body.contains_key("@odata.type") => stored,
        _ => concrete(kind(collection.kind), body)?,
    };
    Ok((kind, writable(kind, body, version)?))
}

pub(crate) fn create(world: &mut World, call: &Call) -> Outcome {
    let collection = of(call)?;
    let item = prepare(world.tenant_mut(call)?, collection, call, call.object()?)?;
    let shown = entity(collection, &item, &view(world, call, Shown::Written));
    let answer = call.entity(201, Value::Object(shown));
    let id = item.id.clone();
    world.tenant_mut(call)?.items_mut(collection).put(&id, item);
    Ok(answer)
}

/// A new item of the body, checked and filled but not yet kept.
pub(crate) fn prepare(
    tenant: &mut Tenant,
    collection: &Collection,
    call: &Call,
    body: &Object,
) -> Result<Item, Failure> {
    let (kind, accepted) = accepted(collection, body, None, call.version)?;
    for property in collection.required {
        let value = accepted.get(*property);
        if value.is_none_or(|value| value.is_null() || value == "") {
            return Err(Misfit::Missing { property: (*property).to_owned() }.into());
        }
    }
    let mut values = filled(kind, accepted);
    values.insert("@odata.type".into(), Value::from(kind.odata_type()));
    (collection.check)(tenant, None, &values)?;
    if tenant.items(collection).len() >= collection.most {
        return Err(Failure::intune_refuses());
    }
    let mut item = Item {
        id: uuid::Uuid::new_v4().to_string(),
        entity: values,
        created: Some(call.now),
        modified: Some(call.now),
        sequence: tenant.next_number(),
        ..Item::default()
    };
    (collection.begin)(tenant, &mut item, call)?;
    Ok(item)
}

pub(crate) fn update(world: &mut World, call: &Call) -> Outcome {
    let collection = of(call)?;
    let tenant = world.tenant_mut(call)?;
    let item = found(tenant, collection, call)?;
    let stored = item.kind(collection);
    let (kind, accepted) = accepted(collection, call.object()?, Some(stored), call.version)?;
    if kind.name != stored.name {
        return Err(Failure::intune_refuses());
    }
    let mut values = item.entity.clone();
    values.extend(accepted);
    (collection.check)(tenant, Some(item), &values)?;
    let id = item.id.clone();
    let item = tenant.items_mut(collection).edit(&id).ok_or_else(Failure::no_intune_object)?;
    if let Some(version) = item.entity.get("version").and_then(Value::as_i64) {
        values.insert("version".into(), json!(version + 1));
    }
    item.entity = values;
    item.modified = Some(call.now);
    let item = item.clone();
    let shown = entity(collection, &item, &view(world, call, Shown::Written));
    Ok(call.entity(200, Value::Object(shown)))
}

pub(crate) fn delete(world: &mut World, call: &Call) -> Outcome {
    let collection = of(call)?;
    let tenant = world.tenant_mut(call)?;
    let item = found(tenant, collection, call)?;
    (collection.release)(tenant, item)?;
    let id = item.id.clone();
    tenant.items_mut(collection).take(&id);
    Ok(Answer::done())
}
