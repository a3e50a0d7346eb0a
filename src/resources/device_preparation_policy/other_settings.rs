//! What a policy sets that the table does not have.

use serde_json::Value as Json;

use super::super::device_preparation_templates::COLLECTION;
use crate::{
    graph::segment,
    resource::{Cx, Result},
    value::Value,
};

/// The settings of a policy that this table has no attribute for, as they are sent.
pub(super) async fn read(cx: &Cx, prior: &Value) -> Result<Vec<Json>> {
    let spec = cx.spec();
    let fixed = spec.fixed_settings.iter().map(|(setting, _)| setting.id);
    let ours: Vec<_> = spec.attributes.iter().filter_map(|it| Some(it.on_graph.setting?.id)).chain(fixed).collect();
    let id = prior.get("id").as_str().unwrap_or_default();
    let mut there = cx.graph()?.list(&format!("{COLLECTION}/{}/settings", segment(id))).await?;
    there.retain(|it| !ours.contains(&it["settingInstance"]["settingDefinitionId"].as_str().unwrap_or_default()));
    there.iter_mut().filter_map(Json::as_object_mut).for_each(|setting| drop(setting.remove("id")));
    Ok(there)
}
