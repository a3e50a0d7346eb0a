//! Directory objects of any kind, as they are kept and as Graph shows them.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::emulator::call::Call;
use crate::emulator::clock::entra_date;
use crate::emulator::model::check::{Object, default_of};
use crate::emulator::model::{GraphType, kind};
use crate::emulator::odata::filter::Source;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::application::Application;
use crate::emulator::tenant::directory::{EntraDevice, Group, User};

/// Properties that Graph returns only when they are selected.
pub(super) const ON_REQUEST: &[&str] = &[
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
    "membershipRuleProcessingStatus",
];

/// Properties that Graph returns of a user when none are selected.
pub(super) const USER_DEFAULT: &[&str] = &[
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

fn group(id: &str, values: &Object) -> Object {
    let mut entity = complete(kind("group"), values.clone());
    entity.insert("id".into(), Value::from(id));
    entity
}

fn device(device: &EntraDevice) -> Object {
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

fn user(user: &User) -> Object {
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

fn service_principal(application: &Application) -> Object {
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

/// A directory object as it is kept.
#[derive(Clone, Copy)]
pub(crate) enum DirectoryObject<'a> {
    /// Its id, and its properties as reads see them now.
    Group(&'a str, &'a Object),
    Device(&'a EntraDevice),
    User(&'a User),
    ServicePrincipal(&'a Application),
}

impl<'a> DirectoryObject<'a> {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            DirectoryObject::Group(..) => "group",
            DirectoryObject::Device(_) => "device",
            DirectoryObject::User(_) => "user",
            DirectoryObject::ServicePrincipal(_) => "servicePrincipal",
        }
    }

    /// The collection that it is in.
    pub(super) fn set(&self) -> &'static str {
        match self {
            DirectoryObject::Group(..) => "groups",
            DirectoryObject::Device(_) => "devices",
            DirectoryObject::User(_) => "users",
            DirectoryObject::ServicePrincipal(_) => "servicePrincipals",
        }
    }

    pub(super) fn id(&self) -> &'a str {
        match self {
            DirectoryObject::Group(id, _) => id,
            DirectoryObject::Device(device) => &device.id,
            DirectoryObject::User(user) => &user.id,
            DirectoryObject::ServicePrincipal(application) => &application.principal,
        }
    }

    /// All its properties.
    pub(super) fn entity(&self) -> Object {
        match self {
            DirectoryObject::Group(id, values) => group(id, values),
            DirectoryObject::Device(found) => device(found),
            DirectoryObject::User(found) => user(found),
            DirectoryObject::ServicePrincipal(found) => service_principal(found),
        }
    }

    /// A property that is kept as it is shown.
    fn kept(&self, name: &str) -> Option<Cow<'a, Value>> {
        let text = |text: &str| Some(Cow::Owned(Value::from(text)));
        let extra = match self {
            DirectoryObject::Group(_, values) => values.get(name),
            DirectoryObject::Device(device) => device.extra.as_deref().and_then(|extra| extra.get(name)),
            DirectoryObject::User(user) => user.extra.get(name),
            DirectoryObject::ServicePrincipal(_) => None,
        };
        if let Some(value) = extra {
            return Some(Cow::Borrowed(value));
        }
        match (self, name) {
            (_, "id") => text(self.id()),
            (DirectoryObject::Device(device), "displayName") => text(&device.display_name),
            (DirectoryObject::Device(device), "deviceId") => text(&device.device_id),
            (DirectoryObject::Device(device), "physicalIds") => Some(Cow::Owned(Value::from(device.physical_ids()))),
            (DirectoryObject::User(user), "displayName") => text(&user.display_name),
            (DirectoryObject::User(user), "userPrincipalName") => text(&user.upn),
            (DirectoryObject::ServicePrincipal(application), "displayName") => text(&application.name),
            (DirectoryObject::ServicePrincipal(application), "appId") => text(&application.client_id),
            _ => None,
        }
    }
}

/// Filters, searches and orders look at few properties of many objects: none is shown whole for them if it can be helped.
impl Source for DirectoryObject<'_> {
    fn value(&self, name: &str) -> Cow<'_, Value> {
        self.kept(name).unwrap_or_else(|| Cow::Owned(self.entity().remove(name).unwrap_or_default()))
    }
}

/// The object of this id, of whatever kind.
pub(crate) fn any<'a>(tenant: &'a Tenant, id: &str) -> Option<DirectoryObject<'a>> {
    if let Some(device) = tenant.devices.get(id) {
        return Some(DirectoryObject::Device(device));
    }
    if let Some(user) = tenant.users.get(id) {
        return Some(DirectoryObject::User(user));
    }
    if let Some(group) = tenant.groups.get(id) {
        return Some(DirectoryObject::Group(&group.id, &group.entity));
    }
    let application = tenant.applications.values().find(|application| application.principal == id)?;
    Some(DirectoryObject::ServicePrincipal(application))
}

/// The same, unless its creation still replicates.
pub(super) fn any_now<'a>(tenant: &'a Tenant, call: &Call, id: &str) -> Option<DirectoryObject<'a>> {
    match any(tenant, id)? {
        DirectoryObject::Group(id, _) => {
            let entity = group_now(call, tenant.groups.get(id)?)?;
            Some(DirectoryObject::Group(id, entity))
        }
        other => Some(other),
    }
}

/// A group's properties as reads show them now: nothing while its creation replicates, old values while a change does.
pub(crate) fn group_now<'a>(call: &Call, found: &'a Group) -> Option<&'a Object> {
    match found.stale.as_ref().filter(|stale| stale.until > call.now) {
        Some(stale) => stale.shown.as_ref(),
        None => Some(&found.entity),
    }
}
