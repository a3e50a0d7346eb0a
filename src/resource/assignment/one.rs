//! One target of an object, beside those that others assign: added, changed and taken away without touching theirs.
//!
//! Where Graph replaces the whole set, that is a fresh read and one call with all of it, one caller after another in this
//! process. Another process may come between the two: Graph knows no condition on that call.

use std::time::Duration;

use serde_json::Value as Json;

use super::{
    Style, Write, available_to_devices, contradictions, is_available_to_devices,
    target::{Assignment, NAME, NAMES, Target},
    write,
};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    graph::Client,
    path::Path,
    resource::{Result, writers},
    value::Value,
};

/// What is still looked for after Ctrl-C, or when time is over.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// One target, and the settings of an app that go with it; null for none.
#[derive(Debug)]
pub struct One {
    target: Target,
    settings: Json,
}

impl One {
    /// The target that an object's attributes say; `None` where they say none, or several.
    pub fn of(element: &Value, settings: Json) -> Option<One> {
        Some(One { target: Target::from_value(element)?, settings })
    }

    fn to_json(&self) -> Json {
        let mut json = self.target.to_json();
        if !self.settings.is_null() {
            json["settings"] = self.settings.clone();
        }
        json
    }

    /// Whether an assignment is of the same group, or of all the same.
    fn is_of_same(&self, assignment: &Json) -> bool {
        Assignment::from_json(assignment).is_some_and(|there| there.target.who == self.target.who)
    }
}

/// Adds it. False where whoever is meant is assigned already: that is another's.
pub async fn add(graph: &Client, object: &str, style: &Style, one: &One) -> Result<bool> {
    let _turn = write::turn(graph, object).await;
    let _writing = writing(graph, object);
    let there = graph.list(&write::path(object)).await?;
    if there.iter().any(|assignment| one.is_of_same(assignment)) {
        return Ok(false);
    }
    let added = match style.write {
        Write::OneByOne => write::add(graph, object, &one.target).await,
        Write::WholeSet(parameter) => {
            let all = there.iter().map(write::as_it_is).chain([one.to_json()]).collect();
            write::replace(graph, object, parameter, all).await
        }
    };
    match added {
        // It was not there before, so what is there now is ours.
        Err(stop) if stop.is_stop() && !stop.awaits_approval() => {
            let there = graph.although_stopped(LAST_LOOK).list(&write::path(object)).await;
            let is_there = there.is_ok_and(|there| there.iter().any(|assignment| one.is_of_same(assignment)));
            if is_there { Ok(true) } else { Err(stop) }
        }
        added => added.map(|()| true),
    }
}

/// Makes the target of the same group, or of all the same, this one.
pub async fn change(graph: &Client, object: &str, style: &Style, one: &One) -> Result<()> {
    let _turn = write::turn(graph, object).await;
    let _writing = writing(graph, object);
    let there = graph.list(&write::path(object)).await?;
    match style.write {
        Write::OneByOne => {
            let there = there.iter().filter(|json| one.is_of_same(json)).filter_map(Assignment::from_json);
            for stale in there {
                if stale.target == one.target {
                    return Ok(());
                }
                write::remove(graph, object, &stale.id).await?;
            }
            write::add(graph, object, &one.target).await
        }
        Write::WholeSet(parameter) => {
            let others = there.iter().filter(|json| !one.is_of_same(json)).map(write::as_it_is);
            write::replace(graph, object, parameter, others.chain([one.to_json()]).collect()).await
        }
    }
}

/// Takes it away. That it, or all of the object, is gone already is no error.
pub async fn remove(graph: &Client, object: &str, style: &Style, one: &One) -> Result<()> {
    let _turn = write::turn(graph, object).await;
    let _writing = writing(graph, object);
    let there = match graph.list(&write::path(object)).await {
        Err(error) if error.is_not_found() => return Ok(()),
        there => there?,
    };
    let Some(ours) = there.iter().find(|json| one.is_of_same(json)) else { return Ok(()) };
    match style.write {
        Write::OneByOne => write::remove(graph, object, ours["id"].as_str().unwrap_or_default()).await,
        Write::WholeSet(parameter) => {
            let others = there.iter().filter(|json| !one.is_of_same(json)).map(write::as_it_is).collect();
            write::replace(graph, object, parameter, others).await
        }
    }
}

fn writing(graph: &Client, object: &str) -> writers::Writer {
    let collection = object.rsplit_once('/').map_or(object, |(collection, _)| collection);
    writers::writing(graph, collection)
}

/// The assignment of an object, read with its assignments, that is of the same group, or of all the same.
pub fn find<'a>(object: &'a Json, one: &One) -> Option<&'a Json> {
    object[NAME].as_array()?.iter().find(|assignment| one.is_of_same(assignment))
}

/// The attributes of every target that an object has, read with its assignments; those of a kind that this provider does
/// not know are left out.
pub fn elements(object: &Json) -> Vec<Value> {
    let all = object[NAME].as_array().into_iter().flatten();
    all.filter_map(Assignment::from_json).map(|assignment| assignment.target.to_value()).collect()
}

/// Sets the attributes that say an assignment's target, in the words of before where they say the same.
pub fn put(state: &mut Value, assignment: &Json) {
    let Some(assignment) = Assignment::from_json(assignment) else { return };
    let now = assignment.target.to_value();
    for name in NAMES {
        let (before, now) = (state.get(name), now.get(name));
        let says_nothing = |value: &Value| value.is_null() || value.as_bool() == Some(false);
        let same_id =
            matches!((before.as_str(), now.as_str()), (Some(before), Some(now)) if before.eq_ignore_ascii_case(now));
        if same_id || (says_nothing(before) && says_nothing(now)) {
            continue;
        }
        if state.as_map().is_some_and(|attributes| attributes.contains_key(name)) {
            state.insert(name, now.clone());
        }
    }
}

/// Tells what a kind of policy lacks, and what contradicts itself, each on its attribute. `of` names the kind: `platform
/// scripts`.
pub fn validate(style: &Style, of: &str, config: &Value, diagnostics: &mut Diagnostics) {
    for name in NAMES {
        if let Some(instead) = style.lacked(config, name) {
            let rule = format!("cannot be set for {of}: {instead}");
            diagnostics.push(Diagnostic::invalid(Path::of(name), &rule));
        }
    }
    let said = NAMES.map(|name| config.get(name));
    if !said.iter().all(|value| value.is_wholly_known()) {
        return;
    }
    if is_available_to_devices(config) {
        diagnostics.push(available_to_devices(Path::of("intent")));
    }
    if let Some(target) = Target::from_value(config) {
        // There is one target only.
        let element = ["of", "in"].map(|word| format!(" {word} the element for {}", target.who));
        contradictions(config, !style.intents.is_empty(), &mut |rule| {
            let named = |name: &&&str| rule.contains(&format!("`{name}`"));
            let name = NAMES.iter().filter(named).find(|name| !config.get(name).is_null()).unwrap_or(&"group_id");
            let rule = element.iter().fold(rule.to_owned(), |rule, element| rule.replace(element, ""));
            diagnostics.push(Diagnostic::invalid(Path::of(name), &rule));
        });
    }
}
