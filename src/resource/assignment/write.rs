//! Makes the assignments of a policy the wanted ones.

use std::collections::BTreeSet;

use serde_json::json;

use super::target::{Assignment, Target, Who};
use crate::{
    graph::{self, Client, Patience, segment},
    resource::Result,
};

/// By one call that carries all of them under this name, where something differs.
pub(super) async fn whole_set(graph: &Client, object: &str, parameter: &str, wanted: &[Target]) -> Result<()> {
    let there = list(graph, object).await?;
    let there: BTreeSet<_> = there.iter().map(|assignment| &assignment.target).collect();
    if there != wanted.iter().collect() {
        let body = json!({ parameter: wanted.iter().map(Target::to_json).collect::<Vec<_>>() });
        graph.action(&format!("{object}/assign"), &body).await?;
    }
    Ok(())
}

/// One by one. Adds before it removes, so that no device is left without. Two exceptions follow from the rule that groups
/// cannot be excluded from All Devices: an exclusion goes before All Devices comes, and All Devices goes before an
/// exclusion comes.
pub(super) async fn one_by_one(graph: &Client, object: &str, wanted: &[Target]) -> Result<()> {
    let there = list(graph, object).await?;
    let missing = |excluded: bool| {
        let is_there = |target: &Target| there.iter().any(|assignment| assignment.target == *target);
        wanted.iter().filter(move |target| target.excluded == excluded && !is_there(target))
    };
    let stale = |excluded: bool| {
        there.iter().filter(move |there| there.target.excluded == excluded && !wanted.contains(&there.target))
    };
    // One group cannot be included and excluded at once: what changes from one to the other goes before it comes.
    let turns = |stale: &&Assignment| missing(!stale.target.excluded).any(|target| target.who == stale.target.who);
    for assignment in stale(true).chain(stale(false)).filter(turns) {
        remove(graph, object, assignment).await?;
    }
    let everyone_comes = missing(false).any(|target| target.who == Who::AllDevices);
    let everyone_goes = stale(false).any(|there| there.target.who == Who::AllDevices);
    if everyone_comes {
        for assignment in stale(true) {
            remove(graph, object, assignment).await?;
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
        remove(graph, object, assignment).await?;
    }
    if everyone_goes {
        for target in missing(true) {
            add(graph, object, target).await?;
        }
    }
    if !everyone_comes {
        for assignment in stale(true) {
            remove(graph, object, assignment).await?;
        }
    }
    Ok(())
}

/// Removes every assignment.
pub(super) async fn clear(graph: &Client, object: &str) -> Result<()> {
    for assignment in list(graph, object).await? {
        remove(graph, object, &assignment).await?;
    }
    Ok(())
}

async fn list(graph: &Client, object: &str) -> Result<Vec<Assignment>> {
    let all = graph.list(&format!("{object}/assignments")).await?;
    Ok(all.iter().filter_map(Assignment::from_json).collect())
}

/// Only one profile of a tenant can be assigned to All Devices. Where another has it, this one waits for it to let go,
/// as it does when one apply moves All Devices from one profile to another.
async fn add(graph: &Client, object: &str, target: &Target) -> Result<()> {
    let path = format!("{object}/assignments");
    let body = target.to_json();
    let mut patience = Patience::default();
    loop {
        let refusal = match graph.post(&path, &body).await {
            Ok(_) => return Ok(()),
            Err(error) if target.who == Who::AllDevices && is_held_by_another(&error) => error,
            // A lost answer may have made it: an assignment is found again by its target.
            Err(error) if error.is_lost() && !error.is_cancelled() => {
                return match list(graph, object).await?.iter().any(|there| there.target == *target) {
                    true => Ok(()),
                    false => Err(error.into()),
                };
            }
            Err(error) => return Err(error.into()),
        };
        let waiting = "waiting for another profile to let go of All Devices";
        graph.pause(&mut patience, waiting, &refusal.to_string()).await?;
    }
}

/// The text is the recorded answer; Intune gives no code of its own for it.
fn is_held_by_another(error: &graph::Error) -> bool {
    error.status() == Some(400) && error.to_string().contains("is already assigned to All Devices")
}

async fn remove(graph: &Client, object: &str, assignment: &Assignment) -> Result<()> {
    match graph.delete(&format!("{object}/assignments/{}", segment(&assignment.id))).await {
        Err(error) if !error.is_not_found() => Err(error.into()),
        _ => Ok(()),
    }
}
