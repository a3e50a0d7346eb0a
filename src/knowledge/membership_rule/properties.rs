//! The properties that membership rules may ask for.

/// What a property holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Text,
    Bool,
    Date,
    Texts,
    /// Objects, whose parts go by the name of the variable: `assignedPlan.servicePlanId`.
    Items(&'static str),
}

/// A property of one kind of object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) holds: Holds,
}

const fn text(name: &'static str) -> Property {
    Property { name, holds: Holds::Text }
}

const fn of(name: &'static str, holds: Holds) -> Property {
    Property { name, holds }
}

const MEMBER_OF: Property = of("memberOf", Holds::Items("group"));

const DEVICE: &[Property] = &[
    of("accountEnabled", Holds::Bool),
    text("deviceCategory"),
    text("deviceId"),
    text("deviceManagementAppId"),
    text("deviceManufacturer"),
    text("deviceModel"),
    text("displayName"),
    text("deviceOSType"),
    text("deviceOSVersion"),
    text("deviceOwnership"),
    of("devicePhysicalIds", Holds::Texts),
    text("deviceTrustType"),
    text("enrollmentProfileName"),
    of("isRooted", Holds::Bool),
    text("managementType"),
    MEMBER_OF,
    text("objectId"),
    text("profileType"),
    of("systemLabels", Holds::Texts),
];

const USER: &[Property] = &[
    of("accountEnabled", Holds::Bool),
    of("dirSyncEnabled", Holds::Bool),
    of("employeeHireDate", Holds::Date),
    // not on Microsoft's page, and in its own rules for users that are no agents
    text("agentIdentityBlueprintId"),
    text("city"),
    text("companyName"),
    text("country"),
    text("department"),
    text("displayName"),
    text("employeeId"),
    text("facsimileTelephoneNumber"),
    text("givenName"),
    text("jobTitle"),
    text("mail"),
    text("mailNickName"),
    MEMBER_OF,
    text("mobile"),
    text("objectId"),
    text("onPremisesDistinguishedName"),
    text("onPremisesSecurityIdentifier"),
    text("passwordPolicies"),
    text("physicalDeliveryOfficeName"),
    text("postalCode"),
    text("preferredLanguage"),
    text("sipProxyAddress"),
    text("state"),
    text("streetAddress"),
    text("surname"),
    text("telephoneNumber"),
    text("usageLocation"),
    text("userPrincipalName"),
    text("userType"),
    of("otherMails", Holds::Texts),
    of("proxyAddresses", Holds::Texts),
    of("assignedPlans", Holds::Items("assignedPlan")),
];

/// What other pages and Microsoft Graph call the properties, and what rules call them.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("operatingSystem", "deviceOSType"),
    ("operatingSystemVersion", "deviceOSVersion"),
    ("osVersion", "deviceOSVersion"),
    ("manufacturer", "deviceManufacturer"),
    ("model", "deviceModel"),
    ("trustType", "deviceTrustType"),
    ("physicalIds", "devicePhysicalIds"),
    ("officeLocation", "physicalDeliveryOfficeName"),
    ("mobilePhone", "mobile"),
    ("businessPhones", "telephoneNumber"),
    ("faxNumber", "facsimileTelephoneNumber"),
    ("onPremisesSyncEnabled", "dirSyncEnabled"),
    ("id", "objectId"),
    ("upn", "userPrincipalName"),
    ("email", "mail"),
    ("name", "displayName"),
    ("deviceName", "displayName"),
];

/// Spellings that Microsoft's page has beside those of its tables.
const ALSO_WRITTEN: [&str; 3] = ["devicePhysicalIDs", "mailNickname", "deviceOsType"];

/// Whether Microsoft writes the name in this way too.
pub(super) fn is_also_written(name: &str) -> bool {
    ALSO_WRITTEN.contains(&name)
}

/// The properties of `user` or `device`, in any letter case; empty for another object.
pub(super) fn of_object(object: &str) -> &'static [Property] {
    match object.to_ascii_lowercase().as_str() {
        "user" => USER,
        "device" => DEVICE,
        _ => &[],
    }
}

/// The property, its name in any letter case.
pub(super) fn find(object: &str, name: &str) -> Option<Property> {
    let known = of_object(object).iter().copied().find(|property| property.name.eq_ignore_ascii_case(name));
    known.or_else(|| is_extension(name).then_some(text("")))
}

/// `extensionAttribute1` to `15`, and `extension_{application}_{name}`.
fn is_extension(name: &str) -> bool {
    let folded = name.to_ascii_lowercase();
    let number = folded.strip_prefix("extensionattribute").and_then(|number| number.parse::<u8>().ok());
    number.is_some_and(|number| (1..=15).contains(&number)) || folded.starts_with("extension_")
}

/// What rules call the property that goes by this name elsewhere.
pub(super) fn known_elsewhere_as(object: &str, name: &str) -> Option<&'static str> {
    let found = OTHER_NAMES.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, ours)| *ours).filter(|ours| find(object, ours).is_some())
}

/// The objects that have a property of this name.
pub(super) fn objects_with(name: &str) -> Vec<&'static str> {
    ["user", "device"].into_iter().filter(|object| find(object, name).is_some()).collect()
}
