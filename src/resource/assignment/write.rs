//! Makes the assignments of a policy what the plan makes of them. What a colleague assigned since, and no plan has shown,
//! stays: the next plan shows it.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value as Json, json};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{
    everyone,
    target::{Assignment, NAME, Target, Who},
};
use crate::{
    graph::{self, Client, segment},
    resource::{InProcess, Result},
    value::Value,
};

/// What a call to Graph comes to.
type Sent<T> = std::result::Result<T, graph::Error>;

/// What the plan changes.
pub(super) struct Change {
    /// The targets of before; `None` where they were not managed.
    prior: Option<Vec<Target>>,
    planned: Vec<Target>,
}

impl Change {
    pub(super) fn of(prior: &Value, planned: &Value) -> Change {
        let targets = |value: &Value| value.elements().iter().filter_map(Target::from_value).collect();
        Change { prior: (!prior.is_null()).then(|| targets(prior)), planned: targets(planned) }
    }

    /// The targets that there are to be. Where they were not managed, those of the plan and no others.
    fn applied_to<'a>(&'a self, there: &'a [Assignment]) -> Vec<&'a Target> {
        let Some(prior) = &self.prior else { return self.planned.iter().collect() };
        let added: Vec<_> = self.planned.iter().filter(|target| !prior.contains(target)).collect();
        let stays = |target: &&Target| {
            let removed = prior.contains(target) && !self.planned.contains(target);
            let is_same = |added: &&Target| added.who == target.who && added.intent == target.intent;
            !removed && !added.iter().any(is_same)
        };
        let there = there.iter().map(|assignment| &assignment.target).filter(stays);
        there.chain(added.iter().copied()).collect()
    }
}

/// By one call that carries all of them under this name, where something differs. What stays is sent as it is there: a
/// target of a kind that this provider does not know is not dropped, and neither are an app's settings.
pub(super) async fn whole_set(graph: &Client, object: &str, parameter: &str, change: &Change) -> Result<()> {
    let _turn = turn(graph, object).await;
    let all = graph.read_list(&path(object)).await?;
    let there: Vec<_> = all.iter().filter_map(Assignment::from_json).collect();
    let wanted: BTreeSet<_> = change.applied_to(&there).into_iter().collect();
    if there.iter().map(|assignment| &assignment.target).collect::<BTreeSet<_>>() != wanted {
        let is_there = |target: &&Target| there.iter().any(|assignment| assignment.target == **target);
        let stays = |json: &&Json| Assignment::from_json(json).is_none_or(|there| wanted.contains(&there.target));
        let staying = all.iter().filter(stays).map(as_it_is);
        let coming = wanted.iter().filter(|target| !is_there(target)).map(|target| target.to_json());
        replace(graph, object, parameter, staying.chain(coming).collect()).await?;
    }
    Ok(())
}

/// Replaces the whole set.
pub(super) async fn replace(graph: &Client, object: &str, parameter: &str, all: Vec<Json>) -> Result<()> {
    graph.action(&format!("{object}/assign"), &json!({ parameter: all })).await?;
    Ok(())
}

/// Waits until nobody else in this process reads the set of this object to replace it.
pub(super) async fn turn(graph: &Client, object: &str) -> OwnedMutexGuard<()> {
    static TURNS: InProcess<Mutex<()>> = InProcess::new();
    TURNS.of(graph, object).lock_owned().await
}

/// What an assignment says, without what the service adds.
pub(super) fn as_it_is(json: &Json) -> Json {
    let said =
        ["intent", "settings", "target"].iter().filter_map(|name| Some(((*name).to_owned(), json.get(name)?.clone())));
    Json::Object(said.filter(|(_, value)| !value.is_null()).collect())
}

