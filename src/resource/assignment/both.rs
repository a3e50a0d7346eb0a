//! An object whose own resource names all its targets, while another resource names one of them: each apply of the one takes
//! away what the other one assigned.
//!
//! Which resources there are is known to the process alone. An object that this run makes has no id at plan: then the apply
//! tells.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
};

use super::target::NAME;
use crate::{
    diagnostic::Diagnostic,
    graph::Client,
    path::Path,
    resource::{Change, Cx, InProcess, Spec, looks},
    value::Value,
};

/// What was said of objects, by their paths, and whether that is a change.
#[derive(Default)]
struct Said {
    all: BTreeMap<String, bool>,
    one: BTreeMap<String, bool>,
    /// Those that this process made.
    made: BTreeSet<String>,
}

static SAID: InProcess<Mutex<Said>> = InProcess::new();

fn with_said<T>(graph: &Client, change: impl FnOnce(&mut Said) -> T) -> T {
    change(&mut SAID.of(graph, "").lock().unwrap_or_else(PoisonError::into_inner))
}

fn say(said: &mut BTreeMap<String, bool>, object: String, is_said: bool, changes: bool) {
    if is_said {
        said.insert(object, changes);
    } else {
        said.remove(&object);
    }
}

/// A plan of an object says whether its own resource names all its targets.
pub(in crate::resource) fn plan_all(cx: &mut Cx, change: &Change) {
    let (spec, Some(graph)) = (cx.spec(), looks::allowed(cx)) else { return };
    let Some(object) = path_of(&spec, &change.prior) else { return };
    let (is_said, changes) = (!change.config.get(NAME).is_null(), change.prior != change.planned);
    let one = with_said(&graph, |said| {
        say(&mut said.all, object.clone(), is_said, changes);
        said.one.get(&object).copied()
    });
    if is_said && one.is_some_and(|other| other || changes) {
        let detail = format!(
            "These are all targets that the {} has, and another resource of this configuration adds one beside them: each apply \
             of the one takes away what the other one assigned. Leave `{NAME}` out here, or name that target here and remove the \
             other resource.",
            spec.noun
        );
        cx.diagnostics.push(Diagnostic::warning("Assigned in Two Places", detail).at(Path::of(NAME)));
    }
}

/// The object that was made, and whose own resource names all its targets.
pub(in crate::resource) fn made_all(cx: &Cx, config: &Value, state: &Value) {
    let (Ok(graph), Some(object)) = (cx.graph(), path_of(&cx.spec(), state)) else { return };
    if !config.get(NAME).is_null() {
        with_said(&graph, |said| said.made.insert(object));
    }
}

/// A plan of one target says so of the object. `attribute` names it.
pub fn plan_one(cx: &mut Cx, object: &str, attribute: &str, change: &Change) {
    let Some(graph) = looks::allowed(cx) else { return };
    let object = object.to_lowercase();
    let (is_said, changes) = (!change.planned.is_null(), change.prior != change.planned);
    let all = with_said(&graph, |said| {
        say(&mut said.one, object.clone(), is_said, changes);
        said.all.get(&object).copied()
    });
    if is_said && all.is_some_and(|other| other || changes) {
        cx.diagnostics.push(beside(attribute));
    }
}

/// One target was made of an object. Tells what no plan could know.
pub fn made_one(cx: &mut Cx, object: &str, attribute: &str) {
    let Ok(graph) = cx.graph() else { return };
    if with_said(&graph, |said| said.made.contains(&object.to_lowercase())) {
        cx.diagnostics.push(beside(attribute));
    }
}

fn beside(attribute: &str) -> Diagnostic {
    let detail = format!(
        "What this names has `{NAME}` in its own resource, which are all targets that it has: each apply of the one takes away \
         what the other one assigned. Leave `{NAME}` out there, or name this target there and remove this resource."
    );
    Diagnostic::warning("Assigned in Two Places", detail).at(Path::of(attribute))
}

/// None for what has no assignments, or no id yet.
fn path_of(spec: &Spec, object: &Value) -> Option<String> {
    spec.facets.iter().find(|held| held.attribute.name == NAME)?;
    Some(format!("{}/{}", spec.collection, object.get("id").as_str()?).to_lowercase())
}
