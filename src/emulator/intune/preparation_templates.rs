//! The two templates of device preparation: which settings they have, and what each may hold.

use serde_json::{Value, json};

use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;

const MOST_APPS: usize = 25;
const MOST_SCRIPTS: usize = 10;
/// What a setting of the templates may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holds {
    Choice(u8),
    Number(i64, i64),
    Text(usize, usize),
    Texts(usize),
}

/// A template: its id, and the settings it has.
pub(crate) struct Template {
    id: &'static str,
    settings: &'static [(&'static str, Holds)],
}

const APPS: (&str, Holds) = ("allowedappids", Holds::Texts(MOST_APPS));
const SCRIPTS: (&str, Holds) = ("allowedscriptids", Holds::Texts(MOST_SCRIPTS));

static TEMPLATES: &[Template] = &[
    Template {
        id: "80d33118-b7b4-40d8-b15f-81be745e053f_1",
        settings: &[
            ("deploymentmode", Holds::Choice(2)),
            ("deploymenttype", Holds::Choice(2)),
            ("jointype", Holds::Choice(1)),
            // Spelt so by the service.
            ("accountype", Holds::Choice(2)),
            ("timeout", Holds::Number(15, 720)),
            ("customerrormessage", Holds::Text(1, 1000)),
            ("allowskip", Holds::Choice(2)),
            ("allowdiagnostics", Holds::Choice(2)),
            // The group is set by an action, the setting stays empty.
            ("devicesecuritygroupids", Holds::Text(0, 0)),
            APPS,
            SCRIPTS,
        ],
    },
    Template { id: "a6157a7f-aa00-42d9-ac82-7d2479f545db_1", settings: &[APPS, SCRIPTS] },
];

/// The device preparation template of this id.
pub(crate) fn templates(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.id.eq_ignore_ascii_case(id))
}

/// What the service says of a template besides its id.
pub(crate) fn name_template(values: &mut Object) {
    let (family, name, version) = match templates(template_of(values)) {
        Some(_) => ("enrollmentConfiguration", json!("Device Preparation"), json!("Version 1")),
        None => ("none", Value::Null, Value::Null),
    };
    if let Some(Value::Object(reference)) = values.get_mut("templateReference") {
        reference.insert("templateFamily".into(), json!(family));
        reference.insert("templateDisplayName".into(), name);
        reference.insert("templateDisplayVersion".into(), version);
    }
}

/// Whether the settings fit the template; those of other templates are not looked at.
pub(crate) fn check_settings(template: &str, settings: &[Value]) -> Result<(), Failure> {
    let Some(template) = templates(template) else { return Ok(()) };
    let mut seen = Vec::new();
    for setting in settings {
        let instance = setting.get("settingInstance").unwrap_or(&Value::Null);
        let definition = instance.get("settingDefinitionId").and_then(Value::as_str).unwrap_or_default();
        let name = definition.strip_prefix("enrollment_autopilot_dpp_").unwrap_or_default();
        let holds = template.settings.iter().find(|(known, _)| *known == name).map(|(_, holds)| *holds);
        if !holds.is_some_and(|holds| fits(holds, definition, instance)) || seen.contains(&definition) {
            return Err(Failure::intune_refuses());
        }
        seen.push(definition);
    }
    Ok(())
}

fn fits(holds: Holds, definition: &str, instance: &Value) -> bool {
    match holds {
        Holds::Choice(count) => {
            let value = instance.pointer("/choiceSettingValue/value").and_then(Value::as_str).unwrap_or_default();
            (0..count).any(|number| value == format!("{definition}_{number}"))
        }
        Holds::Number(least, most) => {
            let value = instance.pointer("/simpleSettingValue/value").and_then(Value::as_i64);
            value.is_some_and(|value| (least..=most).contains(&value))
        }
        Holds::Text(least, most) => {
            let value = instance.pointer("/simpleSettingValue/value").and_then(Value::as_str);
            value.is_some_and(|value| (least..=most).contains(&value.chars().count()))
        }
        Holds::Texts(most) => {
            let values = instance.get("simpleSettingCollectionValue").and_then(Value::as_array);
            values.is_some_and(|values| !values.is_empty() && values.len() <= most)
        }
    }
}

/// The template that a policy is made after.
pub(crate) fn template_of(values: &Object) -> &str {
    let reference = values.get("templateReference").and_then(|reference| reference.get("templateId"));
    reference.and_then(Value::as_str).unwrap_or_default()
}