/// One by one. Adds before it removes, so that no device is left without. Two exceptions follow from the rule that groups
/// cannot be excluded from All Devices: an exclusion goes before All Devices comes, and All Devices goes before an
/// exclusion comes.
pub(super) async fn one_by_one(graph: &Client, object: &str, change: &Change) -> Result<()> {
    let there = list(graph, object).await?;
    let wanted = &change.applied_to(&there);
    let missing = |excluded: bool| {
        let is_there = |target: &Target| there.iter().any(|assignment| assignment.target == *target);
        wanted.iter().copied().filter(move |target| target.excluded == excluded && !is_there(target))
    };
    let stale = |excluded: bool| {
        there.iter().filter(move |there| there.target.excluded == excluded && !wanted.contains(&&there.target))
    };
    // One group cannot be included and excluded at once: what changes from one to the other goes before it comes.
    let turns = |stale: &&Assignment| missing(!stale.target.excluded).any(|target| target.who == stale.target.who);
    for assignment in stale(true).chain(stale(false)).filter(turns) {
        remove(graph, object, &assignment.id).await?;
    }
    let everyone_comes = missing(false).any(|target| target.who == Who::AllDevices);
    let everyone_goes = stale(false).any(|there| there.target.who == Who::AllDevices);
    if everyone_comes {
        for assignment in stale(true) {
            remove(graph, object, &assignment.id).await?;
        }
    }
    if !everyone_goes {
        for target in missing(true) {
            add(graph, object, target).await?;
        }
    }
    for target in missing(false) {
        add(graph, object, target).await?;
    }
    for assignment in stale(false) {
        remove(graph, object, &assignment.id).await?;
    }
    if everyone_goes {
        for target in missing(true) {
            add(graph, object, target).await?;
        }
    }
    if !everyone_comes {
        for assignment in stale(true) {
            remove(graph, object, &assignment.id).await?;
        }
    }
    Ok(())
}

/// Removes every assignment, of whatever kind.
pub(super) async fn clear(graph: &Client, object: &str) -> Result<()> {
    for assignment in graph.read_list(&path(object)).await? {
        if let Some(id) = assignment["id"].as_str() {
            remove(graph, object, id).await?;
        }
    }
    Ok(())
}

async fn list(graph: &Client, object: &str) -> Sent<Vec<Assignment>> {
    Ok(graph.read_list(&path(object)).await?.iter().filter_map(Assignment::from_json).collect())
}

pub(super) async fn add(graph: &Client, object: &str, target: &Target) -> Result<()> {
    match target.who {
        Who::AllDevices => everyone::take(graph, object, || post(graph, object, target)).await,
        _ => Ok(post(graph, object, target).await?),
    }
}

/// Adds one; it is found again by its target.
async fn post(graph: &Client, object: &str, target: &Target) -> Sent<()> {
    let look = async || {
        let there = list(graph, object).await?;
        Ok(there.iter().any(|there| there.target == *target).then_some(Json::Null))
    };
    graph.post_unless_there(&path(object), &target.to_json(), Duration::from_secs(10), look).await.map(drop)
}

pub(super) fn path(object: &str) -> String {
    format!("{object}/{NAME}")
}

pub(super) async fn remove(graph: &Client, object: &str, id: &str) -> Result<()> {
    match graph.delete(&format!("{}/{}", path(object), segment(id))).await {
        Err(error) if !error.is_not_found() => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::assignment::target::tests::element;

    fn set(names: &[&str]) -> Value {
        Value::set(names.iter().map(|name| element([("group_id", (*name).into())])).collect())
    }

    fn applied(prior: &Value, planned: &[&str], there: &[&str]) -> Vec<String> {
        let change = Change::of(prior, &set(planned));
        let targets: Vec<_> = set(there).elements().iter().filter_map(Target::from_value).collect();
        let there: Vec<_> = targets.into_iter().map(|target| Assignment { id: "1".into(), target }).collect();
        change.applied_to(&there).into_iter().map(|target| target.who.to_string()).collect()
    }

    #[test]
    fn what_no_plan_has_shown_is_neither_removed_nor_put_back() {
        assert_eq!(applied(&set(&["a", "b"]), &["a", "c"], &["a", "b", "x"]), ["group a", "group x", "group c"]);
        assert_eq!(applied(&set(&["a", "b"]), &["a"], &["b"]), [""; 0]);
    }

    #[test]
    fn what_was_not_managed_becomes_exactly_what_is_planned() {
        assert_eq!(applied(&Value::Null, &["a"], &["x"]), ["group a"]);
    }
}
