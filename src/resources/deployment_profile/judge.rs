//! What a plan of a deployment profile is refused for, and what will hurt although it works.
//!
//! What is there already is left alone: it was made where there are no such rules, or before there were.

use super::super::{enrollment_profile_name::renamed, locale};
use crate::{
    diagnostic::Diagnostic,
    knowledge::{profile_text, visible::quoted},
    path::Path,
    resource::{Change, Cx, Result, assignment},
    value::Value,
};

/// Where private state keeps that there was a profile before.
const WAS_THERE: &str = "was_there";

/// Refuses what Intune refuses, and warns of the rest.
pub(super) fn judge(cx: &mut Cx, change: &Change) -> Result<()> {
    for name in ["display_name", "description"] {
        let Some(text) = change.planned.get(name).as_str() else { continue };
        let found = profile_text::forbidden(text);
        if is_there_already(change, name) || found.is_empty() {
            continue;
        }
        let rule = format!(
            "cannot hold {}, got: {}. Intune refuses each of ! # % ^ * ( ) - + ; ' < > in the name and the description \
             of a profile, the hyphen too. Write blanks instead.",
            found.iter().map(char::to_string).collect::<Vec<_>>().join(" "),
            quoted(text),
        );
        return Err(Diagnostic::invalid(Path::of(name), &rule).into());
    }
    locale::judge(cx, change)?;
    let told = [renamed("deployment profile", change), youngest(cx, change), converting(change)];
    cx.diagnostics.extend(told.into_iter().flatten());
    Ok(())
}

fn is_there_already(change: &Change, name: &str) -> bool {
    !change.prior.get(name).is_null() && change.prior.get(name) == change.planned.get(name)
}

/// Microsoft, "Configure Autopilot profiles": of several profiles that reach a device the oldest wins.
///
/// What Terraform replaces for another reason (`-replace`, a taint) it plans once more without a prior state, and with what
/// was remembered here.
fn youngest(cx: &mut Cx, change: &Change) -> Option<Diagnostic> {
    let was_there = cx.private.get(WAS_THERE).is_some();
    let (why, path) = match replaced(change) {
        Some(attribute) => ("Intune cannot change this of a profile, so another one is made.", attribute),
        None if change.prior.is_null() && was_there => ("Another profile is made in its place.", assignment::NAME),
        None => {
            if !change.prior.is_null() {
                cx.private.set(WAS_THERE, true);
            }
            return None;
        }
    };
    cx.private.remove(WAS_THERE);
    let targets = change.planned.get(assignment::NAME).elements();
    if !targets.iter().any(|target| !target.get("group_id").is_null()) {
        return None;
    }
    let detail = format!(
        "{why} Of the profiles that reach a device the oldest wins, and this one becomes the youngest: a device that another \
         profile reaches too gets that one."
    );
    Some(Diagnostic::warning("Replaced Profile Is the Youngest", detail).at(Path::of(path)))
}

/// The attribute that makes another profile of it.
fn replaced(change: &Change) -> Option<&'static str> {
    ["join_type", "deployment_mode", "device_type"].into_iter().find(|name| {
        let (before, now) = (change.prior.get(name), change.planned.get(name));
        !before.is_null() && !now.is_null() && before != now
    })
}

/// Microsoft, "Configure Autopilot profiles": taking the device out of the groups, or the profile away, deregisters nothing.
fn converting(change: &Change) -> Option<Diagnostic> {
    let name = "convert_targeted_devices";
    let converts = |value: &Value| value.get(name).as_bool() == Some(true);
    if !converts(&change.planned) || converts(&change.prior) {
        return None;
    }
    let detail = "Every device of the assigned groups that is not registered with Windows Autopilot yet becomes so, within 48 \
                  hours. Neither a destroy nor taking this back deregisters it.";
    Some(Diagnostic::warning("Targeted Devices Become Registered", detail).at(Path::of(name)))
}
