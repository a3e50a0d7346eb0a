//! Templates of the settings catalog (beta), read: which settings a policy may have, and under which ids.
//!
//! Facts: Graph's `deviceManagementConfigurationPolicyTemplate` and `deviceManagementConfigurationSettingTemplate`.
//! Of all templates only those of device preparation are here.

use serde_json::{Value, json};

use super::preparation_templates::{FAMILY, Holds, NAME, Setting, Template, VERSION, all, templates};
use crate::emulator::call::{Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;
use crate::emulator::model::kind;
use crate::emulator::odata::filter::Filter;
use crate::emulator::odata::query::selected;
use crate::emulator::paging::{page, position, whole};
use crate::emulator::site::Site;

const TYPE: &str = "deviceManagementConfigurationPolicyTemplate";
const SETTING_TYPE: &str = "deviceManagementConfigurationSettingTemplate";
const DEFINITIONS: &str = "settingDefinitions";
const MOST: usize = 1000;

fn entity(template: &Template) -> Object {
    let values = json!({
        "id": template.id(),
        "baseId": template.base_id,
        "version": 1,
        "displayName": NAME,
        "description": template.description,
        "displayVersion": VERSION,
        "lifecycleState": "active",
        "platforms": "windows10",
        "technologies": "enrollment",
        "templateFamily": FAMILY,
        "allowUnmanagedSettings": false,
        "settingTemplateCount": template.listed().count(),
    });
    values.as_object().cloned().unwrap_or_default()
}

pub(crate) fn list(_: &mut Site<'_>, call: &Call) -> Outcome {
    let filter = call.query.filter()?;
    let names = call.query.select(kind(TYPE))?;
    let known = |path: &str| kind(TYPE).property(path).is_some();
    let mut works = true;
    if let Some(filter) = &filter {
        filter.leaves(&mut |leaf| works &= matches!(leaf, Filter::Compare(path, ..) if known(path)));
    }
    if !works {
        return Err(Failure::intune_refuses());
    }
    let rows = all().iter().map(entity).filter(|entity| filter.as_ref().is_none_or(|filter| filter.matches(entity)));
    Ok(whole(call, rows.map(|entity| selected(entity, names.as_deref())).collect()))
}

/// The template of the path.
fn found(call: &Call) -> Result<&'static Template, Failure> {
    templates(&call.id(0)).ok_or_else(Failure::no_intune_object)
}

pub(crate) fn get(_: &mut Site<'_>, call: &Call) -> Outcome {
    let names = call.query.select(kind(TYPE))?;
    Ok(call.entity(200, selected(entity(found(call)?), names.as_deref())))
}

/// The settings of a template, with their definitions where they are asked for.
pub(crate) fn list_settings(_: &mut Site<'_>, call: &Call) -> Outcome {
    let expanded = call.query.expand(&[DEFINITIONS], kind(SETTING_TYPE))?;
    let size = call.query.top(MOST)?.unwrap_or(MOST);
    let template = found(call)?;
    let settings: Vec<Value> = template
        .listed()
        .enumerate()
        .map(|(number, setting)| {
            let mut shown = json!({"id": number.to_string(), "settingInstanceTemplate": instance(template, setting)});
            if expanded.contains(DEFINITIONS) {
                shown[DEFINITIONS] = json!([definition(setting)]);
            }
            shown
        })
        .collect();
    let from = position(call)?.and_then(|text| text.parse().ok()).unwrap_or(0);
    let places: Vec<String> = (1..=settings.len()).map(|place| place.to_string()).collect();
    let rows = places.iter().map(String::as_str).zip(&settings).skip(from);
    Ok(page(call, rows, size, None, Value::clone))
}

fn typed(name: &str) -> String {
    format!("#microsoft.graph.deviceManagementConfiguration{name}")
}

/// How an instance of the setting has to look.
fn instance(template: &Template, setting: &Setting) -> Value {
    let value = setting.value(template);
    let (kind, name, value) = match &setting.holds {
        Holds::Choice(_) => (
            "ChoiceSettingInstanceTemplate",
            "choiceSettingValueTemplate",
            json!({
                "settingValueTemplateId": value,
                "requiredValueDefinitionId": null,
                "recommendedValueDefinitionId": null,
                "defaultValue": {
                    "@odata.type": typed("ChoiceSettingValueConstantDefaultTemplate"),
                    "settingDefinitionOptionId": format!("{}_0", setting.definition()),
                    "children": [],
                },
            }),
        ),
        Holds::Number(..) => (
            "SimpleSettingInstanceTemplate",
            "simpleSettingValueTemplate",
            json!({
                "@odata.type": typed("IntegerSettingValueTemplate"),
                "settingValueTemplateId": value,
                "defaultValue": null,
            }),
        ),
        Holds::Text(..) | Holds::DeviceName => (
            "SimpleSettingInstanceTemplate",
            "simpleSettingValueTemplate",
            json!({
                "@odata.type": typed("StringSettingValueTemplate"),
                "settingValueTemplateId": value,
                "defaultValue": null,
            }),
        ),
        Holds::Texts(_) => {
            ("SimpleSettingCollectionInstanceTemplate", "simpleSettingCollectionValueTemplate", json!([]))
        }
    };
    let mut shown = json!({
        "@odata.type": typed(kind),
        "settingInstanceTemplateId": setting.instance(template),
        "settingDefinitionId": setting.definition(),
        "isRequired": false,
    });
    shown[name] = value;
    shown
}

/// What the setting is, and what it may hold.
fn definition(setting: &Setting) -> Value {
    let id = setting.definition();
    let text = |least: usize, most: usize| json!({"@odata.type": typed("StringSettingValueDefinition"), "minimumLength": least, "maximumLength": most});
    let mut shown = json!({"id": id, "name": setting.display_name, "displayName": setting.display_name});
    let (kind, more) = match &setting.holds {
        Holds::Choice(options) => (
            "ChoiceSettingDefinition",
            json!({
                "defaultOptionId": format!("{id}_0"),
                "options": options.iter().enumerate().map(|(number, name)| json!({
                    "itemId": format!("{id}_{number}"), "name": name, "displayName": name,
                    "dependentOn": [], "dependedOnBy": [],
                })).collect::<Vec<_>>(),
            }),
        ),
        Holds::Number(least, most) => (
            "SimpleSettingDefinition",
            json!({"valueDefinition": {
                "@odata.type": typed("IntegerSettingValueDefinition"), "minimumValue": least, "maximumValue": most,
            }}),
        ),
        Holds::Text(least, most) => ("SimpleSettingDefinition", json!({"valueDefinition": text(*least, *most)})),
        Holds::DeviceName => ("SimpleSettingDefinition", json!({"valueDefinition": text(1, 15)})),
        Holds::Texts(most) => (
            "SimpleSettingCollectionDefinition",
            json!({
                "minimumCount": 1, "maximumCount": most, "valueDefinition": text(1, 1000),
            }),
        ),
    };
    shown["@odata.type"] = Value::from(typed(kind));
    if let (Value::Object(shown), Value::Object(more)) = (&mut shown, more) {
        shown.extend(more);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_has_what_is_shown_of_a_template() {
        for name in entity(&all()[0]).keys() {
            assert!(kind(TYPE).property(name).is_some(), "{name}");
        }
    }
}
