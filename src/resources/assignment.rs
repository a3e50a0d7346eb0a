//! `autopilot_assignment`: one target of a policy, beside what others assign.
//!
//! Graph, beta only: `/assignments` of Autopilot profiles, one by one; `/assign` of the others, which replaces the whole set
//! and knows no condition.

mod policy;

use std::ops::ControlFlow;

use async_trait::async_trait;
use serde_json::Value as Json;

use self::policy::{KINDS, Kind, Policy};
use super::one_target;
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    resource::{
        Change, Cx, Error, Listing, Resource, Result, Spec,
        assignment::{
            self,
            one::{self, One},
        },
    },
    schema::{id, null_object, string},
    value::Value,
};

/// The resource.
pub(super) struct Assignment;

#[async_trait]
impl Resource for Assignment {
    fn spec(&self) -> Spec {
        let mut attributes = vec![id().described("`KIND/ID/TARGET`, as it is imported by.")];
        attributes.extend(KINDS.iter().map(|kind| {
            let policy = string(kind.attribute, kind.description).force_new().alternative("policy");
            policy.refers_to(kind.name())
        }));
        attributes.extend(one_target::attributes());
        Spec::new("assignment", "Manages one target of a policy, beside the targets that others assign.")
            .noun("assignment")
            .permissions("DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All")
            .also_needs(&[
                ("DeviceManagementServiceConfig.Read.All", "read those of deployment profiles"),
                ("DeviceManagementServiceConfig.ReadWrite.All", "create, change and delete those of deployment profiles"),
            ])
            .listed_by(Vec::new())
            .notes(
                "Leave `assignments` out of the policy's own resource: set there, they are all that the policy has.\n\n\
                 Destroying takes this one target away. A target that somebody else assigned is never taken over, changed or \
                 removed: import it to manage it.\n\n\
                 But for deployment profiles, Microsoft Graph takes the targets of a policy as a whole set. One run of the \
                 provider reads that set and writes it for one target after another. Two workspaces, or a workspace and a \
                 person, that change targets of the same policy in the same moment may lose each other's change: the next \
                 plan shows what is missing.\n\n\
                 It is imported by `KIND/ID/TARGET`: the kind is the name of the policy's attribute without `_id`, the target \
                 the object id of a group, `all_devices` or `all_users`.",
            )
            .learn("https://learn.microsoft.com/intune/intune-service/configuration/device-profile-assign")
            .seen(
                "What the policy says, from the next time that the device asks Intune.",
            )
            .attributes(attributes)
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let mut kinds = KINDS.iter().filter(|kind| !config.get(kind.attribute).is_null());
        if let (Some(kind), None) = (kinds.next(), kinds.next()) {
            one::validate(&(kind.style)(), kind.plural, config, diagnostics);
        }
    }

