//! The templates of device preparation, where their policies are, and under which ids each template knows its settings.
//!
//! A template tells the ids of its settings
//! ([deviceManagementConfigurationSettingTemplate](https://learn.microsoft.com/graph/api/resources/intune-deviceconfigv2-devicemanagementconfigurationsettingtemplate)),
//! so they are read, once for each template in a run: what Microsoft adds or renumbers is right on the same day. The ids here
//! (recorded traffic of the admin center) are taken where a template cannot be read. Those of the template for associated
//! devices are in no public source.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tokio::sync::OnceCell;

use crate::{
    diagnostic::Diagnostic,
    resource::{Cx, InProcess, Result},
    schema::{Holds::*, Setting},
};

/// Where policies are, among all others of the settings catalog.
pub(super) const COLLECTION: &str = "/beta/deviceManagement/configurationPolicies";
/// Graph's type of them.
pub(super) const GRAPH_TYPE: &str = "deviceManagementConfigurationPolicy";
/// To read and to write them.
pub(super) const PERMISSIONS: (&str, &str) =
    ("DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All");

/// The template for users who set up their devices.
pub(super) const USER_DRIVEN: &str = "80d33118-b7b4-40d8-b15f-81be745e053f_1";
/// The template for devices that deploy without a user.
pub(super) const AUTOMATIC: &str = "a6157a7f-aa00-42d9-ac82-7d2479f545db_1";
/// The template for devices that are associated with the tenant.
pub(super) const ASSOCIATED: &str = "70d256b3-6120-4f88-9e00-0972ec64fc83_1";

#[rustfmt::skip]
pub(super) const SETTINGS: [Setting; 11] = [
    Setting::new(Choice, "enrollment_autopilot_dpp_deploymentmode", "5180aeab-886e-4589-97d4-40855c646315", "5874c2f6-bcf1-463b-a9eb-bee64e2f2d82"),
    Setting::new(Choice, "enrollment_autopilot_dpp_deploymenttype", "f4184296-fa9f-4b67-8b12-1723b3f8456b", "e0af022f-37f3-4a40-916d-1ab7281c88d9"),
    Setting::new(Choice, "enrollment_autopilot_dpp_jointype", "6310e95d-6cfa-4d2f-aae0-1e7af12e2182", "1fa84eb3-fcfa-4ed6-9687-0f3d486402c4"),
    Setting::new(Choice, "enrollment_autopilot_dpp_accountype", "d4f2a840-86d5-4162-9a08-fa8cc608b94e", "bf13bb47-69ef-4e06-97c1-50c2859a49c2"),
    Setting::new(Number, "enrollment_autopilot_dpp_timeout", "6dec0657-dfb8-4906-a7ee-3ac6ee1edecb", "0bbcce5b-a55a-4e05-821a-94bf576d6cc8"),
    Setting::new(Text, "enrollment_autopilot_dpp_customerrormessage", "2ddf0619-2b7a-46de-b29b-c6191e9dda6e", "fe5002d5-fbe9-4920-9e2d-26bfc4b4cc97"),
    Setting::new(Choice, "enrollment_autopilot_dpp_allowskip", "2a71dc89-0f17-4ba9-bb27-af2521d34710", "a2323e5e-ac56-4517-8847-b0a6fdb467e7"),
    Setting::new(Choice, "enrollment_autopilot_dpp_allowdiagnostics", "e2b7a81b-f243-4abd-bce3-c1856345f405", "c59d26fd-3460-4b26-b47a-f7e202e7d5a3"),
    Setting::new(Text, "enrollment_autopilot_dpp_devicesecuritygroupids", "a46a50ab-3076-4968-9366-75a40dde950e", "5f7d09e1-1a90-44ad-9c9f-ad90ba509e60"),
    Setting::new(Objects, "enrollment_autopilot_dpp_allowedappids", "70d22a8a-a03c-4f62-b8df-dded3e327639", ""),
    Setting::new(Texts, "enrollment_autopilot_dpp_allowedscriptids", "1bc67702-800c-4271-8fd9-609351cc19cf", ""),
];
/// Those of the automatic template.
#[rustfmt::skip]
const AUTOMATIC_SETTINGS: [Setting; 2] = [
    Setting::new(Objects, "enrollment_autopilot_dpp_allowedappids", "a9dedfd6-c3b2-46d9-ae39-91fd0dcb7a20", ""),
    Setting::new(Texts, "enrollment_autopilot_dpp_allowedscriptids", "ff20a4a9-a2f4-4a2e-84e0-4cd1dc9bed31", ""),
];

/// Why a policy of the automatic template is assigned to nobody (Microsoft, "Device preparation in automatic mode").
pub(super) const UNASSIGNED: &str = "such a deployment has no user whose group could be assigned. A provisioning policy of \
                                     Windows 365 names the policy.";

