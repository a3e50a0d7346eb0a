//! Directory objects of any kind, as they are kept and as Graph shows them.

use std::borrow::Cow;
use std::sync::LazyLock;

use ecow::EcoString;

use crate::emulator::call::Call;
use crate::emulator::clock::entra_date;
use crate::emulator::model::check::{Object, default_of};
use crate::emulator::model::{GraphType, kind};
use crate::emulator::odata::filter::{Found, Source};
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

/// A property of a device that has a value of its own.
fn device<'a>(device: &'a EntraDevice, name: &str) -> Option<Found<'a>> {
    let maybe = |text: &'a Option<EcoString>| text.as_deref().map(Found::Text);
    let once_joined = |value: Found<'a>| device.joined.then_some(value);
    match name {
        "displayName" => Some(Found::Text(&device.display_name)),
        "deviceId" => Some(Found::Text(&device.device_id)),
        "physicalIds" => Some(Found::Joined(device.physical_id_parts())),
        "manufacturer" => maybe(&device.manufacturer),
        "model" => maybe(&device.model),
        "enrollmentProfileName" => maybe(&device.enrollment_profile),
        "registrationDateTime" => Some(Found::owned(entra_date(device.registered_at))),
        "accountEnabled" => Some(Found::owned(true)),
        "deviceVersion" => Some(Found::owned(2)),
        "operatingSystem" => Some(Found::Text("Windows")),
        "trustType" => Some(Found::Text("AzureAd")),
        "profileType" => Some(Found::Text("RegisteredDevice")),
        "isManaged" => once_joined(Found::owned(true)),
        "managementType" => once_joined(Found::Text("MDM")),
        "deviceOwnership" => once_joined(Found::Text("Company")),
        "extensionAttributes" => {
            let attributes = kind("onPremisesExtensionAttributes").properties();
            let attributes = attributes.map(|property| (property.name.clone(), default_of(property)));
            Some(Found::owned(attributes.collect::<Object>()))
        }
        _ => None,
    }
}

/// A property of a user that has a value of its own.
fn user<'a>(user: &'a User, name: &str) -> Option<Found<'a>> {
    match name {
        "userPrincipalName" | "mail" => Some(Found::Text(&user.upn)),
        "displayName" => Some(Found::Text(&user.display_name)),
        "accountEnabled" => Some(Found::owned(true)),
        "userType" => Some(Found::Text("Member")),
        _ => None,
    }
}

/// A property of a service principal that has a value of its own.
fn service_principal<'a>(application: &'a Application, name: &str) -> Option<Found<'a>> {
    match name {
        "appId" => Some(Found::Text(&application.client_id)),
        "appDisplayName" | "displayName" => Some(Found::Text(&application.name)),
        "servicePrincipalType" => Some(Found::Text("Application")),
        "servicePrincipalNames" => Some(Found::owned(vec![application.client_id.clone()])),
        "signInAudience" => Some(Found::Text("AzureADMultipleOrgs")),
        "accountEnabled" => Some(Found::owned(true)),
        _ => None,
    }
}

/// The value of a key that is not the id, as in `groups(uniqueName='x')`.
pub(crate) fn alternate_key<'a>(id: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = id.split_once('=')?;
    let value = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\''));
    value.filter(|_| found.eq_ignore_ascii_case(name))
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

    /// Its type, which is found once: filters and orders ask many objects for it.
    fn graph_type(&self) -> &'static GraphType {
        static TYPES: LazyLock<[&GraphType; 4]> =
            LazyLock::new(|| ["group", "device", "user", "servicePrincipal"].map(kind));
        TYPES[match self {
            DirectoryObject::Group(..) => 0,
            DirectoryObject::Device(_) => 1,
            DirectoryObject::User(_) => 2,
            DirectoryObject::ServicePrincipal(_) => 3,
        }]
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

    /// What it has beside what is kept of each object of its kind, by Graph's names. It goes before anything else.
    fn extra(&self) -> Option<&'a Object> {
        match self {
            DirectoryObject::Group(_, values) => Some(values),
            DirectoryObject::Device(device) => device.extra.as_deref(),
            DirectoryObject::User(user) => Some(&user.extra),
            DirectoryObject::ServicePrincipal(_) => None,
        }
    }

    /// A property that has a value of its own.
    fn own(&self, name: &str) -> Option<Found<'a>> {
        if let Some(value) = self.extra().and_then(|extra| extra.get(name)) {
            return Some(Found::Json(Cow::Borrowed(value)));
        }
        match self {
            _ if name == "id" => Some(Found::Text(self.id())),
            DirectoryObject::Group(..) => None,
            DirectoryObject::Device(found) => device(found, name),
            DirectoryObject::User(found) => user(found, name),
            DirectoryObject::ServicePrincipal(found) => service_principal(found, name),
        }
    }

    /// All its properties.
    pub(super) fn entity(&self) -> Object {
        let mut entity = self.extra().cloned().unwrap_or_default();
        for property in self.graph_type().properties().filter(|property| !property.navigation) {
            let value =
                self.own(&property.name).map_or_else(|| default_of(property), |found| found.json().into_owned());
            entity.insert(property.name.clone(), value);
        }
        entity
    }
}

/// Filters, searches and orders look at few properties of many objects: none is shown whole for them.
impl Source for DirectoryObject<'_> {
    fn value(&self, name: &str) -> Found<'_> {
        self.own(name).unwrap_or_else(|| {
            let property = self.graph_type().property(name).filter(|property| !property.navigation);
            Found::owned(property.map(default_of))
        })
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
