//! The three templates of device preparation: which settings they have, and what each may hold.
//!
//! Facts: recorded traffic of the admin center for the first two, published readings of the third, which is for
//! associated devices. Its instance template ids are in no public source, so that those here are of our own, the same
//! in every tenant: a client reads them. The readings count 18 settings and name 20. Which two are none of their own is
//! not known; the two that say nothing there are not listed, and are taken.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::profiles::name_template_is_valid;
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;

const PREFIX: &str = "enrollment_autopilot_dpp_";
/// The id of the template for devices that deploy without a user.
pub(crate) const AUTOMATIC: &str = "a6157a7f-aa00-42d9-ac82-7d2479f545db_1";
/// The id of the template for associated devices.
pub(crate) const ASSOCIATION: &str = "70d256b3-6120-4f88-9e00-0972ec64fc83_1";

/// What a setting of the templates may hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holds {
    /// One of these, by number.
    Choice(Vec<String>),
    Number(i64, i64),
    /// A text of so many characters.
    Text(usize, usize),
    /// So many texts at most.
    Texts(usize),
    /// A template for names of devices.
    DeviceName,
}

/// A setting of a template.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Setting {
    name: String,
    pub(crate) display_name: String,
    pub(crate) holds: Holds,
    #[serde(default)]
    instance: Option<String>,
    #[serde(default)]
    value: Option<String>,
    /// Whether the template's list leaves it out.
    #[serde(default)]
    unlisted: bool,
}

/// A template: its id without the version, and the settings it has.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Template {
    pub(crate) base_id: Uuid,
    pub(crate) description: String,
    settings: Vec<Setting>,
}

static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    serde_json::from_str(include_str!("preparation_templates.json")).expect("the templates are part of the program")
});

impl Setting {
    pub(crate) fn definition(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }

    /// The id of its instance template.
    pub(crate) fn instance(&self, template: &Template) -> String {
        let own = || Uuid::new_v5(&template.base_id, format!("instance {}", self.name).as_bytes()).to_string();
        self.instance.clone().unwrap_or_else(own)
    }

    /// The id of its value template; a setting that holds several has none.
    pub(crate) fn value(&self, template: &Template) -> Option<String> {
        let own = || Uuid::new_v5(&template.base_id, format!("value {}", self.name).as_bytes()).to_string();
        match self.holds {
            Holds::Texts(_) => None,
            _ => Some(self.value.clone().unwrap_or_else(own)),
        }
    }

    fn fits(&self, instance: &Value) -> bool {
        let simple = instance.pointer("/simpleSettingValue/value");
        match &self.holds {
            Holds::Choice(options) => {
                let value = instance.pointer("/choiceSettingValue/value").and_then(Value::as_str).unwrap_or_default();
                (0..options.len()).any(|number| value == format!("{}_{number}", self.definition()))
            }
            Holds::Number(least, most) => {
                simple.and_then(Value::as_i64).is_some_and(|value| (*least..=*most).contains(&value))
            }
            Holds::Text(least, most) => {
                simple.and_then(Value::as_str).is_some_and(|value| (*least..=*most).contains(&value.chars().count()))
            }
            Holds::Texts(most) => {
                let values = instance.get("simpleSettingCollectionValue").and_then(Value::as_array);
                values.is_some_and(|values| !values.is_empty() && values.len() <= *most)
            }
            Holds::DeviceName => simple.and_then(Value::as_str).is_some_and(name_template_is_valid),
        }
    }

    /// Whether an instance says which template it is of. The template for associated devices insists on it.
    fn is_of(&self, template: &Template, instance: &Value) -> bool {
        let insists = template.id() == ASSOCIATION;
        let reference = instance.pointer("/settingInstanceTemplateReference/settingInstanceTemplateId");
        match reference.and_then(Value::as_str) {
            Some(id) => id.eq_ignore_ascii_case(&self.instance(template)),
            None => !insists,
        }
    }
}

impl Template {
    pub(crate) fn id(&self) -> String {
        format!("{}_1", self.base_id)
    }

    /// The settings as the template lists them.
    pub(crate) fn listed(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter().filter(|setting| !setting.unlisted)
    }
}

/// All templates of device preparation.
pub(crate) fn all() -> &'static [Template] {
    &TEMPLATES
}

/// The device preparation template of this id.
pub(crate) fn templates(id: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.id().eq_ignore_ascii_case(id))
}

/// What the service says of a template besides its id.
pub(crate) fn name_template(values: &mut Object) {
    let (family, name, version) = match templates(template_of(values)) {
        Some(_) => (FAMILY, json!(NAME), json!(VERSION)),
        None => ("none", Value::Null, Value::Null),
    };
    if let Some(Value::Object(reference)) = values.get_mut("templateReference") {
        reference.insert("templateFamily".into(), json!(family));
        reference.insert("templateDisplayName".into(), name);
        reference.insert("templateDisplayVersion".into(), version);
    }
}

pub(crate) const FAMILY: &str = "enrollmentConfiguration";
pub(crate) const NAME: &str = "Device Preparation";
pub(crate) const VERSION: &str = "Version 1";

/// Whether the settings fit the template; those of other templates are not looked at.
pub(crate) fn check_settings(template: &str, settings: &[Value]) -> Result<(), Failure> {
    let Some(template) = templates(template) else { return Ok(()) };
    let mut seen = Vec::new();
    for setting in settings {
        let instance = setting.get("settingInstance").unwrap_or(&Value::Null);
        let definition = instance.get("settingDefinitionId").and_then(Value::as_str).unwrap_or_default();
        let name = definition.strip_prefix(PREFIX).unwrap_or_default();
        let known = template.settings.iter().find(|known| known.name == name);
        if !known.is_some_and(|known| known.fits(instance) && known.is_of(template, instance))
            || seen.contains(&definition)
        {
            return Err(Failure::intune_refuses());
        }
        seen.push(definition);
    }
    Ok(())
}

/// Whether a policy is made after this template: letter case does not make another one.
pub(crate) fn is_after(values: &Object, template: &str) -> bool {
    template_of(values).eq_ignore_ascii_case(template)
}

/// The template that a policy is made after.
pub(crate) fn template_of(values: &Object) -> &str {
    let reference = values.get("templateReference").and_then(|reference| reference.get("templateId"));
    reference.and_then(Value::as_str).unwrap_or_default()
}
