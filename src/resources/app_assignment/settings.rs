//! What an assignment says of the installation: notifications, a deadline, restarts. Each type of app that has it has a type
//! of its own for it, with the same properties.

use serde_json::{Value as Json, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    path::Path,
    resource::Change,
    schema::{Attribute, Check, boolean, integer, string, timestamp},
    value::Value,
};

/// The types of apps that have settings: of the Microsoft Store, Win32, and of the Enterprise App Catalog.
const WITH_SETTINGS: [&str; 3] = ["winGetApp", "win32LobApp", "win32CatalogApp"];

/// Our words for Graph's of notifications. The first is what Intune does where nothing is said.
const NOTIFICATIONS: [(&str, &str); 3] =
    [("show_all", "showAll"), ("show_restarts", "showReboot"), ("hide_all", "hideAll")];

/// Numbers of restarts, and Graph's names.
const RESTARTS: [(&str, &str); 3] = [
    ("restart_grace_period_minutes", "gracePeriodInMinutes"),
    ("restart_countdown_minutes", "countdownDisplayBeforeRestartInMinutes"),
    ("restart_snooze_minutes", "restartNotificationSnoozeDurationInMinutes"),
];

/// The attributes.
pub(super) fn attributes() -> Vec<Attribute> {
    vec![
        string("notifications", "What users are shown of the installation: all, restarts only, or nothing.")
            .default(NOTIFICATIONS[0].0)
            .one_of(&NOTIFICATIONS.map(|(ours, _)| ours)),
        timestamp("deadline", "When the app is installed at the latest, such as \"2027-01-31T18:00:00Z\".")
            .check(Check::Text(is_time))
            .same_when(is_same_time)
            .example("2027-01-31T18:00:00Z"),
        boolean("deadline_in_device_time", "Whether the deadline is meant in the time zone of each device."),
        integer("restart_grace_period_minutes", "Minutes after which a restart that is needed takes place.")
            .range(1, 20160),
        integer("restart_countdown_minutes", "Minutes before a restart in which it is counted down.").range(1, 240),
        integer("restart_snooze_minutes", "Minutes for which users can put the notice of a restart off.").range(1, 712),
    ]
}

/// What says nothing without another one.
pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let is_set = |name: &str| {
        let value = config.get(name);
        !value.is_null() && !value.is_unknown() && value.as_bool() != Some(false)
    };
    let snooze = ("restart_snooze_minutes", "restart_grace_period_minutes");
    let countdown = ("restart_countdown_minutes", "restart_grace_period_minutes");
    for (name, needed) in [("deadline_in_device_time", "deadline"), countdown, snooze] {
        if is_set(name) && config.get(needed).is_null() {
            diagnostics
                .push(Diagnostic::invalid(Path::of(name), &format!("says nothing without `{needed}`: set that too.")));
        }
    }
    let minutes = |name: &str| config.get(name).as_i64();
    if let (Some(grace), Some(count)) = (minutes("restart_grace_period_minutes"), minutes("restart_countdown_minutes"))
        && count > grace
    {
        let rule = format!("cannot be longer than `restart_grace_period_minutes`, which is {grace}, got: {count}.");
        diagnostics.push(Diagnostic::invalid(Path::of("restart_countdown_minutes"), &rule));
    }
}

/// What works and does not do what is meant.
pub(super) fn doubts(change: &Change, now: OffsetDateTime) -> Vec<Diagnostic> {
    let (prior, planned) = (&change.prior, &change.planned);
    let mut told = Vec::new();
    let mut warn = |summary: &str, name: &str, detail: &str| {
        told.push(Diagnostic::warning(summary, detail).at(Path::of(name)));
    };
    let is_new = |name: &str| prior.get(name) != planned.get(name);
    let excluded = planned.get("excluded").as_bool() == Some(true);
    if let Some(name) = said(planned).filter(|name| excluded && (is_new(name) || is_new("excluded"))) {
        let detail =
            format!("The group is left out, so nothing is installed for it: `{name}` says nothing. Leave it out.");
        warn("Settings without an Installation", name, &detail);
        return told;
    }
    let Some(deadline) = planned.get("deadline").as_str() else { return told };
    if planned.get("intent").as_str() == Some("available") && (is_new("deadline") || is_new("intent")) {
        let detail = "What is available is installed when a user asks for it, so a deadline says nothing. Leave it out, or make \
                      the app required.";
        warn("Deadline without a Duty", "deadline", detail);
    }
    let is_past = OffsetDateTime::parse(deadline, &Rfc3339).is_ok_and(|deadline| deadline < now);
    if is_past && is_new("deadline") {
        let detail =
            format!("The deadline {deadline} has passed, so the app is installed as soon as a device asks for it.");
        warn("Deadline Has Passed", "deadline", &detail);
    }
    told
}

