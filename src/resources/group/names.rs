//! Names of groups: Entra takes one twice. Where that is not wanted, whoever has the name already is looked for.

use serde_json::Value as Json;

use crate::{
    diagnostic::Diagnostic,
    graph::segment,
    knowledge::visible::quoted,
    path::Path,
    resource::{Change, Cx, Result, looks},
    value::Value,
};

pub(super) const PREVENT: &str = "prevent_duplicate_names";

/// Where private state keeps the id of the group that had the name, for a plan that replaces that one.
const OWN: &str = "had_the_name";

/// Refuses in the plan a name that another group has.
pub(super) async fn judge(cx: &mut Cx, change: &Change) -> Result<()> {
    let own = change.prior.get("id");
    if let Some(id) = own.as_str().filter(|_| prevents(&change.planned)) {
        // Replaced, it is planned once more, without a prior state.
        cx.private.set(OWN, id);
    }
    let is_as_it_was =
        prevents(&change.prior) && change.prior.get("display_name") == change.planned.get("display_name");
    if is_as_it_was || looks::allowed(cx).is_none() {
        return Ok(());
    }
    hold(cx, own, &change.planned).await
}

/// Refuses a name that another group than its own has. Not asked for, nothing is looked up.
pub(super) async fn hold(cx: &Cx, own: &Value, planned: &Value) -> Result<()> {
    let (true, Some(name)) = (prevents(planned), planned.get("display_name").as_str()) else { return Ok(()) };
    let filter = segment(&format!("displayName eq '{}'", name.replace('\'', "''")));
    let found = cx.graph()?.read_list(&format!("/v1.0/groups?$filter={filter}&$select=id")).await?;
    let replaced = cx.private.get(OWN).and_then(Json::as_str);
    let ids = found.iter().filter_map(|group| group["id"].as_str());
    let others: Vec<_> = ids.filter(|id| Some(*id) != own.as_str() && Some(*id) != replaced).collect();
    if others.is_empty() {
        return Ok(());
    }
    let rule = format!(
        "must not be that of another group, since `{PREVENT}` is set, got: {}. It is the name of {}. Choose another one, or \
         bring that group in by its id.",
        quoted(name),
        others.join(" and of "),
    );
    Err(Diagnostic::invalid(Path::of("display_name"), &rule).into())
}

fn prevents(group: &Value) -> bool {
    group.get(PREVENT).as_bool() == Some(true)
}
