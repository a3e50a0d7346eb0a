//! Apps and scripts that are waited for, and whether they come.

use super::{
    finding::{Finding, list},
    parts::{App, Page, PreparationPolicy, Script},
    view::View,
};
use crate::knowledge::{
    effective::{Assigned, Who},
    visible::quoted,
};

pub(super) fn find(view: &View<'_>) -> Vec<Finding> {
    let mut found: Vec<_> = view.setup.pages.items.iter().flat_map(|page| not_waited_for(view, page)).collect();
    found.extend(view.setup.preparation_policies.items.iter().flat_map(|policy| skipped(view, policy)));
    found
}

/// Microsoft, "Set up the Enrollment Status Page": the list chooses among the apps that are assigned, and assigns none.
fn not_waited_for(view: &View<'_>, page: &Page) -> Vec<Finding> {
    let apps = page.blocking_apps.iter().flatten().filter_map(|id| app(view, id));
    let told = apps.filter(|app| app.assigned.is_whole).filter_map(|app| {
        let required = app.assigned.required();
        let lacking: Vec<_> = page.assigned.included().filter(|group| !is_for_group(&required, group)).collect();
        let names: Vec<_> = lacking.iter().map(|id| view.group_name(id)).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let problem = format!(
            "It is to wait for the app {}, which is not assigned as required to the group {}: there it waits for nothing.",
            quoted(&app.name),
            list(&names),
        );
        let remedy = "Assign the app as required to the same groups, or take it from the blocking apps.";
        let subject = format!("enrollment status page {}", quoted(&page.name));
        (!names.is_empty()).then(|| Finding::warning(subject, problem, remedy))
    });
    told.collect()
}

/// Microsoft, "Device preparation": apps and scripts have to be assigned to the device group and run as the system, or they
/// are skipped.
fn skipped(view: &View<'_>, policy: &PreparationPolicy) -> Vec<Finding> {
    let subject = || format!("device preparation policy {}", quoted(&policy.name));
    let mut found = Vec::new();
    let mut tell = |noun: &str, name: &str, assigned: &Assigned, as_user: Option<bool>| {
        let name = quoted(name);
        if let Some(group) = policy.device_group.as_deref()
            && assigned.is_whole
            && !is_for_group(&assigned.required(), group)
        {
            let group = view.group_name(group);
            let problem = format!("The {noun} {name} is not assigned to the device group {group}, so it is skipped.");
            let remedy =
                format!("Assign the {noun} to the device group{}.", if noun == "app" { " as required" } else { "" });
            found.push(Finding::error(subject(), problem, remedy));
        }
        if as_user == Some(true) {
            let problem = format!("The {noun} {name} runs as the user, so it is skipped: no user is signed in yet.");
            found.push(Finding::error(subject(), problem, format!("Let the {noun} run as the system.")));
        }
    };
    for app in policy.apps.iter().flatten().filter_map(|id| app(view, id)) {
        tell("app", &app.name, &app.assigned, app.runs_as_user);
    }
    for script in policy.scripts.iter().flatten().filter_map(|id| script(view, id)) {
        tell("script", &script.name, &script.assigned, script.runs_as_user);
    }
    found
}

fn is_for_group(assigned: &Assigned, group: &str) -> bool {
    // All users may be those of the group.
    assigned.included().any(|id| id == group) || assigned.is_for(&Who::AllDevices) || assigned.is_for(&Who::AllUsers)
}

fn app<'a>(view: &View<'a>, id: &str) -> Option<&'a App> {
    view.setup.apps.items.iter().find(|app| app.id.as_deref() == Some(id))
}

fn script<'a>(view: &View<'a>, id: &str) -> Option<&'a Script> {
    view.setup.scripts.items.iter().find(|script| script.id.as_deref() == Some(id))
}
