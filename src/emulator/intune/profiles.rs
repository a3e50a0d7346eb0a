//! Windows Autopilot deployment profiles (beta).
//!
//! Facts: Graph's `windowsAutopilotDeploymentProfile` and Microsoft's page on Autopilot profiles. Two spellings of the
//! same settings live side by side: the deprecated one is read-only and mirrors the current one. Names and descriptions
//! that hold one of [`FORBIDDEN`] are refused without a reason, as people report of the service and its portal.

use serde_json::{Value, json};

use crate::emulator::call::Call;
use crate::emulator::collection::{Collection, PLAIN, PLAIN_ASSIGN, View};
use crate::emulator::error::Failure;
use crate::emulator::marks;
use crate::emulator::model::check::{Object, filled};
use crate::emulator::model::{kind, name_of};
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::item::{self, Item};

const HYBRID: &str = "activeDirectoryWindowsAutopilotDeploymentProfile";
const MOST_PROFILES: usize = 350;
/// What neither a name nor a description may hold. The hyphen is one of them.
const FORBIDDEN: &str = "!#%^*()-+;'<>";
const SWITCH: &str = "hybridAzureADJoinSkipConnectivityCheck";
/// Windows allows no longer computer name.
const LONGEST_NAME: usize = 15;

/// The settings under their deprecated names.
const MIRRORED: &[(&str, &str)] = &[
    ("privacySettingsHidden", "hidePrivacySettings"),
    ("eulaHidden", "hideEULA"),
    ("userType", "userType"),
    ("deviceUsageType", "deviceUsageType"),
    ("keyboardSelectionPageSkipped", "skipKeyboardSelectionPage"),
    ("escapeLinkHidden", "hideEscapeLink"),
];

pub(crate) static PROFILES: Collection = Collection {
    name: item::PROFILES,
    kind: "windowsAutopilotDeploymentProfile",
    required: &[],
    orders: &["displayName", "description"],
    selects: Some(HYBRID),
    most: MOST_PROFILES,
    assign: Some(PLAIN_ASSIGN),
    typed_changes: true,
    // Only hybrid profiles have the switch, and many tools send it, switched off, to all.
    false_is_ignored: &[SWITCH],
    check,
    begin,
    show,
    // A profile that is assigned cannot be deleted, and the service does not say why.
    release: |_, profile| if profile.assignments.is_empty() { Ok(()) } else { Err(Failure::intune_refuses()) },
    released: |tenant, settings, now| marks::assignments_changed(tenant, now, settings.assignment_seconds),
    ..PLAIN
};

/// Both spellings of the settings.
fn show(_: &Item, entity: &mut Object, _: &View<'_>) {
    let copy = |entity: &Object, name: &str| entity.get(name).cloned().unwrap_or(Value::Null);
    let or_false = |value: Value| if value.is_null() { json!(false) } else { value };
    let settings = entity.get("outOfBoxExperienceSetting").and_then(Value::as_object).map(|current| {
        let old = MIRRORED.iter().map(|(current_name, old)| ((*old).to_owned(), copy(current, current_name)));
        Value::Object(old.collect())
    });
    entity.insert("outOfBoxExperienceSettings".into(), settings.unwrap_or(Value::Null));
    entity.insert("enableWhiteGlove".into(), or_false(copy(entity, "preprovisioningAllowed")));
    entity.insert("extractHardwareHash".into(), or_false(copy(entity, "hardwareHashExtractionEnabled")));
    entity.insert("language".into(), copy(entity, "locale"));
}

fn begin(_: &Tenant, profile: &mut Item, _: &Call) -> Result<(), Failure> {
    let entity = &mut profile.entity;
    // "" means that the user selects; a POST does not take it, a later PATCH does.
    if entity.get("locale").is_none_or(|locale| locale == "" || locale.is_null()) {
        entity.insert("locale".into(), Value::from("os-default"));
    }
    for text in ["description", "deviceNameTemplate"] {
        if entity.get(text).is_none_or(Value::is_null) {
            entity.insert(text.into(), json!(""));
        }
    }
    if entity.get("outOfBoxExperienceSetting").is_none_or(Value::is_null) {
        let settings = filled(kind("outOfBoxExperienceSetting"), Object::new());
        entity.insert("outOfBoxExperienceSetting".into(), Value::Object(settings));
    }
    Ok(())
}

