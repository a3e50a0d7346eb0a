//! An item as reads show it.

use serde_json::{Value, json};

use super::{Collection, View};
use crate::emulator::call::Call;
use crate::emulator::clock::intune_date_or_never;
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, Version, default_of, of_version};
use crate::emulator::model::{kind, name_of};
use crate::emulator::odata::query::selected;
use crate::emulator::tenant::assignment::Assigned;
use crate::emulator::tenant::item::Item;

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

/// The item as reads show it.
pub(crate) fn entity(collection: &Collection, item: &Item, view: &View<'_>) -> Object {
    let concrete = collection.kind_of(item);
    let mut entity = Object::new();
    for property in concrete.properties().filter(|property| !property.navigation) {
        entity.insert(property.name.clone(), default_of(property));
    }
    entity.extend(item.entity.clone());
    if name_of(item.text("@odata.type")) == collection.kind {
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
pub(super) fn shown(call: &Call, collection: &Collection, item: &Item, view: &View<'_>) -> Result<Value, Failure> {
    let mut expandable = collection.expands.to_vec();
    if collection.assign.is_some() {
        expandable.push("assignments");
    }
    let expanded = call.query.expand(&expandable, kind(collection.kind))?;
    let names = match collection.selects {
        Some(name) => call.query.select(kind(name))?,
        None => call.query.select(collection.kind_of(item)).or_else(|_| call.query.select(kind(collection.kind)))?,
    };
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
