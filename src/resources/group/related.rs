//! What a group is related to, as sets of ids: its owners and its members.
//!
//! Set, it is exactly these. What a colleague added since, and no plan has shown, stays: the next plan shows it. Adds before
//! it removes, since Entra keeps the last owner who is a user.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::{provisioning_client, words::REPLICATION};
use crate::{
    diagnostic::Diagnostic,
    graph::{self, Client, Patience},
    path::Path,
    resource::{Change as PlannedChange, Cx, Facet, Result, looks},
    schema::{Attribute, strings},
    value::Value,
};

/// What a call to Graph comes to.
type Sent<T> = std::result::Result<T, graph::Error>;

/// Who owns it, the Intune Provisioning Client aside: that has a switch of its own.
#[derive(Debug)]
pub(super) struct Owners;

/// Who is a member. Those of a dynamic group are the rule's business alone.
#[derive(Debug)]
pub(super) struct Members;

pub(super) const OWNERS: &str = "owner_ids";
pub(super) const MEMBERS: &str = "member_ids";

/// As many can be added by one change of the group (microsoft-graph-docs, "Add members").
const AT_ONCE: usize = 20;

#[async_trait]
impl Facet for Owners {
    fn attribute(&self) -> Attribute {
        let what = "Object ids of the users and service principals that own it, the Intune Provisioning Client aside. Not set, \
                    owners are left as they are; set, they are exactly these.";
        strings(OWNERS, what).unmanaged_when_unset().len(0, 100).guid().refers_to_any_object().off_graph()
    }

    async fn read(&self, graph: &Client, object: &str, _json: &Json, prior: &Value) -> Result<Value> {
        let there = owners(graph, object).await?;
        Ok(in_words_of(&there, prior))
    }

    async fn write(&self, graph: &Client, object: &str, prior: &Value, planned: &Value) -> Result<()> {
        let change = Change::between(prior, planned, &owners(graph, object).await?);
        for id in &change.added {
            let look = async || Ok(owners(graph, object).await?.contains(id).then_some(Json::Null));
            let body = json!({"@odata.id": link(graph, id)});
            graph.post_unless_there(&format!("{object}/owners/$ref"), &body, REPLICATION, look).await?;
        }
        for id in &change.removed {
            remove(graph, &format!("{object}/owners/{id}/$ref")).await.map_err(|error| match error.status() {
                Some(400) if error.to_string().contains("must have at least one owner") => without_a_user().into(),
                _ => crate::resource::Error::from(error),
            })?;
        }
        let is_seen = async || Ok(change.is_done(&owners(graph, object).await?).then_some(()));
        Ok(graph.wait("waiting for the owners of the group to be seen", is_seen).await?)
    }
}

#[async_trait]
impl Facet for Members {
    fn attribute(&self) -> Attribute {
        let what = "Object ids of the users, devices, groups and service principals in it, where there is no rule. \
                    Not set, members are left as they are; set, they are exactly these.";
        strings(MEMBERS, what).unmanaged_when_unset().guid().refers_to_any_object().off_graph()
    }

    async fn read(&self, graph: &Client, object: &str, json: &Json, prior: &Value) -> Result<Value> {
        if is_dynamic(json) {
            return Ok(Value::Null);
        }
        if !prior.is_null() {
            return Ok(in_words_of(&members(graph, object).await?, prior));
        }
        // Whoever reads the owners too asks for them in the same moment.
        let (there, client) = tokio::try_join!(members(graph, object), provisioning_client::owner(graph, object))?;
        // At an import the members of a group that devices join when they enrol are nobody's to keep.
        Ok(if client.is_some() { Value::Null } else { in_words_of(&there, prior) })
    }

    async fn write(&self, graph: &Client, object: &str, prior: &Value, planned: &Value) -> Result<()> {
        if planned.is_null() {
            // A rule takes over.
            return Ok(());
        }
        let change = Change::between(prior, planned, &members(graph, object).await?);
        for some in change.added.chunks(AT_ONCE) {
            add_members(graph, object, some.to_vec()).await?;
        }
        for id in &change.removed {
            remove(graph, &format!("{object}/members/{id}/$ref")).await?;
        }
        let is_seen = async || Ok(change.is_done(&members(graph, object).await?).then_some(()));
        Ok(graph.wait("waiting for the members of the group to be seen", is_seen).await?)
    }
}

fn without_a_user() -> Diagnostic {
    let rule = "leaves no user among the owners, and Entra keeps the last one. Name another user.";
    Diagnostic::invalid(Path::of(OWNERS), rule)
}

/// Whether a plan takes away the last owner who is a user. Who is new may be one.
pub(super) async fn judge_owners(cx: &Cx, change: &PlannedChange) -> Result<()> {
    let (prior, planned) = (change.prior.get(OWNERS), change.planned.get(OWNERS));
    let (Some(id), Some(graph)) = (change.prior.get("id").as_str(), looks::allowed(cx)) else { return Ok(()) };
    if prior == planned || planned.is_null() || !planned.is_wholly_known() {
        return Ok(());
    }
    // What cannot be read now is told by the apply.
    let Ok(there) = listed(&graph, &format!("/v1.0/groups/{id}"), "owners").await else { return Ok(()) };
    let is_user = |owner: &&Json| owner["@odata.type"] == "#microsoft.graph.user";
    let users = ids_of(there.iter().filter(is_user));
    let (before, wanted, all) = (ids(prior), ids(planned), ids_of(&there));
    let takes_them_all = !users.is_empty() && users.iter().all(|id| before.contains(id) && !wanted.contains(id));
    if takes_them_all && wanted.iter().all(|id| all.contains(id)) { Err(without_a_user().into()) } else { Ok(()) }
}

