//! A device as rules see it once it is registered with Windows Autopilot, and before it is switched on.
//!
//! The directory has an object for it from then on, which is named by the serial number and carries what identifies a
//! registered device (Microsoft, "Create device groups"; `[ZTDId]` and `[OrderID]` in rules). Its ids are given then: "all
//! devices" (`device.objectId -ne null`) has it. What the device itself tells, such as its version of Windows, and what
//! Intune knows of it, such as its owner, is null until it enrols.

use std::collections::BTreeMap;

use super::evaluate::Member;
use super::properties;
use crate::knowledge::hardware_hash;
use crate::knowledge::rule::{Expr, Name};

/// Stands for an id that the directory gives at the registration: there, and equal to none that a rule may name.
const GIVEN: &str = "given at the registration";

/// The device of a row: by its serial number, its group tag and its hardware hash, as far as they are known.
#[must_use]
pub fn registered(serial_number: Option<&str>, group_tag: Option<&str>, hardware_hash: Option<&str>) -> Member {
    let hash = hardware_hash.and_then(|hash| hardware_hash::decode(hash).ok()).unwrap_or_default();
    let serial_number = serial_number.map(str::to_owned).or(hash.serial_number);
    let id = serial_number.as_deref().unwrap_or_default();
    let mut physical_ids = vec![format!("[ZTDID]:{id}")];
    physical_ids.extend(group_tag.filter(|tag| !tag.is_empty()).map(|tag| format!("[OrderID]:{tag}")));
    let one = |text: Option<String>| text.into_iter().collect::<Vec<_>>();
    let word = |text: &str| vec![text.to_owned()];
    let properties = [
        ("accountEnabled", word("true")),
        ("deviceId", word(GIVEN)),
        ("deviceManufacturer", one(hash.manufacturer)),
        ("deviceModel", one(hash.model)),
        ("deviceOSType", word("Windows")),
        ("devicePhysicalIds", physical_ids),
        ("deviceTrustType", word("AzureAD")),
        ("displayName", one(serial_number)),
        ("isRooted", word("false")),
        ("objectId", word(GIVEN)),
        ("profileType", word("RegisteredDevice")),
    ];
    let properties = properties.map(|(name, texts)| (name.to_owned(), texts));
    Member { properties: BTreeMap::from(properties), items: BTreeMap::new() }
}

/// What a rule asks of a registered device that is null until the device enrols, or somebody writes it, in the order of the
/// rule.
#[must_use]
pub fn not_there_yet(rule: &Expr) -> Vec<String> {
    let known = registered(None, None, None);
    let mut names = Vec::new();
    for (object, name) in asked(rule) {
        let is_known = known.properties.keys().any(|known| known.eq_ignore_ascii_case(name));
        let told =
            properties::find(object, name).map_or(name, |found| if found.name.is_empty() { name } else { found.name });
        if !is_known && object.eq_ignore_ascii_case("device") && !names.iter().any(|other| other == told) {
            names.push(told.to_owned());
        }
    }
    names
}

/// Whether a rule asks for users.
#[must_use]
pub fn is_of_users(rule: &Expr) -> bool {
    matches!(rule, Expr::DirectReports(_)) || asked(rule).iter().any(|(object, _)| object.eq_ignore_ascii_case("user"))
}

/// Whether a rule asks for this property, of whatever.
#[must_use]
pub fn asks_for(rule: &Expr, property: &str) -> bool {
    asked(rule).iter().any(|(_, name)| name.eq_ignore_ascii_case(property))
}

/// The properties that a rule asks for, each as often as it does: of what, and its name.
pub(in crate::knowledge) fn asked(rule: &Expr) -> Vec<(&str, &str)> {
    match rule {
        Expr::And(left, right) | Expr::Or(left, right) => [asked(left), asked(right)].concat(),
        Expr::Not(_, inner) => asked(inner),
        Expr::Compare { left: name, .. } | Expr::Each { collection: name, .. } => match &name.is {
            Name::Property(object, name) => vec![(object, name)],
            Name::Item => Vec::new(),
        },
        Expr::DirectReports(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::hardware_hash::{HardwareHash, encode};
    use crate::knowledge::membership_rule::matches;
    use crate::knowledge::rule::parse;

    #[test]
    fn a_registered_device_has_its_tag_its_name_and_what_its_hash_tells() {
        let (manufacturer, model) = (Some("HP".to_owned()), Some("EliteBook 840".to_owned()));
        let hash = encode(&HardwareHash { manufacturer, model, ..HardwareHash::default() });
        let device = registered(Some("5CG1"), Some("Kiosk"), Some(&hash));
        for (rule, expected) in [
            ("device.devicePhysicalIds -any (_ -eq \"[OrderID]:Kiosk\")", true),
            ("device.devicePhysicalIds -any (_ -contains \"[ZTDId]\")", true),
            ("device.displayName -eq \"5CG1\"", true),
            ("device.deviceModel -startsWith \"EliteBook\" and device.deviceManufacturer -eq \"hp\"", true),
            ("device.deviceOwnership -eq \"Company\"", false),
            ("device.managementType -eq null", true),
        ] {
            assert_eq!(matches(&parse(rule).unwrap(), &device, None), Ok(expected), "{rule}");
        }
        let untagged = registered(Some("5CG1"), Some(""), None);
        let rule = parse("device.devicePhysicalIds -any (_ -startsWith \"[OrderID]\")").unwrap();
        assert_eq!(matches(&rule, &untagged, None), Ok(false));
    }

    #[test]
    fn all_devices_has_a_device_from_its_registration_on() {
        let device = registered(Some("5CG1"), None, None);
        for (rule, expected) in [
            ("(device.objectId -ne null)", true),
            ("device.deviceId -ne null", true),
            ("device.objectid -eq null", false),
            ("device.objectId -eq \"62e19b97-8b3d-4d4a-a106-4ce66896a863\"", false),
            ("device.deviceId -startsWith \"6\"", false),
        ] {
            assert_eq!(matches(&parse(rule).unwrap(), &device, None), Ok(expected), "{rule}");
        }
    }

    #[test]
    fn what_is_null_until_a_device_enrols_is_named_once() {
        let rule = "(device.deviceosversion -startsWith \"10\") and (device.deviceOSVersion -ne null) or \
                    (device.displayName -eq \"a\") or (device.extensionAttribute3 -eq \"x\")";
        assert_eq!(not_there_yet(&parse("device.objectId -ne null and device.deviceId -ne null").unwrap()), [""; 0]);
        assert_eq!(not_there_yet(&parse(rule).unwrap()), ["deviceOSVersion", "extensionAttribute3"]);
        assert!(is_of_users(&parse("user.city -eq \"Oslo\"").unwrap()) && !is_of_users(&parse(rule).unwrap()));
    }
}