    /// A policy that takes no assignment is told here already, where it is known and new to the plan. What cannot be read is
    /// told by the apply.
    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        let named = if change.planned.is_null() { &change.prior } else { &change.planned };
        let (Ok(policy), Ok(graph)) = (Policy::of(named), cx.graph()) else { return Ok(()) };
        assignment::plan_one(cx, &policy.path(), policy.kind.attribute, change);
        if change.prior.get(policy.kind.attribute).as_str() == Some(policy.id) {
            return Ok(());
        }
        let Ok(json) = graph.read_listed(policy.kind.collection, policy.id, "").await else { return Ok(()) };
        let called = ["displayName", "name"].into_iter().find_map(|name| json[name].as_str()).unwrap_or(policy.id);
        (policy.kind.refuses)(&json).map_or(Ok(()), |why| {
            let rule = format!("names {called:?}, which cannot be assigned: {why}");
            Err(Diagnostic::invalid(Path::of(policy.kind.attribute), &rule).into())
        })
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let (policy, one) = (Policy::of(planned)?, one_of(planned)?);
        let added = one::add(&cx.graph()?, &policy.path(), &policy.style(), &one).await;
        if !added.map_err(|error| policy.failed(error, "creating", true))? {
            let detail = format!(
                "It is assigned to {} already, by somebody else or by another resource. Import it as `{}` to manage it.",
                one_target::end_of_id(planned),
                id_of(&policy, planned)
            );
            return Err(Diagnostic::error("Assigned Already", detail).into());
        }
        let mut state = planned.clone();
        state.insert("id", id_of(&policy, planned).into());
        assignment::made_one(cx, &policy.path(), policy.kind.attribute);
        Ok(state)
    }

    async fn read(&self, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
        let (policy, one) = (Policy::of(state)?, one_of(state)?);
        let read = cx.graph()?.read_listed(policy.kind.collection, policy.id, "$expand=assignments").await;
        let json = match read {
            Err(error) if error.is_not_found() => return Ok(None),
            read => read.map_err(|error| policy.failed(error.into(), "reading", false))?,
        };
        let Some(assignment) = one::find(&json, &one) else { return Ok(None) };
        let mut now = state.clone();
        one::put(&mut now, assignment);
        Ok(Some(now))
    }

    async fn update(&self, cx: &mut Cx, _prior: &Value, planned: &Value) -> Result<Value> {
        let (policy, one) = (Policy::of(planned)?, one_of(planned)?);
        let changed = one::change(&cx.graph()?, &policy.path(), &policy.style(), &one).await;
        changed.map_err(|error| policy.failed(error, "updating", true))?;
        Ok(planned.clone())
    }

    async fn delete(&self, cx: &mut Cx, state: &Value) -> Result<()> {
        let (policy, one) = (Policy::of(state)?, one_of(state)?);
        let removed = one::remove(&cx.graph()?, &policy.path(), &policy.style(), &one).await;
        removed.map_err(|error| policy.failed(error, "deleting", true))
    }

    async fn import(&self, cx: &mut Cx, id: &str) -> Result<Value> {
        let mut state = null_object(&cx.spec().attributes);
        let parts = id.split_once('/').and_then(|(kind, rest)| Some((kind, rest.rsplit_once('/')?)));
        let Some((kind, (policy, target))) = parts.and_then(|(kind, rest)| Some((Kind::named(kind)?, rest))) else {
            let kinds: Vec<_> = KINDS.iter().map(Kind::name).collect();
            let detail = format!(
                "An assignment is imported by `KIND/ID/TARGET`, such as `deployment_profile/ID/all_devices`, where the kind is \
                 one of {}; got: {id:?}.",
                kinds.join(", ")
            );
            return Err(Diagnostic::error("Object Not Found", detail).into());
        };
        state.insert(kind.attribute, policy.into());
        one_target::put(&mut state, target);
        state.insert("id", id.into());
        let found = match self.read(cx, &state).await {
            // Intune answers 400 for an id that is no id of its kind.
            Err(Error::Graph(error)) if error.status() == Some(400) => None,
            found => found?,
        };
        found.ok_or_else(|| {
            let detail = format!("There is no assignment {id}: no such policy, or it is not assigned to that target.");
            Diagnostic::error("Object Not Found", detail).into()
        })
    }

    /// Every target of every policy. A kind that cannot be read with these credentials is told and left out.
    async fn list(&self, cx: &mut Cx, listing: &mut Listing) -> Result<()> {
        let (graph, spec) = (cx.graph()?, cx.spec());
        for kind in KINDS {
            let all = match graph.list(&format!("{}?$expand=assignments", kind.collection)).await {
                Err(error) if error.status() == Some(403) => {
                    let detail = format!("Those of {} need the permission {}.", kind.plural, kind.permissions.0);
                    listing.warn(Diagnostic::warning("Assignments Not Listed", detail)).await;
                    continue;
                }
                all => all?,
            };
            for json in all.iter().filter(|json| (kind.owns)(json)) {
                if tell(kind, json, &null_object(&spec.attributes), listing).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

async fn tell(kind: &'static Kind, json: &Json, nothing: &Value, listing: &mut Listing) -> ControlFlow<()> {
    let text = |name: &str| json[name].as_str();
    let called = text("displayName").or(text("name")).unwrap_or_default();
    let id = text("id").unwrap_or_default();
    for target in one::elements(json) {
        let mut state = nothing.clone();
        state.insert(kind.attribute, id.into());
        for (name, value) in target.as_map().into_iter().flatten().filter(|(name, _)| *name != "intent") {
            state.insert(name, value.clone());
        }
        let to = one_target::end_of_id(&state);
        state.insert("id", format!("{}/{id}/{to}", kind.name()).into());
        if listing.tell(&format!("{called} to {to}"), state).await.is_break() {
            return ControlFlow::Break(());
        }
    }
    ControlFlow::Continue(())
}

fn one_of(state: &Value) -> Result<One> {
    One::of(state, Json::Null).ok_or_else(|| {
        Diagnostic::error("Assignment without a Target", "The state says no target, or more than one.").into()
    })
}

fn id_of(policy: &Policy<'_>, state: &Value) -> String {
    format!("{}/{}/{}", policy.kind.name(), policy.id, one_target::end_of_id(state))
}
