//! All Devices, which one deployment profile of a tenant can have (recorded refusal). Where another one has it, the plan
//! says so, and the apply waits as long as this process writes other profiles, since one of them may let it go.

use std::{future::Future, time::Duration};

use serde_json::Value as Json;
use tokio::time::Instant;

use super::target::{Assignment, NAME, Target, Who};
use crate::{
    diagnostic::{Diagnostic, Severity},
    graph::{self, Client, Patience},
    path::Path,
    resource::{Change, Cx, Result, writers},
    value::Value,
};

/// How long it goes on after the last other profile was written.
const SOME_MORE: Duration = Duration::from_secs(5);

/// Where private state keeps the id of the profile that had it, for a plan that replaces that one.
const OWN: &str = "assigned_to_everyone";

/// Takes it by `post`.
pub(super) async fn take<F, Posted>(graph: &Client, object: &str, mut post: F) -> Result<()>
where
    F: FnMut() -> Posted + Send,
    Posted: Future<Output = std::result::Result<(), graph::Error>> + Send,
{
    let collection = object.rsplit_once('/').map_or(object, |(collection, _)| collection);
    let waiting = writers::waiting(graph, collection);
    let mut patience = Patience::default();
    let mut last_other = Instant::now();
    loop {
        let refusal = match post().await {
            Err(error) if is_held_by_another(&error) => error,
            posted => return Ok(posted?),
        };
        if waiting.has_others() {
            last_other = Instant::now();
        } else if last_other.elapsed() >= SOME_MORE {
            return Err(held(graph, collection).await.into());
        }
        let doing = "waiting for another profile to let go of All Devices";
        graph.pause(&mut patience, doing, &refusal.to_string()).await?;
    }
}

/// The text is the recorded answer; Intune gives no code of its own for it.
fn is_held_by_another(error: &graph::Error) -> bool {
    error.status() == Some(400) && error.to_string().contains("is already assigned to All Devices")
}

async fn held(graph: &Client, collection: &str) -> Diagnostic {
    let holder = holder(graph, collection).await.ok().flatten();
    let holder = holder.map_or("another profile".to_owned(), |json| name(&json));
    let rule = format!(
        "cannot have `all_devices`: {holder} is assigned to all devices, and only one profile can be. Take it away there, \
         and apply again. If that is the profile that this one replaces, leave out `create_before_destroy`."
    );
    Diagnostic::invalid(Path::of(NAME), &rule)
}

/// Warns in the plan where a profile is to take All Devices from another one.
pub async fn warn_of_holder(cx: &mut Cx, change: &Change) {
    if is_to_everyone(&change.prior) {
        // Replaced, it is planned once more, without a prior state.
        cx.private.set(OWN, change.prior.get("id").as_str().unwrap_or_default());
        return;
    }
    let Ok(graph) = cx.graph() else { return };
    if !is_to_everyone(&change.planned) {
        return;
    }
    // What cannot be read now is told by the apply.
    let Ok(Some(holder)) = holder(&graph, cx.spec().collection).await else { return };
    if cx.private.get(OWN).is_some_and(|own| *own == holder["id"]) {
        return;
    }
    let rule = format!(
        "takes all devices, to which {} is assigned: only one profile can be. Unless this run lets it go, the apply fails.",
        name(&holder)
    );
    let told = Diagnostic::invalid(Path::of(NAME), &rule);
    let summary = "All Devices Held by Another Profile".into();
    cx.diagnostics.push(Diagnostic { severity: Severity::Warning, summary, ..told });
}

/// Whether an object is assigned to all devices.
pub fn is_to_everyone(value: &Value) -> bool {
    let targets = value.get(NAME).elements().iter().filter_map(Target::from_value);
    targets.into_iter().any(|target| target.who == Who::AllDevices)
}

/// What the object is called that is assigned to all devices.
pub async fn holder_of_everyone(graph: &Client, collection: &str) -> std::result::Result<Option<String>, graph::Error> {
    Ok(holder(graph, collection).await?.map(|holder| name(&holder)))
}

/// The profile that is assigned to all devices.
async fn holder(graph: &Client, collection: &str) -> std::result::Result<Option<Json>, graph::Error> {
    let profiles = graph.list(&format!("{collection}?$expand={NAME}")).await?;
    Ok(profiles.into_iter().find(|profile| {
        let assignments = profile[NAME].as_array().into_iter().flatten();
        assignments.filter_map(Assignment::from_json).any(|assignment| assignment.target.who == Who::AllDevices)
    }))
}

fn name(profile: &Json) -> String {
    let text = |property: &str| profile[property].as_str().unwrap_or_default().to_owned();
    format!("the profile {:?} ({})", text("displayName"), text("id"))
}
