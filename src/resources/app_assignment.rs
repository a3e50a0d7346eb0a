//! `autopilot_app_assignment`: one target of an app, beside what others assign.
//!
//! Graph, beta: [mobileApp: assign](https://learn.microsoft.com/graph/api/intune-apps-mobileapp-assign) replaces the whole set,
//! and takes an app only once it is published. Settings are of a type of their own for each type of app.

mod settings;

use async_trait::async_trait;
use serde_json::Value as Json;
use time::OffsetDateTime;

use super::one_target;
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    graph::{Patience, segment},
    resource::{
        Change, Cx, Error, Listing, Resource, Result, Spec,
        assignment::{
            self, Style,
            one::{self, One},
        },
    },
    schema::{id, null_object, string},
    value::Value,
};

const COLLECTION: &str = "/beta/deviceAppManagement/mobileApps";
const INTENTS: &[&str] = &["required", "available", "uninstall"];

/// The resource.
pub(super) struct AppAssignment;

#[async_trait]
impl Resource for AppAssignment {
    fn spec(&self) -> Spec {
        let mut attributes = vec![
            id().described("`APP/TARGET`, as it is imported by."),
            string(
                "app_id",
                "Id of the app: of an `autopilot_winget_app`, an `autopilot_microsoft_365_app`, or of any other app, which the data source \
                 `autopilot_app` finds by its name.",
            )
            .required()
            .force_new()
            .guid()
            .refers_to("winget_app"),
            string("intent", "What is done with the app.").required().one_of(INTENTS),
        ];
        attributes.extend(one_target::attributes());
        attributes.extend(settings::attributes());
        Spec::new("app_assignment", "Manages one target of an app, beside the targets that others assign.")
            .noun("app assignment")
            .permissions("DeviceManagementApps.Read.All", "DeviceManagementApps.ReadWrite.All")
            .listed_by(Vec::new())
            .notes(
                "Leave `assignments` out of the app's own resource: set there, they are all that the app has.\n\n\
                 An app that is not published yet is waited for. Intune takes a group once for an app, with one intent.\n\n\
                 Destroying takes this one target away. A target that somebody else assigned is never taken over, changed or \
                 removed: import it to manage it.\n\n\
                 Microsoft Graph takes the targets of an app as a whole set. One run of the provider reads that set and writes \
                 it for one target after another. Two workspaces, or a workspace and a person, that change targets of the same \
                 app in the same moment may lose each other's change: the next plan shows what is missing.\n\n\
                 It is imported by `APP/TARGET`: the id of the app, and the object id of a group, `all_devices` or `all_users`.",
            )
            .learn("https://learn.microsoft.com/intune/intune-service/apps/apps-deploy")
            .seen(
                "A required app is installed by itself, and an enrollment status page waits for it where it is told to. An \
                 available one is offered in the Company Portal.",
            )
            .attributes(attributes)
    }

    fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        one::validate(&style(), "apps", config, diagnostics);
        settings::validate(config, diagnostics);
    }

    /// What the app's type lacks is told here already, where the app is known and new to the plan.
    async fn plan(&self, cx: &mut Cx, change: &mut Change) -> Result<()> {
        let named = if change.planned.is_null() { &change.prior } else { &change.planned };
        if named.get("app_id").as_str().is_some() {
            assignment::plan_one(cx, &path(named), "app_id", change);
        }
        cx.diagnostics.extend(settings::doubts(change, OffsetDateTime::now_utc()));
        let says_something = settings::are_said(&change.planned) && change.planned != change.prior;
        let Some(app) = change.planned.get("app_id").as_str().filter(|_| says_something) else { return Ok(()) };
        let Ok(graph) = cx.graph() else { return Ok(()) };
        // What cannot be read now is told by the apply.
        match graph.read_listed(COLLECTION, app, "").await {
            Ok(json) => settings::of(&json, &change.planned).map(drop).map_err(Error::from),
            Err(_) => Ok(()),
        }
    }

    async fn create(&self, cx: &mut Cx, planned: &Value) -> Result<Value> {
        let one = published(cx, planned).await?;
        if !one::add(&cx.graph()?, &path(planned), &style(), &one).await? {
            let detail = format!(
                "The app is assigned to {} already, by somebody else or by another resource. Import it as `{}` to manage it.",
                one_target::end_of_id(planned),
                id_of(planned)
            );
            return Err(Diagnostic::error("Assigned Already", detail).into());
        }
        let mut state = planned.clone();
        state.insert("id", id_of(planned).into());
        assignment::made_one(cx, &path(planned), "app_id");
        Ok(state)
    }

    async fn read(&self, cx: &mut Cx, state: &Value) -> Result<Option<Value>> {
        let app = state.get("app_id").as_str().unwrap_or_default();
        let json = match cx.graph()?.read_listed(COLLECTION, app, "$expand=assignments").await {
            Err(error) if error.is_not_found() => return Ok(None),
            json => json?,
        };
        let Some(assignment) = one::find(&json, &one_of(state, Json::Null)?) else { return Ok(None) };
        Ok(Some(with_what_is_there(state.clone(), assignment)))
    }

    async fn update(&self, cx: &mut Cx, _prior: &Value, planned: &Value) -> Result<Value> {
        let one = published(cx, planned).await?;
        one::change(&cx.graph()?, &path(planned), &style(), &one).await?;
        Ok(planned.clone())
    }

    async fn delete(&self, cx: &mut Cx, state: &Value) -> Result<()> {
        one::remove(&cx.graph()?, &path(state), &style(), &one_of(state, Json::Null)?).await
    }

    async fn import(&self, cx: &mut Cx, id: &str) -> Result<Value> {
        let mut state = null_object(&cx.spec().attributes);
        let not_found =
            |why: &str| Diagnostic::error("Object Not Found", format!("There is no app assignment {id}: {why}"));
        let Some((app, target)) = id.split_once('/') else {
            return Err(not_found("it is imported by `APP/TARGET`, such as `ID/all_users`.").into());
        };
        state.insert("app_id", app.into());
        one_target::put(&mut state, target);
        state.insert("id", id.into());
        let found = match self.read(cx, &state).await {
            // Intune answers 400 for an id that is no id of its kind.
            Err(Error::Graph(error)) if error.status() == Some(400) => None,
            found => found?,
        };
        found.ok_or_else(|| not_found("no such app, or it is not assigned to that target.").into())
    }

    async fn list(&self, cx: &mut Cx, listing: &mut Listing) -> Result<()> {
        let nothing = null_object(&cx.spec().attributes);
        for app in cx.graph()?.list(&format!("{COLLECTION}?$expand=assignments")).await? {
            for target in one::elements(&app) {
                let mut state = nothing.clone();
                state.insert("app_id", app["id"].as_str().into());
                target.as_map().into_iter().flatten().for_each(|(name, value)| state.insert(name, value.clone()));
                let found = one_of(&state, Json::Null)?;
                let Some(assignment) = one::find(&app, &found) else { continue };
                let mut state = with_what_is_there(state, assignment);
                state.insert("id", id_of(&state).into());
                let called =
                    format!("{} to {}", app["displayName"].as_str().unwrap_or_default(), one_target::end_of_id(&state));
                if listing.tell(&called, state).await.is_break() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

fn style() -> Style {
    Style::whole_set("mobileAppAssignments").intents(INTENTS)
}

fn path(state: &Value) -> String {
    format!("{COLLECTION}/{}", segment(state.get("app_id").as_str().unwrap_or_default()))
}

fn id_of(state: &Value) -> String {
    format!("{}/{}", state.get("app_id").as_str().unwrap_or_default(), one_target::end_of_id(state))
}

fn one_of(state: &Value, settings: Json) -> Result<One> {
    One::of(state, settings).ok_or_else(|| {
        Diagnostic::error("Assignment without a Target", "The state says no target, or more than one.").into()
    })
}

fn with_what_is_there(mut state: Value, assignment: &Json) -> Value {
    one::put(&mut state, assignment);
    settings::put(&mut state, &assignment["settings"]);
    state
}

/// The target with settings of the app's type, once the app can be assigned.
async fn published(cx: &Cx, planned: &Value) -> Result<One> {
    let (graph, path) = (cx.graph()?, path(planned));
    let mut patience = Patience::default();
    let mut json = graph.get(&path).await?;
    let settings = settings::of(&json, planned)?;
    while json["publishingState"] != "published" {
        let state = json["publishingState"].as_str().unwrap_or_default();
        graph.pause(&mut patience, "waiting for the app to be published", state).await?;
        json = graph.get(&path).await?;
    }
    one_of(planned, settings)
}