/// What is set; what Intune does by itself is not.
fn said(state: &Value) -> Option<&'static str> {
    let says = |name: &&str| !state.get(name).is_null() && state.get(name).as_str() != Some(NOTIFICATIONS[0].0);
    attributes().iter().map(|attribute| attribute.name).find(says)
}

/// Whether anything is set.
pub(super) fn are_said(state: &Value) -> bool {
    said(state).is_some()
}

/// The settings for an app of this type; null where nothing is set.
pub(super) fn of(app: &Json, state: &Value) -> Result<Json, Diagnostic> {
    let Some(name) = said(state) else { return Ok(Json::Null) };
    let app_type = app["@odata.type"].as_str().unwrap_or_default().trim_start_matches("#microsoft.graph.").to_owned();
    if !WITH_SETTINGS.contains(&app_type.as_str()) {
        let rule = format!(
            "cannot be set for this app: Intune has such settings for apps of the Microsoft Store and Win32 apps, and it is of \
             the type {app_type}."
        );
        return Err(Diagnostic::invalid(Path::of(name), &rule));
    }
    let notifications = state.get("notifications").as_str().unwrap_or(NOTIFICATIONS[0].0);
    let notifications = NOTIFICATIONS.iter().find(|(ours, _)| *ours == notifications).map(|(_, theirs)| *theirs);
    let mut settings = json!({
        "@odata.type": format!("#microsoft.graph.{app_type}AssignmentSettings"),
        "notifications": notifications,
    });
    if let Some(deadline) = state.get("deadline").as_str() {
        let in_device_time = state.get("deadline_in_device_time").as_bool() == Some(true);
        settings["installTimeSettings"] = json!({"deadlineDateTime": deadline, "useLocalTime": in_device_time});
    }
    let said = RESTARTS.iter().filter_map(|(ours, theirs)| Some((*theirs, state.get(ours).as_i64()?)));
    let restarts: serde_json::Map<_, _> = said.map(|(name, minutes)| (name.to_owned(), minutes.into())).collect();
    if !restarts.is_empty() {
        settings["restartSettings"] = Json::Object(restarts);
    }
    Ok(settings)
}

/// Sets the attributes that settings say, in the words of before where they say the same.
pub(super) fn put(state: &mut Value, settings: &Json) {
    let notifications = NOTIFICATIONS.iter().find(|(_, theirs)| settings["notifications"] == *theirs);
    state.insert("notifications", notifications.map_or(NOTIFICATIONS[0].0, |(ours, _)| ours).into());
    let time = &settings["installTimeSettings"];
    let deadline = time["deadlineDateTime"].as_str();
    if !matches!((state.get("deadline").as_str(), deadline), (Some(before), Some(now)) if is_same_time(before, now)) {
        state.insert("deadline", deadline.into());
    }
    let in_device_time = time["useLocalTime"].as_bool().unwrap_or_default();
    if in_device_time != state.get("deadline_in_device_time").as_bool().unwrap_or_default() {
        state.insert("deadline_in_device_time", in_device_time.into());
    }
    for (ours, theirs) in RESTARTS {
        let minutes = settings["restartSettings"][theirs].as_i64();
        state.insert(ours, minutes.map_or(Value::Null, Value::from));
    }
}

fn is_time(text: &str) -> Result<(), String> {
    match OffsetDateTime::parse(text, &Rfc3339) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("must be a time in RFC 3339 form such as \"2027-01-31T18:00:00Z\", got: {text:?}")),
    }
}

fn is_same_time(one: &str, other: &str) -> bool {
    let read = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    one == other || matches!((read(one), read(other)), (Some(one), Some(other)) if one == other)
}