/// Whether a policy deploys without a user.
pub(super) fn is_automatic(policy: &Json) -> bool {
    policy["templateReference"]["templateId"].as_str().is_some_and(|template| AUTOMATIC.eq_ignore_ascii_case(template))
}

/// Whether a policy of the settings catalog is one of device preparation.
pub(super) fn is_device_preparation(policy: &Json) -> bool {
    let template = policy["templateReference"]["templateId"].as_str().unwrap_or_default();
    [USER_DRIVEN, AUTOMATIC, ASSOCIATED].iter().any(|ours| ours.eq_ignore_ascii_case(template))
}

/// The ids of the templates of an instance and of its value, by the setting's definition.
type Ids = BTreeMap<String, (String, Option<String>)>;

/// Gives each setting of a policy's body the ids that its template knows it by. What says no, and what is the same in every
/// policy, is left out where the template has no such setting; anything else is refused.
pub(super) async fn address(cx: &Cx, body: &mut Json) -> Result<()> {
    let template = body["templateReference"]["templateId"].as_str().unwrap_or_default().to_owned();
    let ids = ids(cx, &template).await?;
    let spec = cx.spec();
    let is_fixed = |definition: &str| spec.fixed_settings.iter().any(|(setting, _)| setting.id == definition);
    let mut addressed = Vec::new();
    for mut setting in body["settings"].as_array_mut().map(std::mem::take).unwrap_or_default() {
        let instance = &mut setting["settingInstance"];
        let definition = instance["settingDefinitionId"].as_str().unwrap_or_default().to_owned();
        let Some((instance_template, value_template)) = ids.get(&definition) else {
            if is_fixed(&definition) || instance["choiceSettingValue"]["value"] == format!("{definition}_0") {
                continue;
            }
            return Err(without_setting(cx, &definition).into());
        };
        instance["settingInstanceTemplateReference"]["settingInstanceTemplateId"] = instance_template.as_str().into();
        for held in ["choiceSettingValue", "simpleSettingValue"] {
            if let (Some(value), Some(held)) = (value_template, instance.get_mut(held)) {
                held["settingValueTemplateReference"]["settingValueTemplateId"] = value.as_str().into();
            }
        }
        addressed.push(setting);
    }
    body["settings"] = addressed.into();
    Ok(())
}

fn without_setting(cx: &Cx, definition: &str) -> Diagnostic {
    let spec = cx.spec();
    let holds = |setting: &Option<Setting>| setting.as_ref().is_some_and(|setting| setting.id == definition);
    let name = spec.attributes.iter().find(|it| holds(&it.on_graph.setting)).map_or(definition, |it| it.name);
    let detail = format!(
        "The template of this kind of policy has no setting for `{name}` in this tenant ({definition}). Leave it out, or look \
         in the Intune admin center whether it is there."
    );
    Diagnostic::error("Setting Not in the Template", detail)
}

async fn ids(cx: &Cx, template: &str) -> Result<Ids> {
    static READ: InProcess<OnceCell<std::result::Result<Ids, String>>> = InProcess::new();
    let graph = cx.graph()?;
    let read = READ.of(&graph, template);
    let path = format!(
        "/beta/deviceManagement/configurationPolicyTemplates/{template}/settingTemplates?$expand=settingDefinitions"
    );
    let read = read.get_or_try_init(|| async {
        match graph.list(&path).await {
            Ok(settings) => Ok(Ok(settings.iter().filter_map(ids_of).collect())),
            Err(stop) if stop.is_stop() => Err(stop),
            Err(error) => Ok(Err(error.to_string())),
        }
    });
    match (read.await?, template) {
        (Ok(read), _) if !read.is_empty() => Ok(read.clone()),
        (_, USER_DRIVEN) => Ok(SETTINGS.iter().map(built_in).collect()),
        (_, AUTOMATIC) => Ok(AUTOMATIC_SETTINGS.iter().map(built_in).collect()),
        (read, _) => {
            let why = read.as_ref().err().map_or("it is empty", String::as_str);
            let detail = format!(
                "The settings of the template for associated devices are known by the template alone, and it could not be read: \
                 {why}"
            );
            Err(Diagnostic::error("Template Not Read", detail).into())
        }
    }
}

fn built_in(setting: &Setting) -> (String, (String, Option<String>)) {
    let value = Some(setting.value.to_owned()).filter(|id| !id.is_empty());
    (setting.id.to_owned(), (setting.instance.to_owned(), value))
}

/// Of one setting as the template has it. A text, a number and a choice each have a template of the value of their own.
fn ids_of(setting: &Json) -> Option<(String, (String, Option<String>))> {
    let instance = &setting["settingInstanceTemplate"];
    let text = |json: &Json| json.as_str().map(str::to_owned);
    let value = ["choiceSettingValueTemplate", "simpleSettingValueTemplate"]
        .iter()
        .find_map(|held| text(&instance[*held]["settingValueTemplateId"]));
    Some((text(&instance["settingDefinitionId"])?, (text(&instance["settingInstanceTemplateId"])?, value)))
}
