//! Ids in a configuration that are the ids of nothing: told at plan, before the service refuses them in its own words.
//!
//! Only what a plan changes is looked up, in one request with what others read meanwhile, and nothing that this process
//! knows already. What this run makes has ids that are unknown at plan. A process that has begun to apply looks nothing up:
//! core plans there once more, and what was just made may not be seen yet.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::future::join_all;

use crate::{
    diagnostic::{Diagnostic, Severity},
    graph::{Client, segment},
    path::Path,
    resource::{
        Change, Cx, Registered, Spec,
        in_process::InProcess,
        looks,
        references::{self, Reference},
    },
    schema::ANY_OBJECT,
};

/// So many ids of whatever is in the directory are looked up for a resource: each is a request.
const MOST_OF_ANY: usize = 100;

/// What this process knows of a tenant.
#[derive(Default)]
struct Known {
    /// What was looked up, and whether it is there.
    there: BTreeMap<(&'static str, String), bool>,
}

static KNOWN: InProcess<Mutex<Known>> = InProcess::new();

fn with_known<T>(graph: &Client, look: impl FnOnce(&mut Known) -> T) -> T {
    look(&mut KNOWN.of(graph, "").lock().unwrap_or_else(PoisonError::into_inner))
}

/// Warns of ids that this plan brings in and that are the ids of nothing.
pub(super) async fn warn(cx: &mut Cx, registered: &Registered, change: &Change) {
    let Some(graph) = looks::allowed(cx) else { return };
    let references = references(registered, change);
    look_up(cx, &graph, &references).await;
    let missing = with_known(&graph, |known| {
        let is_missing = |(_, reference): &&(_, Reference)| known.there.get(&reference.key()) == Some(&false);
        references.iter().filter(is_missing).map(|(spec, reference)| missing(spec, reference)).collect::<Vec<_>>()
    });
    cx.diagnostics.extend(missing);
}

fn missing(spec: &Spec, reference: &Reference) -> Diagnostic {
    let Reference { attribute, id, .. } = reference;
    let rule = format!(
        "names {} that is not in this tenant: {id:?}. Unless it comes about before the apply, the service refuses it, often \
         without a reason. Check the id, or refer to the resource or the data source instead.",
        spec.a_noun()
    );
    let told = Diagnostic::invalid(Path::of(attribute), &rule);
    Diagnostic { severity: Severity::Warning, summary: "Not in This Tenant".into(), ..told }
}

/// Asks for what is not known yet.
async fn look_up(cx: &mut Cx, graph: &Client, references: &[(Arc<Spec>, Reference)]) {
    let is_new =
        |(_, reference): &&(_, Reference)| with_known(graph, |known| !known.there.contains_key(&reference.key()));
    let new: Vec<_> = references.iter().filter(is_new).collect();
    let is_any = |(_, reference): &&&(_, Reference)| reference.kind == ANY_OBJECT;
    let too_many = new.iter().filter(is_any).count() > MOST_OF_ANY;
    if too_many {
        looks::only_some(cx, "there are too many ids of members to look each up");
    }
    let new: Vec<_> = new.iter().filter(|it| !too_many || !is_any(it)).collect();
    let reads = new.iter().map(|(spec, reference)| async {
        match reference.kind {
            // No list holds all that is in a directory.
            ANY_OBJECT => graph.read(&format!("{}/{}", spec.collection, segment(&reference.id))).await,
            _ => graph.read_listed(spec.collection, &reference.id, "").await,
        }
    });
    for ((spec, reference), answer) in new.iter().zip(join_all(reads).await) {
        match references::is_there(&answer) {
            Some(is_there) => with_known(graph, |known| {
                known.there.insert(reference.key(), is_there);
            }),
            None => {
                let whole =
                    ("Ids Not Checked", "Whether the ids in this configuration exist was not checked everywhere");
                let read = (spec.nouns.as_str(), spec.permissions.0);
                answer.as_ref().err().into_iter().for_each(|why| looks::tell_why_not(cx, whole, read, why));
            }
        }
    }
}

/// The ids that the configuration says and the state does not, each once, with the table of what they are of.
fn references(registered: &Registered, change: &Change) -> Vec<(Arc<Spec>, Reference)> {
    let table = &registered.spec.attributes;
    let key = |reference: &Reference| (reference.attribute, reference.key());
    let mut seen: BTreeSet<_> = references::of(table, &change.prior).iter().map(key).collect();
    let new = references::of(table, &change.config).into_iter().filter(|reference| seen.insert(key(reference)));
    new.filter_map(|reference| Some((registered.referred.table(reference.kind)?, reference))).collect()
}
