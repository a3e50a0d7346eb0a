//! What membership rules see of devices and users.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use super::Tenant;
use super::application::INTUNE;
use super::directory::{EntraDevice, User};
use super::membership::groups_of;
use crate::emulator::model::check::Object;
use crate::emulator::rule::Facts;

/// The further properties of a device that has none.
static NOTHING: LazyLock<Object> = LazyLock::new(Object::new);

pub(crate) struct DeviceFacts<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) device: &'a EntraDevice,
    pub(crate) now: i64,
}

pub(crate) struct UserFacts<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) user: &'a User,
    pub(crate) now: i64,
}

/// A property among the seeded ones, whatever its letter case.
fn extra<'a>(values: &'a Object, name: &str) -> Option<&'a Value> {
    values.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn texts(value: Option<&Value>) -> Vec<Cow<'_, str>> {
    match value {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => vec![text.into()],
        Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(Cow::from)).collect(),
        Some(other) => vec![other.to_string().into()],
    }
}

fn extension<'a>(values: &'a Object, within: &str, name: &str) -> Vec<Cow<'a, str>> {
    let nested = extra(values, within).and_then(Value::as_object);
    texts(nested.and_then(|nested| extra(nested, name)).or_else(|| extra(values, name)))
}

impl Facts for DeviceFacts<'_> {
    fn texts(&self, property: &str) -> Vec<Cow<'_, str>> {
        let device = self.device;
        let extras = device.extra.as_deref().unwrap_or(&NOTHING);
        let one = |text: &'static str| vec![Cow::from(text)];
        let maybe = |text: &'static str, when: bool| if when { vec![Cow::from(text)] } else { Vec::new() };
        let or_extra = |name: &str, otherwise: Vec<Cow<'static, str>>| match extra(extras, name) {
            Some(value) => texts(Some(value)),
            None => otherwise,
        };
        match property {
            "devicephysicalids" => device.physical_ids().into_iter().map(Cow::from).collect(),
            "objectid" => vec![device.id.as_str().into()],
            "deviceid" => vec![device.device_id.as_str().into()],
            "displayname" => vec![device.display_name.as_str().into()],
            "devicemanufacturer" => device.manufacturer.as_deref().map(Cow::from).into_iter().collect(),
            "devicemodel" => device.model.as_deref().map(Cow::from).into_iter().collect(),
            "enrollmentprofilename" => device.enrollment_profile.as_deref().map(Cow::from).into_iter().collect(),
            "deviceostype" => or_extra("operatingSystem", one("Windows")),
            "deviceosversion" => texts(extra(extras, "operatingSystemVersion")),
            "devicetrusttype" => or_extra("trustType", one("AzureAD")),
            "accountenabled" => or_extra("accountEnabled", one("true")),
            "isrooted" => or_extra("isRooted", one("false")),
            "deviceownership" => or_extra("deviceOwnership", maybe("Company", device.joined)),
            "managementtype" => or_extra("managementType", maybe("MDM", device.joined)),
            "devicemanagementappid" => or_extra("mdmAppId", maybe(INTUNE, device.joined)),
            "profiletype" => or_extra("profileType", one("RegisteredDevice")),
            name if name.starts_with("extensionattribute") => extension(extras, "extensionAttributes", name),
            name => texts(extra(extras, name)),
        }
    }

    fn items(&self, _: &str) -> Vec<BTreeMap<String, String>> {
        Vec::new()
    }

    fn is_in(&self, group: &str) -> bool {
        groups_of(self.tenant, &self.device.id).contains(group)
    }

    fn reports_to(&self, _: &str) -> bool {
        false
    }

    fn now(&self) -> i64 {
        self.now
    }
}

impl Facts for UserFacts<'_> {
    fn texts(&self, property: &str) -> Vec<Cow<'_, str>> {
        let user = self.user;
        let or_extra = |name: &str, otherwise: &'static str| match extra(&user.extra, name) {
            Some(value) => texts(Some(value)),
            None => vec![otherwise.into()],
        };
        match property {
            "objectid" => vec![user.id.as_str().into()],
            "userprincipalname" => vec![user.upn.as_str().into()],
            "displayname" => vec![user.display_name.as_str().into()],
            "mail" if extra(&user.extra, "mail").is_none() => vec![user.upn.as_str().into()],
            "accountenabled" => or_extra("accountEnabled", "true"),
            "usertype" => or_extra("userType", "Member"),
            "mobile" => texts(extra(&user.extra, "mobilePhone")),
            "telephonenumber" => texts(extra(&user.extra, "businessPhones")),
            "physicaldeliveryofficename" => texts(extra(&user.extra, "officeLocation")),
            "dirsyncenabled" => texts(extra(&user.extra, "onPremisesSyncEnabled")),
            name if name.starts_with("extensionattribute") => {
                extension(&user.extra, "onPremisesExtensionAttributes", name)
            }
            name => texts(extra(&user.extra, name)),
        }
    }

    fn items(&self, property: &str) -> Vec<BTreeMap<String, String>> {
        let items = extra(&self.user.extra, property).and_then(Value::as_array).into_iter().flatten();
        let parts = |item: &Value| {
            let parts = item.as_object().into_iter().flatten();
            parts.filter_map(|(name, value)| Some((name.to_lowercase(), value.as_str()?.to_owned()))).collect()
        };
        items.map(parts).collect()
    }

    fn is_in(&self, group: &str) -> bool {
        groups_of(self.tenant, &self.user.id).contains(group)
    }

    fn reports_to(&self, manager: &str) -> bool {
        self.user.manager.as_deref().is_some_and(|id| id.eq_ignore_ascii_case(manager))
    }

    fn now(&self) -> i64 {
        self.now
    }
}
