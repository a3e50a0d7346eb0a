//! Automatic enrolment: the scope of each mobile device management application (beta). Only people may touch it.
//!
//! Facts: Graph's `mobilityManagementPolicy`. `selected` cannot be written, it comes of adding a group; `appliesTo` is
//! written alone; Intune's entry is always there. References are of the form `odata/groups('{id}')`.

use serde_json::{Value, json};

use super::look::cut;
use super::members::{already, referenced};
use super::objects::DirectoryObject;
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::collection::{Collection, PLAIN};
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, default_of, writable};
use crate::emulator::model::kind;
use crate::emulator::odata::query::selected;
use crate::emulator::paging::whole;
use crate::emulator::site::Site;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::application::INTUNE;
use crate::emulator::tenant::item::Item;

const TYPE: &str = "mobilityManagementPolicy";
const GROUPS: &str = "includedGroups";
/// Where they are kept.
pub(crate) static POLICIES: Collection = Collection { name: "mobileDeviceManagementPolicies", kind: TYPE, ..PLAIN };

/// Intune's entry.
pub(crate) fn furnish(tenant: &mut Tenant) {
    let policy = json!({
        "appliesTo": "none",
        "displayName": "Microsoft Intune",
        "description": "Microsoft Intune",
        "discoveryUrl": "https://enrollment.manage.microsoft.com/enrollmentserver/discovery.svc",
        "termsOfUseUrl": "https://portal.manage.microsoft.com/TermsofUse.aspx",
        "complianceUrl": "https://portal.manage.microsoft.com/?portalAction=Compliance",
        "isValid": true,
    });
    let entity = policy.as_object().cloned().unwrap_or_default();
    tenant.items_mut(POLICIES.name).put(INTUNE, Item::of_service(INTUNE, entity));
}

fn found<'a>(tenant: &'a Tenant, call: &Call) -> Result<&'a Item, Failure> {
    let id = call.id(0);
    tenant.items(POLICIES.name).get(&id).ok_or_else(|| Failure::no_directory_object(&id))
}

fn groups(tenant: &Tenant, call: &Call, item: &Item) -> Vec<Value> {
    let ids = item.hidden.get(GROUPS).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    ids.filter_map(|id| tenant.groups.get(id))
        .map(|group| Value::Object(cut(DirectoryObject::Group(&group.id, &group.entity), None, call.version)))
        .collect()
}

fn shown(tenant: &Tenant, call: &Call, item: &Item) -> Result<Value, Failure> {
    let expand = !call.query.expand(&[GROUPS], kind(TYPE))?.is_empty();
    let names = call.query.select(kind(TYPE))?;
    let mut entity = Object::new();
    for property in kind(TYPE).properties().filter(|property| !property.navigation) {
        entity.insert(property.name.clone(), default_of(property));
    }
    entity.extend(item.entity.clone());
    entity.insert("id".into(), Value::from(item.id.as_str()));
    if expand {
        entity.insert(GROUPS.into(), Value::Array(groups(tenant, call, item)));
    }
    let names = names.map(|mut names| {
        names.push(GROUPS.into());
        names
    });
    Ok(selected(entity, names.as_deref()))
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    let shown: Result<Vec<Value>, Failure> =
        tenant.items(POLICIES.name).values().map(|item| shown(tenant, call, item)).collect();
    Ok(whole(call, shown?))
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    Ok(call.entity(200, shown(tenant, call, found(tenant, call)?)?))
}

pub(crate) fn update(site: &mut Site<'_>, call: &Call) -> Outcome {
    let accepted = writable(kind(TYPE), call.object()?, call.version)
        .map_err(|misfit| Failure::bad_directory_request(misfit.to_string()))?;
    let scope = accepted.get("appliesTo").and_then(Value::as_str).map(str::to_owned);
    if scope.is_some() && accepted.len() > 1 {
        return Err(Failure::bad_directory_request(
            "The property 'appliesTo' cannot be updated with other properties.",
        ));
    }
    if scope.as_deref() == Some("selected") {
        return Err(Failure::bad_directory_request("The value 'selected' of 'appliesTo' cannot be written."));
    }
    let drops = match scope.as_deref() {
        Some("all") => true,
        Some(_) => site.settings.mdm_scope_none_drops_groups,
        None => false,
    };
    let tenant = &mut *site.tenant;
    let id = found(tenant, call)?.id.clone();
    if let Some(item) = tenant.items_mut(POLICIES.name).edit(&id) {
        item.entity.extend(accepted);
        if drops {
            item.hidden.remove(GROUPS);
        }
    }
    Ok(Answer::done())
}

/// Intune's own entry cannot be deleted.
pub(crate) fn delete(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &mut *site.tenant;
    let item = found(tenant, call)?;
    if item.entity.get("isValid") == Some(&json!(true)) {
        return Err(Failure::bad_directory_request("A valid policy cannot be deleted."));
    }
    let id = item.id.clone();
    tenant.items_mut(POLICIES.name).take(&id);
    Ok(Answer::done())
}

pub(crate) fn list_groups(site: &mut Site<'_>, call: &Call) -> Outcome {
    let tenant = &*site.tenant;
    Ok(whole(call, groups(tenant, call, found(tenant, call)?)))
}

fn included(item: &Item) -> Vec<Value> {
    item.hidden.get(GROUPS).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The first group makes the scope `selected`.
pub(crate) fn add_group(site: &mut Site<'_>, call: &Call) -> Outcome {
    let malformed = || Failure::bad_directory_request("Invalid object reference specified in '@odata.id'.");
    let url = call.object()?.get("@odata.id").and_then(Value::as_str).ok_or_else(malformed)?;
    let group = referenced(url).ok_or_else(malformed)?;
    let tenant = &mut *site.tenant;
    let item = found(tenant, call)?;
    if !tenant.groups.has(&group) {
        return Err(Failure::no_directory_object(&group));
    }
    let (id, mut there) = (item.id.clone(), included(item));
    if there.iter().any(|each| *each == group) {
        return Err(already(GROUPS));
    }
    there.push(Value::from(group));
    if let Some(item) = tenant.items_mut(POLICIES.name).edit(&id) {
        item.hidden.insert(GROUPS.into(), Value::Array(there));
        item.entity.insert("appliesTo".into(), json!("selected"));
    }
    Ok(Answer::done())
}

pub(crate) fn remove_group(site: &mut Site<'_>, call: &Call) -> Outcome {
    let group = call.id(1);
    let tenant = &mut *site.tenant;
    let item = found(tenant, call)?;
    let (id, mut there) = (item.id.clone(), included(item));
    let before = there.len();
    there.retain(|each| *each != group);
    if there.len() == before {
        return Err(Failure::no_directory_object(&group));
    }
    if let Some(item) = tenant.items_mut(POLICIES.name).edit(&id) {
        item.hidden.insert(GROUPS.into(), Value::Array(there));
    }
    Ok(Answer::done())
}
