//! Windows Autopilot deployment profiles (beta).
//!
//! Facts: Graph's `windowsAutopilotDeploymentProfile` and Microsoft's page on Autopilot profiles. Two spellings of the
//! same settings live side by side: the deprecated one is read-only and mirrors the current one.

use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::clock::intune_date;
use crate::emulator::error::Failure;
use crate::emulator::marks;
use crate::emulator::model::check::{Object, concrete, filled, writable};
use crate::emulator::model::kind;
use crate::emulator::model::name_of;
use crate::emulator::odata::query::selected;
use crate::emulator::paging::{page, position};
use crate::emulator::site::Site;
use crate::emulator::tenant::assignment::Assignment;
use crate::emulator::tenant::policy::Profile;

const BASE: &str = "windowsAutopilotDeploymentProfile";
const HYBRID: &str = "activeDirectoryWindowsAutopilotDeploymentProfile";
const MOST_PROFILES: usize = 350;
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

/// The profile as Graph shows it, both spellings in it.
pub(crate) fn entity(profile: &Profile) -> Object {
    let mut entity = profile.entity.clone();
    let copy = |entity: &Object, name: &str| entity.get(name).cloned().unwrap_or(Value::Null);
    let or_false = |value: Value| if value.is_null() { json!(false) } else { value };
    let settings = entity.get("outOfBoxExperienceSetting").and_then(Value::as_object).map(|current| {
        let old = MIRRORED.iter().map(|(current_name, old)| ((*old).to_owned(), copy(current, current_name)));
        Value::Object(old.collect())
    });
    entity.insert("outOfBoxExperienceSettings".into(), settings.unwrap_or(Value::Null));
    entity.insert("enableWhiteGlove".into(), or_false(copy(&entity, "preprovisioningAllowed")));
    entity.insert("extractHardwareHash".into(), or_false(copy(&entity, "hardwareHashExtractionEnabled")));
    entity.insert("language".into(), copy(&entity, "locale"));
    entity.insert("id".into(), Value::from(profile.id.as_str()));
    entity.insert("createdDateTime".into(), Value::from(intune_date(profile.created)));
    entity.insert("lastModifiedDateTime".into(), Value::from(intune_date(profile.modified)));
    entity
}

fn shown(call: &Call, profile: &Profile, expand: bool) -> Result<Value, Failure> {
    let mut entity = entity(profile);
    let names = call.query.select(kind(HYBRID))?;
    if expand {
        entity.insert("assignments".into(), profile.assignments.iter().map(Assignment::shown).collect());
    }
    let names = names.map(|mut names| {
        names.push("assignments".into());
        names
    });
    Ok(selected(entity, names.as_deref()))
}

pub(crate) fn list(site: &mut Site<'_>, call: &Call) -> Outcome {
    call.query.refuse(&["$filter", "$search"])?;
    let expand = !call.query.expand(&["assignments"], kind(BASE))?.is_empty();
    call.query.select(kind(HYBRID))?;
    let size = call.query.top(1000)?.unwrap_or(1000);
    let tenant = &*site.tenant;
    let from = position(call)?;
    let skip = call.query.get("$skip").and_then(|text| text.parse().ok()).filter(|_| from.is_none()).unwrap_or(0);
    let rows = tenant.profiles.after(from.as_deref()).skip(skip);
    Ok(page(call, rows, size, None, |profile| shown(call, profile, expand).unwrap_or_default()))
}

pub(crate) fn get(site: &mut Site<'_>, call: &Call) -> Outcome {
    let expand = !call.query.expand(&["assignments"], kind(BASE))?.is_empty();
    let tenant = &*site.tenant;
    let profile = tenant.profiles.get(&call.id(0)).ok_or_else(Failure::no_intune_object)?;
    Ok(call.entity(200, shown(call, profile, expand)?))
}