/// What a write has to do, in ids as Graph writes them.
#[derive(Debug, PartialEq, Eq)]
struct Change {
    added: Vec<String>,
    removed: Vec<String>,
}

impl Change {
    /// What was not managed becomes exactly what is planned.
    fn between(prior: &Value, planned: &Value, there: &BTreeSet<String>) -> Change {
        let wanted = ids(planned);
        let (added, removed): (Vec<_>, Vec<_>) = match prior {
            Value::Null => (wanted.difference(there).collect(), there.difference(&wanted).collect()),
            prior => {
                let before = ids(prior);
                let added = wanted.difference(&before).filter(|id| !there.contains(*id)).collect();
                let removed = before.intersection(there).filter(|id| !wanted.contains(*id)).collect();
                return Change { added: owned(added), removed: owned(removed) };
            }
        };
        Change { added: owned(added), removed: owned(removed) }
    }

    fn is_done(&self, there: &BTreeSet<String>) -> bool {
        self.added.iter().all(|id| there.contains(id)) && !self.removed.iter().any(|id| there.contains(id))
    }
}

fn owned(ids: Vec<&String>) -> Vec<String> {
    ids.into_iter().cloned().collect()
}

fn ids(value: &Value) -> BTreeSet<String> {
    value.elements().iter().filter_map(Value::as_str).map(str::to_ascii_lowercase).collect()
}

/// What is there, each as the state writes it.
fn in_words_of(there: &BTreeSet<String>, prior: &Value) -> Value {
    let before =
        |id: &str| prior.elements().iter().find(|it| it.as_str().is_some_and(|it| it.eq_ignore_ascii_case(id)));
    Value::set(there.iter().map(|id| before(id).cloned().unwrap_or_else(|| id.as_str().into())).collect())
}

fn is_dynamic(group: &Json) -> bool {
    group["groupTypes"].as_array().is_some_and(|types| types.iter().any(|each| each == "DynamicMembership"))
}

fn link(graph: &Client, id: &str) -> String {
    graph.link(&format!("/v1.0/directoryObjects/{id}"))
}

/// Only beta lists owners and members that are service principals.
async fn listed(graph: &Client, object: &str, relation: &str) -> Sent<Vec<Json>> {
    let group = object.replacen("/v1.0/", "/beta/", 1);
    graph.read_list(&format!("{group}/{relation}")).await
}

async fn owners(graph: &Client, object: &str) -> Sent<BTreeSet<String>> {
    let mut owners = listed(graph, object, "owners").await?;
    owners.retain(|owner| owner["appId"] != provisioning_client::PROVISIONING_CLIENT);
    Ok(ids_of(&owners))
}

async fn members(graph: &Client, object: &str) -> Sent<BTreeSet<String>> {
    Ok(ids_of(&listed(graph, object, "members?$select=id&$top=999").await?))
}

fn ids_of<'a>(objects: impl IntoIterator<Item = &'a Json>) -> BTreeSet<String> {
    objects.into_iter().filter_map(|object| object["id"].as_str()).map(str::to_ascii_lowercase).collect()
}

/// Entra adds all of them or none, and refuses who is a member already: by a change of ours whose answer was lost, or by a
/// colleague.
async fn add_members(graph: &Client, group: &str, mut missing: Vec<String>) -> Sent<()> {
    let mut patience = Patience::default();
    while !missing.is_empty() {
        let links: Vec<_> = missing.iter().map(|id| link(graph, id)).collect();
        let body = json!({"members@odata.bind": links});
        let Err(error) = graph.patch(group, &body).await else { return Ok(()) };
        if error.status() != Some(400) || !error.to_string().contains("already exist") {
            return Err(error);
        }
        let before = missing.len();
        let there = members(graph, group).await?;
        missing.retain(|id| !there.contains(id));
        if missing.len() == before {
            graph.pause(&mut patience, "waiting for the members of the group to be seen", &error.to_string()).await?;
        }
    }
    Ok(())
}

/// Without `/$ref` at its end the object itself would be deleted. That it is gone already is no error.
async fn remove(graph: &Client, reference: &str) -> Sent<()> {
    match graph.delete(reference).await {
        Err(error) if !error.is_not_found() => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[&str]) -> Value {
        Value::set(ids.iter().map(|id| (*id).into()).collect())
    }

    fn change(prior: &Value, planned: &[&str], there: &[&str]) -> (Vec<String>, Vec<String>) {
        let Change { added, removed } = Change::between(prior, &set(planned), &ids(&set(there)));
        (added, removed)
    }

    #[test]
    fn what_no_plan_has_shown_is_neither_removed_nor_put_back() {
        assert_eq!(change(&set(&["a", "b"]), &["a", "c"], &["b", "x"]), (vec!["c".into()], vec!["b".into()]));
        assert_eq!(change(&set(&["a"]), &["a", "x"], &["x"]), (vec![], vec![]));
    }

    #[test]
    fn what_was_not_managed_becomes_exactly_what_is_planned() {
        assert_eq!(change(&Value::Null, &["A", "b"], &["a", "x"]), (vec!["b".into()], vec!["x".into()]));
    }

    #[test]
    fn an_id_has_no_case_and_is_read_as_it_was_written() {
        assert_eq!(in_words_of(&ids(&set(&["a", "b"])), &set(&["A"])), set(&["A", "b"]));
        assert_eq!(change(&set(&["a"]), &["A"], &["a"]), (vec![], vec![]));
    }
}
