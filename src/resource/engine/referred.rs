//! Ids in a configuration that are the ids of nothing: told at plan, before the service refuses them in its own words.
//!
//! Only what a plan changes is looked up, in one request with what others read meanwhile, and nothing that this process
//! knows already. What this run makes has ids that are unknown at plan. A process that has begun to apply looks nothing up:
//! core plans there once more, and what was just made may not be seen yet.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::join_all;

use crate::{
    diagnostic::{Diagnostic, Severity},
    graph::{self, Client},
    path::Path,
    resource::{Change, Cx, Registered, Spec, in_process::InProcess},
    schema::{Attribute, Kind, Nesting},
    value::{Map, Value},
};

/// What this process knows of a tenant.
#[derive(Default)]
struct Known {
    applies: bool,
    has_told: bool,
    /// What was looked up, and whether it is there.
    there: BTreeMap<String, bool>,
}

static KNOWN: InProcess<Mutex<Known>> = InProcess::new();

fn with_known<T>(graph: &Client, look: impl FnOnce(&mut Known) -> T) -> T {
    look(&mut KNOWN.of(graph, "").lock().unwrap_or_else(PoisonError::into_inner))
}

/// An id of a configuration, and where it stands.
struct Reference {
    attribute: &'static str,
    spec: Arc<Spec>,
    id: String,
}

impl Reference {
    /// Ids have no case.
    fn key(&self) -> String {
        format!("{}/{}", self.spec.collection, self.id.to_ascii_lowercase())
    }
}

/// From now on this process applies.
pub(super) fn applies(cx: &Cx) {
    if let Ok(graph) = cx.graph() {
        with_known(&graph, |known| known.applies = true);
    }
}

/// Warns of ids that this plan brings in and that are the ids of nothing.
pub(super) async fn warn(cx: &mut Cx, registered: &Registered, change: &Change) {
    let Ok(graph) = cx.graph() else { return };
    let references = references(registered, change);
    if references.is_empty() || with_known(&graph, |known| known.applies) {
        return;
    }
    look_up(cx, &graph, &references).await;
    let missing = with_known(&graph, |known| {
        let is_missing = |reference: &&Reference| known.there.get(&reference.key()) == Some(&false);
        references.iter().filter(is_missing).map(missing).collect::<Vec<_>>()
    });
    cx.diagnostics.extend(missing);
}

fn missing(reference: &Reference) -> Diagnostic {
    let Reference { attribute, spec, id } = reference;
    let rule = format!(
        "names {} that is not in this tenant: {id:?}. Unless it comes about before the apply, the service refuses it, often \
         without a reason. Check the id, or refer to the resource or the data source instead.",
        spec.a_noun()
    );
    let told = Diagnostic::invalid(Path::of(attribute), &rule);
    Diagnostic { severity: Severity::Warning, summary: "Not in This Tenant".into(), ..told }
}

/// Asks for what is not known yet.
async fn look_up(cx: &mut Cx, graph: &Client, references: &[Reference]) {
    let is_new = |reference: &&Reference| with_known(graph, |known| !known.there.contains_key(&reference.key()));
    let new: Vec<_> = references.iter().filter(is_new).collect();
    let reads = new.iter().map(|reference| graph.read_listed(reference.spec.collection, &reference.id, ""));
    for (reference, answer) in new.iter().zip(join_all(reads).await) {
        match is_there(&answer) {
            Some(is_there) => with_known(graph, |known| {
                known.there.insert(reference.key(), is_there);
            }),
            None => tell_why_not(cx, graph, &reference.spec, answer.as_ref().err()),
        }
    }
}

/// Whether there is such an object; nothing where that could not be told. Intune answers 400 for an id that is no id of its
/// kind.
fn is_there<T>(answer: &Result<T, graph::Error>) -> Option<bool> {
    match answer {
        Ok(_) => Some(true),
        Err(error) if error.is_not_found() || error.status() == Some(400) => Some(false),
        Err(_) => None,
    }
}

/// Once in a run. That a permission is missing is what a 403 says, and nothing else. A run that was stopped tells nothing.
fn tell_why_not(cx: &mut Cx, graph: &Client, spec: &Spec, why: Option<&graph::Error>) {
    let Some(why) = why.filter(|why| !why.is_cancelled()) else { return };
    if with_known(graph, |known| std::mem::replace(&mut known.has_told, true)) {
        return;
    }
    let reason = match why.status() {
        Some(403) => format!(
            "{} cannot be read with these credentials. That needs the permission {}.",
            spec.nouns, spec.permissions.0
        ),
        _ => format!("{} could not be read: {why}.", spec.nouns),
    };
    let detail = format!("Whether the ids in this configuration exist was not checked everywhere: {reason}");
    cx.warn("Ids Not Checked", detail);
}

/// The ids that the configuration says and the state does not, each once. Ids have no case.
fn references(registered: &Registered, change: &Change) -> Vec<Reference> {
    let mut found = Vec::new();
    for attribute in &registered.spec.attributes {
        let ids = |object: &Value| {
            let mut ids = BTreeMap::new();
            collect(attribute, object.get(attribute.name), &mut ids);
            ids
        };
        let before = ids(&change.prior);
        for (key, id) in ids(&change.config).into_iter().filter(|(key, _)| !before.contains_key(key)) {
            if let Some(spec) = registered.referred.get(key.0) {
                found.push(Reference { attribute: attribute.name, spec: spec.clone(), id });
            }
        }
    }
    found
}

/// The ids below an attribute, by their kind and without case.
fn collect(attribute: &Attribute, value: &Value, ids: &mut BTreeMap<(&'static str, String), String>) {
    match (&attribute.kind, attribute.refers_to) {
        (Kind::Plain(_), Some(kind)) => {
            let texts = [value].into_iter().chain(value.elements()).filter_map(Value::as_str);
            let texts = texts.filter(|id| !id.is_empty());
            ids.extend(texts.map(|id| ((kind, id.to_ascii_lowercase()), id.to_owned())));
        }
        (Kind::Plain(_), None) => {}
        (Kind::Nested(nesting, nested), _) => {
            let objects: Vec<&Value> = match nesting {
                Nesting::Single => vec![value],
                Nesting::List | Nesting::Set => value.elements().iter().collect(),
                Nesting::Map => value.as_map().into_iter().flat_map(Map::values).collect(),
            };
            for object in objects {
                nested.iter().for_each(|attribute| collect(attribute, object.get(attribute.name), ids));
            }
        }
    }
}