pub(crate) fn create(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let concrete = concrete(kind(BASE), body)?;
    let accepted = writable(concrete, body, call.version)?;
    let mut entity = filled(concrete, accepted);
    entity.insert("@odata.type".into(), Value::from(concrete.odata_type()));
    // "" means that the user selects; a POST does not take it, a later PATCH does.
    if entity.get("locale").is_none_or(|locale| locale == "" || locale.is_null()) {
        entity.insert("locale".into(), Value::from("os-default"));
    }
    if entity.get("outOfBoxExperienceSetting").is_none_or(Value::is_null) {
        let settings = filled(kind("outOfBoxExperienceSetting"), Object::new());
        entity.insert("outOfBoxExperienceSetting".into(), Value::Object(settings));
    }
    check(&entity)?;
    let tenant = &mut *site.tenant;
    if tenant.profiles.len() >= MOST_PROFILES {
        return Err(Failure::intune_refuses());
    }
    let profile = Profile {
        id: uuid::Uuid::new_v4().to_string(),
        entity,
        created: call.now,
        sequence: tenant.next_number(),
        modified: call.now,
        assignments: Vec::new(),
    };
    let answer = call.entity(201, Value::Object(self::entity(&profile)));
    let id = profile.id.clone();
    tenant.profiles.put(&id, profile);
    Ok(answer)
}

pub(crate) fn update(site: &mut Site<'_>, call: &Call) -> Outcome {
    let body = call.object()?;
    let concrete = concrete(kind(BASE), body)?;
    let accepted = writable(concrete, body, call.version)?;
    let tenant = &mut *site.tenant;
    let profile = tenant.profiles.get(&call.id(0)).ok_or_else(Failure::no_intune_object)?;
    let stored = profile.entity.get("@odata.type").and_then(Value::as_str).map(name_of);
    if stored != Some(concrete.name.as_str()) {
        return Err(Failure::intune_refuses());
    }
    // The device type is set at creation only.
    if accepted.get("deviceType").is_some_and(|new| profile.entity.get("deviceType") != Some(new)) {
        return Err(Failure::intune_refuses());
    }
    let mut entity = profile.entity.clone();
    entity.extend(accepted);
    check(&entity)?;
    let profile = tenant.profiles.edit(&call.id(0)).ok_or_else(Failure::no_intune_object)?;
    profile.entity = entity;
    profile.modified = call.now;
    Ok(call.entity(200, Value::Object(self::entity(profile))))
}

/// A profile that is assigned cannot be deleted, and the service does not say why.
pub(crate) fn delete(site: &mut Site<'_>, call: &Call) -> Outcome {
    let delay = site.settings.assignment_seconds;
    let tenant = &mut *site.tenant;
    let id = call.id(0);
    let profile = tenant.profiles.get(&id).ok_or_else(Failure::no_intune_object)?;
    if !profile.assignments.is_empty() {
        return Err(Failure::intune_refuses());
    }
    tenant.profiles.take(&id);
    marks::assignments_changed(tenant, call.now, delay);
    Ok(Answer::done())
}

/// What the service holds against a profile.
fn check(entity: &Object) -> Result<(), Failure> {
    let text = |name: &str| entity.get(name).and_then(Value::as_str).unwrap_or_default();
    let on = |name: &str| entity.get(name) == Some(&json!(true));
    if text("displayName").trim().is_empty() {
        return Err(Failure::intune_refuses());
    }
    let hybrid = name_of(text("@odata.type")) == HYBRID;
    let template = text("deviceNameTemplate");
    // A hybrid device is named by the domain join profile.
    if !template.is_empty() && (hybrid || !name_template_is_valid(template)) {
        return Err(Failure::intune_refuses());
    }
    let refused_for_hololens =
        ["hardwareHashExtractionEnabled", "preprovisioningAllowed", "hybridAzureADJoinSkipConnectivityCheck"];
    if text("deviceType") == "holoLens" && refused_for_hololens.into_iter().any(on) {
        return Err(Failure::intune_refuses());
    }
    let application = text("managementServiceAppId");
    if !application.is_empty() && uuid::Uuid::try_parse(application).is_err() {
        return Err(Failure::intune_refuses());
    }
    Ok(())
}

/// Letters, digits and hyphens, `%SERIAL%` and `%RAND:x%`; at most 15 characters, and not only digits. A serial number
/// is cut to fit, so it makes no name too long.
fn name_template_is_valid(template: &str) -> bool {
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
    length <= LONGEST_NAME - usize::from(serial) && (serial || !only_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_template_gives_at_most_fifteen_characters_and_not_only_digits() {
        for good in ["CONTOSO-%RAND:4%", "%SERIAL%", "KIOSK-%SERIAL%", "a", "AB-%rand:12%", "abcdefghijklmno"] {
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
