//! Deleted groups of the name of one that is to be made: they can be brought back, with their ids, for thirty days.

use serde_json::Value as Json;
use tokio::sync::OnceCell;

use crate::{
    diagnostic::Diagnostic,
    graph::{self, Client},
    knowledge::visible::quoted,
    path::Path,
    resource::{Change, Cx, InProcess, looks},
};

/// Those of the tenant. However many groups are planned, they are read once.
static DELETED: InProcess<OnceCell<Vec<Json>>> = InProcess::new();

const ALL: &str = "/v1.0/directory/deletedItems/microsoft.graph.group?$select=id,displayName,deletedDateTime&$top=999";

/// Warns of the one that would be missed.
pub(super) async fn warn(cx: &mut Cx, change: &Change) {
    let Some(name) = change.planned.get("display_name").as_str().filter(|_| change.prior.is_null()) else { return };
    let Some(graph) = looks::allowed(cx) else { return };
    let deleted = DELETED.of(&graph, "");
    let answer = deleted.get_or_try_init(|| read(&graph)).await;
    let Some(deleted) = looks::answered(cx, answer, "deleted groups", "Group.Read.All") else { return };
    let is_called =
        |group: &&Json| group["displayName"].as_str().is_some_and(|it| it.to_lowercase() == name.to_lowercase());
    // The one that went last is the one that is missed.
    let found = deleted.iter().filter(is_called).max_by_key(|group| group["deletedDateTime"].as_str());
    if let Some(group) = found {
        let text = |property: &str| group[property].as_str().unwrap_or_default();
        let detail = format!(
            "A group of the name {} was deleted at {}, and this makes another one with another id: what was assigned to the \
             old one does not reach it. For thirty days the old one can be brought back, with its members: in the Entra \
             admin center under Groups, Deleted groups, or by POST /v1.0/directory/deletedItems/{2}/restore. Then bring it \
             in: terraform import ADDRESS {2}.",
            quoted(name),
            text("deletedDateTime"),
            text("id"),
        );
        let told = Diagnostic::warning("Deleted Group of This Name", detail);
        cx.diagnostics.push(told.at(Path::of("display_name")));
    }
}

async fn read(graph: &Client) -> Result<Vec<Json>, graph::Error> {
    graph.list(ALL).await
}
