//! Deleted groups of the name of one that is to be made: they can be brought back, with their ids, for thirty days.

use serde_json::Value as Json;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
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

const ALL: &str = "/v1.0/directory/deletedItems/microsoft.graph.group?$select=id,displayName,mailNickname,createdDateTime,deletedDateTime&$top=999";

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
        if let Some(seconds) = lived_a_moment(group) {
            let detail = format!(
                "A group of the name {} that this provider had made was deleted at {}, {seconds} seconds after it was made: by a \
                 destroy, or since the rest of its creation was refused. This makes another one with another id. The old one is \
                 missed only if somebody assigned something to it meanwhile: its id was {}.",
                quoted(name),
                text("deletedDateTime"),
                text("id"),
            );
            let told = Diagnostic::warning("Deleted Group of This Name", detail);
            cx.diagnostics.push(told.at(Path::of("display_name")));
            return;
        }
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

/// So long a group may live of which another part was refused.
const A_MOMENT: i64 = 300;

/// How many seconds a group lived that this provider made and that was deleted at once. Only this provider makes mail
/// nicknames of 32 digits.
fn lived_a_moment(group: &Json) -> Option<i64> {
    let time = |name: &str| OffsetDateTime::parse(group[name].as_str()?, &Rfc3339).ok();
    let is_ours = uuid::Uuid::try_parse(group["mailNickname"].as_str()?).is_ok_and(|id| id.get_version_num() == 4);
    let seconds = (time("deletedDateTime")? - time("createdDateTime")?).whole_seconds();
    (is_ours && (0..=A_MOMENT).contains(&seconds)).then_some(seconds)
}

async fn read(graph: &Client) -> Result<Vec<Json>, graph::Error> {
    graph.list(ALL).await
}
