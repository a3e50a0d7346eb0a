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
        (Holds::Texts | Holds::Objects, _) => {
            let text = |element: &Json| element.as_str().map_or_else(|| element.to_string(), str::to_owned);
            let texts: Vec<_> =
                value.as_array()?.iter().map(|element| typed("StringSettingValue", text(element).into())).collect();
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
        return match setting.holds {
            Holds::Texts | Holds::Objects => json!([]),
            Holds::Choice | Holds::Number | Holds::Text => Json::Null,
        };
    };
    match setting.holds {
        Holds::Choice => {
            let choice = instance["choiceSettingValue"]["value"].as_str().unwrap_or_default();
            choice.strip_prefix(setting.id).unwrap_or(choice).into()
        }
        Holds::Number | Holds::Text => instance["simpleSettingValue"]["value"].clone(),
        Holds::Texts => texts(instance).cloned().collect(),
        // What is no JSON was not written by a client of the service: it is no element.
        Holds::Objects => {
            texts(instance).filter_map(|text| serde_json::from_str::<Json>(text.as_str()?).ok()).collect()
        }
    }
}

fn texts(instance: &Json) -> impl Iterator<Item = &Json> {
    instance["simpleSettingCollectionValue"].as_array().into_iter().flatten().map(|text| &text["value"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_survives_graph() {
        let object = json!({"id": "1", "type": "#microsoft.graph.winGetApp"});
        let cases = [
            (Holds::Choice, json!("_1"), "choiceSettingValue"),
            (Holds::Number, json!(60), "simpleSettingValue"),
            (Holds::Text, json!("Call us."), "simpleSettingValue"),
            (Holds::Texts, json!(["a", "b"]), "simpleSettingCollectionValue"),
            (Holds::Objects, json!([object]), "simpleSettingCollectionValue"),
        ];
        for (holds, value, place) in cases {
            let setting = Setting::new(holds, "definition", "instance", "");
            let written = write(&setting, &value).expect("it is written");
            assert!(!written["settingInstance"][place].is_null(), "{written}");
            assert_eq!(read(&setting, &json!({"settings": [written]})), value);
        }
    }

    #[test]
    fn a_choice_is_its_definition_and_a_number() {
        let written = write(&Setting::new(Holds::Choice, "allowskip", "i", "v"), &json!(true)).expect("it is written");
        let held = &written["settingInstance"]["choiceSettingValue"];
        assert_eq!((&held["value"], &held["children"]), (&json!("allowskip_1"), &json!([])));
        assert_eq!(held["settingValueTemplateReference"]["settingValueTemplateId"], "v");
    }

    #[test]
    fn no_elements_are_no_setting() {
        let setting = Setting::new(Holds::Texts, "definition", "instance", "");
        assert_eq!(write(&setting, &json!([])), None);
        assert_eq!(read(&setting, &json!({"settings": []})), json!([]));
    }
}
