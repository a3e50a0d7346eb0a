//! Collections of Intune that work alike: what differs between them is data and a few functions in one table row each.
//!
//! Facts: Graph's pages on these entities, its rule that `assign` replaces the whole set, and reports that single
//! assignments have no route. A collection is found by the last segment of its path.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::emulator::assignment::{Assigned, Assignment};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::{Millis, intune_date_or_never};
use crate::emulator::error::Failure;
use crate::emulator::item::Item;
use crate::emulator::model::check::{Misfit, Object, Version, concrete, default_of, filled, of_version, writable};
use crate::emulator::model::kind;
use crate::emulator::model::{GraphType, find, name_of};
use crate::emulator::odata::filter::Filter;
use crate::emulator::odata::page::{page, position, whole};
use crate::emulator::odata::query::selected;
use crate::emulator::settings::Settings;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;

impl Item {
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

/// How a collection's `assign` action is called and answered.
pub(crate) struct Assign {
    /// The parameter that holds the assignments.
    pub(crate) parameter: &'static str,
    /// The type of an assignment.
    pub(crate) kind: &'static str,
    /// Whether the answer is the new set; 204 otherwise.
    pub(crate) answers: bool,
    /// Another parameter that is documented beside it, and has no effect.
    pub(crate) legacy: Option<&'static str>,
    /// What stands against assigning at all.
    pub(crate) check: fn(&Item, &View<'_>) -> Result<(), Failure>,
    /// The id and the extras of an assignment.
    pub(crate) make: fn(&Item, Assignment, Object) -> Result<Assigned, Failure>,
}

/// An `assign` that carries targets only.
pub(crate) const PLAIN_ASSIGN: Assign = Assign {
    parameter: "assignments",
    kind: "",
    answers: true,
    legacy: None,
    check: |_, _| Ok(()),
    make: |_, assignment, more| Ok(Assigned { assignment, more }),
};

/// An assignment as Graph shows it; v1.0 knows neither filters nor sources.
pub(crate) fn shown_assignment(each: &Assigned, version: Version) -> Value {
    let mut shown = each.assignment.shown();
    if let Value::Object(shown) = &mut shown {
        shown.extend(each.more.clone());
        if version == Version::V1 {
            shown.remove("source");
            shown.remove("sourceId");
            if let Some(Value::Object(target)) = shown.get_mut("target") {
                target.retain(|name, _| !name.starts_with("deviceAndAppManagementAssignmentFilter"));
            }
        }
    }
    shown
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

pub(crate) fn view<'a>(site: &'a Site<'_>, call: &Call, how: Shown) -> View<'a> {
    View { version: call.version, now: call.now, settings: &site.settings, how }
}

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

pub(crate) fn list(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    call.query.refuse(&["$search"])?;
    let filter = filter(call, collection)?;
    let order = order(call, collection)?;
    let size = call.query.top(1000)?.unwrap_or(1000);
    let tenant = &*site.tenant;
    let listed = view(site, call, Shown::Listed);
    let visible = |item: &&Item| {
        let Some(filter) = &filter else { return true };
        let mut entity = entity(collection, item, &View { version: Version::Beta, ..view(site, call, Shown::Single) });
        // `isof` asks for the type, also where an answer leaves it unsaid.
        entity.insert("@odata.type".into(), Value::from(item.kind(collection).odata_type()));
        filter.matches(&entity)
    };
    let items = tenant.items(collection.name).values();
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
    let item = tenant.items(collection.name).get(&call.id(0));
    item.filter(|item| is_alive(collection, item, call.now)).ok_or_else(Failure::no_intune_object)
}

pub(crate) fn get(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let item = found(site.tenant, collection, call)?;
    Ok(call.entity(200, shown(call, collection, item, &view(site, call, Shown::Single))?))
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

pub(crate) fn create(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let item = prepare(site.tenant, collection, call, call.object()?)?;
    let shown = entity(collection, &item, &view(site, call, Shown::Written));
    let answer = call.entity(201, Value::Object(shown));
    let id = item.id.clone();
    site.tenant.items_mut(collection.name).put(&id, item);
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
    if tenant.items(collection.name).len() >= collection.most {
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

pub(crate) fn update(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &mut *site.tenant;
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
    let item = tenant.items_mut(collection.name).edit(&id).ok_or_else(Failure::no_intune_object)?;
    if let Some(version) = item.entity.get("version").and_then(Value::as_i64) {
        values.insert("version".into(), json!(version + 1));
    }
    item.entity = values;
    item.modified = Some(call.now);
    let item = item.clone();
    let shown = entity(collection, &item, &view(site, call, Shown::Written));
    Ok(call.entity(200, Value::Object(shown)))
}

pub(crate) fn delete(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &mut *site.tenant;
    let item = found(tenant, collection, call)?;
    (collection.release)(tenant, item)?;
    let id = item.id.clone();
    tenant.items_mut(collection.name).take(&id);
    Ok(Answer::done())
}
