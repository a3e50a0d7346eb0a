//! The properties that membership rules may look at.

use super::syntax::Subject;

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Bool,
    Date,
    /// Dotted numbers, compared number by number.
    Version,
    Texts,
    /// `assignedPlans`.
    Plans,
    Groups,
}

const USER_TEXTS: &[&str] = &[
    "city",
    "country",
    "companyname",
    "department",
    "displayname",
    "employeeid",
    "facsimiletelephonenumber",
    "givenname",
    "jobtitle",
    "mail",
    "mailnickname",
    "mobile",
    "objectid",
    "onpremisesdistinguishedname",
    "onpremisessecurityidentifier",
    "passwordpolicies",
    "physicaldeliveryofficename",
    "postalcode",
    "preferredlanguage",
    "sipproxyaddress",
    "state",
    "streetaddress",
    "surname",
    "telephonenumber",
    "usagelocation",
    "userprincipalname",
    "usertype",
    "agentidentityblueprintid",
];

const DEVICE_TEXTS: &[&str] = &[
    "devicecategory",
    "deviceid",
    "devicemanagementappid",
    "devicemanufacturer",
    "devicemodel",
    "displayname",
    "deviceostype",
    "deviceownership",
    "devicetrusttype",
    "enrollmentprofilename",
    "managementtype",
    "objectid",
    "profiletype",
];

/// What the property of this name (in lower case) holds; nothing when there is none.
pub(super) fn holds(subject: Subject, name: &str) -> Option<Holds> {
    let extension = name.strip_prefix("extensionattribute").and_then(|n| n.parse::<u8>().ok());
    if extension.is_some_and(|n| (1..=15).contains(&n)) {
        return Some(Holds::Text);
    }
    match (subject, name) {
        (_, "memberof") => Some(Holds::Groups),
        (_, "accountenabled") | (Subject::User, "dirsyncenabled") | (Subject::Device, "isrooted") => Some(Holds::Bool),
        (Subject::User, "employeehiredate") => Some(Holds::Date),
        (Subject::User, "othermails" | "proxyaddresses") => Some(Holds::Texts),
        (Subject::Device, "devicephysicalids" | "systemlabels") => Some(Holds::Texts),
        (Subject::User, "assignedplans") => Some(Holds::Plans),
        (Subject::Device, "deviceosversion") => Some(Holds::Version),
        (Subject::User, name) if USER_TEXTS.contains(&name) || name.starts_with("extension_") => Some(Holds::Text),
        (Subject::Device, name) if DEVICE_TEXTS.contains(&name) || name.starts_with("extension_") => Some(Holds::Text),
        _ => None,
    }
}
