//! Writing to a collection: create, update, delete.

use serde_json::{Value, json};

use super::entity::entity;
use super::{Collection, Shown, found, view};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Misfit, Object, Version, concrete, filled, writable};
use crate::emulator::model::{GraphType, kind};
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::{Item, SCOPE_TAGS};

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
    let ignored = |name: &str| {
        collection.false_is_ignored.contains(&name)
            && kind.property(name).is_none()
            && body.get(name) == Some(&json!(false))
    };
    let body: Object =
        body.iter().filter(|(name, _)| !ignored(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok((kind, writable(kind, &body, version)?))
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
    require_scope_tags(tenant, None, &values)?;
    (collection.check)(tenant, None, &values)?;
    let items = tenant.items(collection.name);
    // Most collections have no limit, and some have many items: the count is taken only where it may matter.
    if items.len() >= collection.most && items.values().filter(|item| !item.by_service).count() >= collection.most {
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

/// A scope tag that does not exist is refused; one that an object had before is not looked at again.
pub(crate) fn require_scope_tags(tenant: &Tenant, before: Option<&Item>, values: &Object) -> Result<(), Failure> {
    for name in ["roleScopeTagIds", "roleScopeTags"] {
        let wanted = values.get(name);
        if before.is_some_and(|before| before.entity.get(name) == wanted) {
            continue;
        }
        let mut tags = wanted.and_then(Value::as_array).into_iter().flatten();
        if !tags.all(|tag| tag.as_str().is_some_and(|tag| tenant.items(SCOPE_TAGS).has(tag))) {
            return Err(Failure::intune_refuses());
        }
    }
    Ok(())
}

pub(crate) fn update(collection: &'static Collection, site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &mut *site.tenant;
    let item = found(tenant, collection, call)?;
    let stored = collection.kind_of(item);
    let (kind, accepted) = accepted(collection, call.object()?, Some(stored), call.version)?;
    if kind.name != stored.name {
        return Err(Failure::intune_refuses());
    }
    let mut values = item.entity.clone();
    values.extend(accepted);
    require_scope_tags(tenant, Some(item), &values)?;
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
    (collection.released)(tenant, site.settings, call.now);
    Ok(Answer::done())
}
