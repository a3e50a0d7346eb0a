//! Directory objects of any kind, as Graph shows them, and lists of them with `$filter`, `$select`, `$top`, `$count`.

use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::entra_date;
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, Version, default_of, of_version};
use crate::emulator::model::{GraphType, kind};
use crate::emulator::odata::filter::{Comparison, Filter, TextFunction};
use crate::emulator::odata::query::selected;
use crate::emulator::paging::{page, position};
use crate::emulator::store::Table;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::application::Application;
use crate::emulator::tenant::directory::{EntraDevice, Group, User};

/// The directory's default and largest page.
const PAGE: usize = 100;
const LARGEST_PAGE: usize = 999;

/// Properties that Graph returns only when they are selected.
const ON_REQUEST: &[&str] = &[
    "accessType",
    "allowExternalSenders",
    "autoSubscribeNewMembers",
    "hasMembersWithLicenseErrors",
    "hideFromAddressLists",
    "hideFromOutlookClients",
    "infoCatalogs",
    "isArchived",
    "isFavorite",
    "isSubscribedByMail",
    "assignedLabels",
    "assignedLicenses",
    "onPremisesExtensionAttributes",
    "organizationId",
    "unseenConversationsCount",
    "unseenCount",
    "unseenMessagesCount",
    "welcomeMessageEnabled",
];

/// Properties that Graph returns of a user when none are selected.
const USER_DEFAULT: &[&str] = &[
    "id",
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
];

/// All properties of a type, given values over defaults.
fn complete(kind: &'static GraphType, values: Object) -> Object {
    let mut entity = Object::new();
    for property in kind.properties().filter(|property| !property.navigation) {
        entity.insert(property.name.clone(), default_of(property));
    }
    entity.extend(values);
    entity
}

pub(crate) fn group(id: &str, values: &Object) -> Object {
    let mut entity = complete(kind("group"), values.clone());
    entity.insert("id".into(), Value::from(id));
    entity
}

pub(crate) fn device(device: &EntraDevice) -> Object {
    let values = json!({
        "accountEnabled": true,
        "deviceId": device.device_id,
        "deviceVersion": 2,
        "displayName": device.display_name,
        "id": device.id,
        "manufacturer": device.manufacturer,
        "model": device.model,
        "operatingSystem": "Windows",
        "physicalIds": device.physical_ids(),
        "registrationDateTime": entra_date(device.registered_at),
        "trustType": "AzureAd",
        "profileType": "RegisteredDevice",
        "enrollmentProfileName": device.enrollment_profile,
        "isManaged": if device.joined { json!(true) } else { Value::Null },
        "managementType": if device.joined { json!("MDM") } else { Value::Null },
        "deviceOwnership": if device.joined { json!("Company") } else { Value::Null },
    });
    let mut entity = complete(kind("device"), object(values));
    let attributes = complete(kind("onPremisesExtensionAttributes"), Object::new());
    entity.insert("extensionAttributes".into(), Value::Object(attributes));
    entity.extend(device.extra.as_deref().cloned().unwrap_or_default());
    entity
}

pub(crate) fn user(user: &User) -> Object {
    let values = json!({
        "id": user.id,
        "userPrincipalName": user.upn,
        "displayName": user.display_name,
        "mail": user.upn,
        "accountEnabled": true,
        "userType": "Member",
    });
    let mut entity = complete(kind("user"), object(values));
    entity.extend(user.extra.clone());
    entity
}

pub(crate) fn service_principal(application: &Application) -> Object {
    let values = json!({
        "id": application.principal,
        "appId": application.client_id,
        "appDisplayName": application.name,
        "displayName": application.name,
        "servicePrincipalType": "Application",
        "servicePrincipalNames": [application.client_id],
        "signInAudience": "AzureADMultipleOrgs",
        "accountEnabled": true,
    });
    complete(kind("servicePrincipal"), object(values))
}

/// The value of a key that is not the id, as in `groups(uniqueName='x')`.
pub(crate) fn alternate_key<'a>(id: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = id.split_once('=')?;
    let value = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
    value.filter(|_| found.eq_ignore_ascii_case(name))
}

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => Object::new(),
    }
}

/// The object of this id, of whatever kind, with its `@odata.type`.
pub(crate) fn any(tenant: &Tenant, id: &str) -> Option<Object> {
    let (name, mut entity) = if let Some(found) = tenant.devices.get(id) {
        ("device", device(found))
    } else if let Some(found) = tenant.users.get(id) {
        ("user", user(found))
    } else if let Some(found) = tenant.groups.get(id) {
        ("group", group(id, &found.entity))
    } else {
        let found = tenant.applications.values().find(|application| application.principal == id)?;
        ("servicePrincipal", service_principal(found))
    };
    entity.insert("@odata.type".into(), Value::from(format!("#microsoft.graph.{name}")));
    Some(entity)
}

