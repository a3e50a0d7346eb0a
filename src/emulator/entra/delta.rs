//! `groups/delta`: the whole state in the first round, cut down to fifty groups by `$filter`.
//!
//! Facts: Graph's page on the delta function of groups: `$filter` takes `id eq` with `or` between them, `$select` works
//! as on a GET, and no other option does. Members come as `members@delta` unless `$select` leaves them out. A link of a
//! later round is answered 410, as the service does once it has lost its state: the client begins again.

use serde_json::{Value, json};

use super::look::{cut, look};
use super::objects::{DirectoryObject, group_now};
use crate::emulator::call::{Answer, Call, Outcome};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;
use crate::emulator::odata::filter::Filter;
use crate::emulator::paging::{position, token};
use crate::emulator::site::Site;

const PAGE: usize = 100;
const MOST_IDS: usize = 50;

pub(crate) fn groups(site: &mut Site<'_>, call: &Call) -> Outcome {
    if call.query.get("$deltatoken").is_some() {
        return Err(Failure::graph(
            410,
            "syncStateNotFound",
            "The sync state generation is not found; continue with a full synchronization.",
        ));
    }
    let tenant = &*site.tenant;
    let ids = wanted(call)?;
    let look = look(call, &["group"])?;
    let from = position(call)?;
    let behind = |id: &str| from.as_deref().is_none_or(|from| id > from);
    let rows: Vec<_> = match &ids {
        Some(ids) => ids.iter().filter_map(|id| tenant.groups.get(id)).filter(|group| behind(&group.id)).collect(),
        None => tenant.groups.after(from.as_deref()).map(|(_, group)| group).take(PAGE + 1).collect(),
    };
    let more = rows.len() > PAGE;
    let rows = rows.into_iter().take(PAGE);
    let last = rows.clone().next_back().map(|group| group.id.clone());
    let with_members = look.names().is_none_or(|names| names.iter().any(|name| name == "members"));
    let shown = rows.filter_map(|group| {
        let entity = group_now(call, group)?;
        let mut shown = cut(DirectoryObject::Group(&group.id, entity), look.names(), call.version);
        if with_members && !group.members.is_empty() {
            let members = group.members.iter().filter_map(|id| super::objects::any(tenant, id));
            let members = members
                .map(|member| json!({"@odata.type": format!("#microsoft.graph.{}", member.kind()), "id": member.id()}));
            shown.insert("members@delta".into(), members.collect());
        }
        Some(Value::Object(shown))
    });
    let mut body = Object::new();
    body.insert("@odata.context".into(), Value::from(look.context(call, "groups")));
    body.insert("value".into(), shown.collect());
    let (link, url) = match last.filter(|_| more) {
        Some(last) => ("@odata.nextLink", call.next_link(&token(&last))),
        None => {
            ("@odata.deltaLink", format!("{}{}?$deltatoken={}", call.root, call.path, token(&call.now.to_string())))
        }
    };
    body.insert(link.into(), Value::from(url));
    Ok(Answer::json(200, Value::Object(body)))
}

/// The ids of `$filter`, in their order.
fn wanted(call: &Call) -> Result<Option<Vec<String>>, Failure> {
    let Some(filter) = call.query.filter()? else { return Ok(None) };
    let mut alone = true;
    filter.leaves(&mut |leaf| alone &= matches!(leaf, Filter::Compare(path, ..) if path == "id"));
    let ids = filter.ids().filter(|ids| alone && !ids.is_empty()).ok_or_else(|| {
        Failure::unsupported_query("Unsupported or invalid query filter clause specified: only 'id eq' and 'or' are.")
    })?;
    if ids.len() > MOST_IDS {
        return Err(Failure::unsupported_query(format!(
            "Too many child clauses specified in search filter expression containing 'OR' operators: {}. Max allowed: {MOST_IDS}.",
            ids.len()
        )));
    }
    Ok(Some(ids))
}
