//! An item as reads show it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{BetaKinds, Collection, View};
use crate::emulator::call::Call;
use crate::emulator::clock::intune_date_or_never;
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, Version, default_of, of_version};
use crate::emulator::model::{all, kind, name_of};
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
    if view.version == Version::V1 && concrete.beta && collection.beta_kinds == BetaKinds::AsTheBase {
        let base = kind(collection.kind);
        entity.retain(|name, _| base.property(name).is_some());
        return of_version(base, entity, view.version);
    }
    of_version(concrete, entity, view.version)
}

/// What a request wants to see of each item.
pub(super) struct Asked {
    expanded: BTreeSet<&'static str>,
    names: Option<Vec<String>>,
}

/// What `$expand` and `$select` ask for.
pub(super) fn asked(call: &Call, collection: &Collection) -> Result<Asked, Failure> {
    let declared = kind(collection.kind);
    let mut expandable = collection.expands.to_vec();
    if collection.assign.is_some() {
        expandable.push("assignments");
    }
    let expanded = call.query.expand(&expandable, declared)?;
    let mut names = match collection.selects {
        Some(name) => call.query.select(kind(name))?,
        // What only some of the items have may be selected too.
        None => call.query.select_of(declared, |name| {
            all().any(|each| each.is_a(collection.kind) && each.property(name).is_some())
        })?,
    };
    if let Some(names) = &mut names {
        names.extend(expanded.iter().map(|name| (*name).to_owned()));
    }
    Ok(Asked { expanded, names })
}

/// The item with what was asked for.
pub(super) fn shown(call: &Call, collection: &Collection, item: &Item, view: &View<'_>, asked: &Asked) -> Value {
    let mut entity = entity(collection, item, view);
    for name in &asked.expanded {
        let value = match *name {
            "assignments" => item.assignments.iter().map(|each| shown_assignment(each, call.version)).collect(),
            name => item.hidden.get(name).cloned().unwrap_or_else(|| json!([])),
        };
        entity.insert((*name).into(), value);
    }
    selected(entity, asked.names.as_deref())
}