/// The entity as one version and one `$select` show it.
pub(crate) fn shown(call: &Call, kind: &'static GraphType, entity: Object) -> Result<Value, Failure> {
    let names = call.query.select(kind)?;
    let entity = of_version(kind, entity, call.version);
    Ok(match names {
        Some(names) => selected(entity, Some(&names)),
        None if kind.name == "user" => {
            let names: Vec<String> = USER_DEFAULT.iter().map(|name| (*name).to_owned()).collect();
            selected(entity, Some(&names))
        }
        None => Value::Object(entity.into_iter().filter(|(name, _)| !ON_REQUEST.contains(&name.as_str())).collect()),
    })
}

/// `$top`, or the directory's own.
pub(crate) fn page_size(call: &Call) -> Result<usize, Failure> {
    Ok(call.query.top(LARGEST_PAGE)?.unwrap_or(PAGE))
}

/// A list of a directory collection. `read` gives a row's entity, or nothing while it is not to be seen.
pub(crate) fn list<T>(
    call: &Call,
    kind: &'static GraphType,
    table: &Table<T>,
    read: impl Fn(&T) -> Option<Object>,
) -> Outcome {
    if call.query.get("$search").is_some() || call.query.get("$orderby").is_some() {
        return Err(Failure::unsupported_query("Sorting and searching are not supported for this collection."));
    }
    let size = page_size(call)?;
    let filter = filter(call, kind)?;
    call.query.select(kind)?;
    let from = position(call)?;
    let holds = |row: &T| read(row).is_some_and(|entity| filter.as_ref().is_none_or(|filter| filter.matches(&entity)));
    let count = (call.query.wants_count() && call.eventual).then(|| table.values().filter(|row| holds(row)).count());
    let rows = table.after(from.as_deref()).filter(|(_, row)| holds(row));
    let render = |row: &T| read(row).and_then(|entity| shown(call, kind, entity).ok()).unwrap_or_default();
    Ok(page(call, rows, size, count, render))
}

/// `/$count` of a collection.
pub(crate) fn count<T>(
    call: &Call,
    kind: &'static GraphType,
    table: &Table<T>,
    read: impl Fn(&T) -> Option<Object>,
) -> Outcome {
    needs_eventual(call)?;
    let filter = filter(call, kind)?;
    let holds = |row: &&T| read(row).is_some_and(|entity| filter.as_ref().is_none_or(|filter| filter.matches(&entity)));
    Ok(Answer::number(table.values().filter(holds).count()))
}

/// `$count` as a path needs `ConsistencyLevel: eventual`.
pub(crate) fn needs_eventual(call: &Call) -> Result<(), Failure> {
    if call.eventual { Ok(()) } else { Err(Failure::bad_directory_request("$count is not currently supported.")) }
}

/// The filter of a directory collection. What Graph calls advanced needs `ConsistencyLevel: eventual` and
/// `$count=true`; `contains` it does not know at all.
fn filter(call: &Call, kind: &'static GraphType) -> Result<Option<Filter>, Failure> {
    let Some(filter) = call.query.filter()? else { return Ok(None) };
    let mut failure = None;
    let mut advanced = false;
    filter.leaves(&mut |leaf| {
        let mut refuse = |with: Failure| failure = failure.take().or(Some(with));
        let mut property = |path: &str| {
            let name = path.split('/').next().unwrap_or(path);
            if kind.property(name).is_none_or(|property| property.beta && call.version == Version::V1) {
                let text = format!("Could not find a property named '{name}' on type 'microsoft.graph.{}'.", kind.name);
                refuse(Failure::unreadable(format!("Invalid filter clause: {text}")));
            }
        };
        match leaf {
            Filter::Compare(path, how, value) => {
                property(path);
                advanced |= *how == Comparison::NotEqual || value.is_null();
            }
            Filter::In(path, _) | Filter::Text(TextFunction::StartsWith, path, _) | Filter::Any(path, _, _) => {
                property(path)
            }
            Filter::Text(TextFunction::EndsWith, path, _) => {
                property(path);
                advanced = true;
            }
            Filter::Text(TextFunction::Contains, _, _) => {
                refuse(Failure::unsupported_query("Unsupported Query. The function 'contains' is not supported."));
            }
            Filter::Not(_) => advanced = true,
            _ => refuse(Failure::unsupported_query("Unsupported or invalid query filter clause specified.")),
        }
    });
    if let Some(failure) = failure {
        return Err(failure);
    }
    if advanced && !(call.query.wants_count() && call.eventual) {
        return Err(Failure::unsupported_query("Unsupported or invalid query filter clause specified."));
    }
    Ok(Some(filter))
}

/// A group's entity as reads show it now: nothing while its creation replicates, old values while a change does.
pub(crate) fn group_now(call: &Call, found: &Group) -> Option<Object> {
    match found.stale.as_ref().filter(|stale| stale.until > call.now) {
        Some(stale) => stale.shown.as_ref().map(|entity| group(&found.id, entity)),
        None => Some(group(&found.id, &found.entity)),
    }
}
