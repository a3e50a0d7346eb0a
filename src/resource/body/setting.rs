//! Between an attribute and the setting of the settings catalog that holds it.

use serde_json::{Value as Json, json};

use crate::schema::{Holds, Setting};

/// The property that holds the settings.
pub(super) const SETTINGS: &str = "settings";
const GRAPH: &str = "#microsoft.graph.deviceManagementConfiguration";

/// The setting of a value as Graph says it; `None` for one that is to be left out.
pub(super) fn write(setting: &Setting, value: &Json) -> Option<Json> {
    let typed = |kind: &str, value: Json| json!({"@odata.type": format!("{GRAPH}{kind}"), "value": value});
    let (kind, place, mut held) = match (setting.holds, value) {
        (_, Json::Null) => return None,
        (Holds::Choice, _) => {
            let choice =
                value.as_bool().map_or_else(|| value.as_str().unwrap_or_default(), |on| if on { "_1" } else { "_0" });
            let mut held = typed("ChoiceSettingValue", format!("{}{choice}", setting.id).into());
            held["children"] = json!([]);
            ("ChoiceSettingInstance", "choiceSettingValue", held)
        }
        (Holds::Number, _) => {
            ("SimpleSettingInstance", "simpleSettingValue", typed("IntegerSettingValue", value.clone()))
        }
        (Holds::Text, _) => ("SimpleSettingInstance", "simpleSettingValue", typed("StringSettingValue", value.clone())),
        (Holds::Texts, _) => {
            let texts: Vec<_> =
                value.as_array()?.iter().map(|text| typed("StringSettingValue", text.clone())).collect();
            if texts.is_empty() {
                return None;
            }
            ("SimpleSettingCollectionInstance", "simpleSettingCollectionValue", Json::Array(texts))
        }
    };
    if !setting.value.is_empty() {
        held["settingValueTemplateReference"] = json!({"settingValueTemplateId": setting.value});
    }
    Some(json!({
        "@odata.type": format!("{GRAPH}Setting"),
        "settingInstance": {
            "@odata.type": format!("{GRAPH}{kind}"),
            "settingDefinitionId": setting.id,
            "settingInstanceTemplateReference": {"settingInstanceTemplateId": setting.instance},
            place: held,
        },
    }))
}

/// The value as Graph says it; null where there is no such setting.
pub(super) fn read(setting: &Setting, object: &Json) -> Json {
    let all = object[SETTINGS].as_array().into_iter().flatten().map(|each| &each["settingInstance"]);
    let Some(instance) = all.into_iter().find(|each| each["settingDefinitionId"] == setting.id) else {
        return if setting.holds == Holds::Texts { json!([]) } else { Json::Null };
    };
    match setting.holds {
        Holds::Choice => {
            let choice = instance["choiceSettingValue"]["value"].as_str().unwrap_or_default();
            choice.strip_prefix(setting.id).unwrap_or(choice).into()
        }
        Holds::Number | Holds::Text => instance["simpleSettingValue"]["value"].clone(),
        Holds::Texts => {
            let texts = instance["simpleSettingCollectionValue"].as_array().into_iter().flatten();
            texts.map(|text| text["value"].clone()).collect()
        }
    }
}