/// What the service holds against a profile.
fn check(_: &Tenant, before: Option<&Item>, entity: &Object) -> Result<(), Failure> {
    // The device type is set at creation only.
    if before.is_some_and(|before| before.entity.get("deviceType") != entity.get("deviceType")) {
        return Err(Failure::intune_refuses());
    }
    let text = |name: &str| entity.get(name).and_then(Value::as_str).unwrap_or_default();
    let on = |name: &str| entity.get(name) == Some(&json!(true));
    let forbidden = |name: &str| {
        before.is_none_or(|before| before.text(name) != text(name)) && text(name).contains(|c| FORBIDDEN.contains(c))
    };
    if text("displayName").trim().is_empty() || forbidden("displayName") || forbidden("description") {
        return Err(Failure::intune_refuses());
    }
    let hybrid = name_of(text("@odata.type")) == HYBRID;
    // Self-deploying devices join Entra only.
    let usage = entity.get("outOfBoxExperienceSetting").and_then(|settings| settings.get("deviceUsageType"));
    if hybrid && usage.and_then(Value::as_str) == Some("shared") {
        return Err(Failure::intune_refuses());
    }
    let template = text("deviceNameTemplate");
    // A hybrid device is named by the domain join profile.
    if !template.is_empty() && (hybrid || !name_template_is_valid(template)) {
        return Err(Failure::intune_refuses());
    }
    let refused_for_hololens = ["hardwareHashExtractionEnabled", "preprovisioningAllowed", SWITCH];
    if text("deviceType") == "holoLens" && refused_for_hololens.into_iter().any(on) {
        return Err(Failure::intune_refuses());
    }
    let application = text("managementServiceAppId");
    if !application.is_empty() && uuid::Uuid::try_parse(application).is_err() {
        return Err(Failure::intune_refuses());
    }
    Ok(())
}

/// Letters, digits and hyphens, `%SERIAL%` and `%RAND:x%`; at most 15 characters, and not only digits. A serial number is
/// cut from its beginning until it fits, to nothing if need be, so it makes no name too long.
pub(crate) fn name_template_is_valid(template: &str) -> bool {
    let mut length = 0_usize;
    let mut only_digits = true;
    let mut parts = template.split('%');
    let mut literal = |text: &str, length: &mut usize| {
        *length += text.len();
        only_digits &= text.bytes().all(|byte| byte.is_ascii_digit());
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    if !literal(parts.next().unwrap_or_default(), &mut length) {
        return false;
    }
    let mut serial = false;
    while let Some(name) = parts.next() {
        match name.split_once(':') {
            None if name.eq_ignore_ascii_case("SERIAL") => serial = true,
            Some((rand, digits)) if rand.eq_ignore_ascii_case("RAND") => match digits.parse::<usize>() {
                Ok(digits) if (1..=LONGEST_NAME).contains(&digits) => length += digits,
                _ => return false,
            },
            _ => return false,
        }
        // A macro ends with a percent sign; what follows is literal again.
        let Some(text) = parts.next() else { return false };
        if !literal(text, &mut length) {
            return false;
        }
    }
    length <= LONGEST_NAME && (serial || !only_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_template_gives_at_most_fifteen_characters_and_not_only_digits() {
        for good in [
            "CONTOSO-%RAND:4%",
            "%SERIAL%",
            "KIOSK-%SERIAL%",
            "a",
            "AB-%rand:12%",
            "abcdefghijklmno",
            "abcdefghijklmno%SERIAL%",
        ] {
            assert!(name_template_is_valid(good), "{good}");
        }
        for bad in [
            "abcdefghijklmnop",
            "CONTOSO-%RAND:8%",
            "12345",
            "%RAND:5%",
            "a_b",
            "%MODEL%",
            "a%",
            "%RAND:0%",
            "%RAND:x%",
            "ä",
        ] {
            assert!(!name_template_is_valid(bad), "{bad}");
        }
    }
}
