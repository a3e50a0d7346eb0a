//! Why Intune may have refused a write: its 400 "An error has occurred" says nothing else. What a read can tell is looked up,
//! and only after the refusal.

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;
use serde_json::Value as Json;
use tokio::time::Instant;

use super::{
    Cx, Registered, Silent, Spec, assignment,
    references::{self, Reference},
    shape::is_of_kind,
    timeouts::Verb,
};
use crate::{
    autopilot::users,
    diagnostic::Diagnostic,
    graph::{self, Client, segment},
    knowledge::some_of::some_of,
    value::Value,
};

/// Ids that cannot be looked up in a moment are too many to be told.
const MOST: usize = 100;

/// So many are named where they could not be looked up.
const NAMED: usize = 20;

/// How long the looking takes at most.
const TIME: Duration = Duration::from_secs(20);

/// What was found, in the order in which it is told.
#[derive(Debug, Default, PartialEq)]
struct Findings {
    /// What is wrong.
    wrong: Vec<String>,
    /// What is as it should be.
    good: Vec<String>,
    /// What could not be looked up.
    unknown: Vec<String>,
}

/// Adds the likely reasons to what is told of a refusal that says none.
pub(super) async fn explain(
    cx: &Cx,
    registered: &Registered,
    verb: Verb,
    (prior, planned): (&Value, &Value),
    told: &mut Diagnostic,
) {
    let Some(graph) = looking(cx) else { return };
    let (spec, mut findings) = (cx.spec(), Findings::default());
    has_intune(&graph, &mut findings).await;
    exist(&graph, registered, planned, &mut findings).await;
    for rule in &spec.silent {
        holds(*rule, &graph, &spec, verb, (prior, planned), &mut findings).await;
    }
    findings.tell(told);
}

/// The same for an action, which named these users.
pub(crate) async fn explain_action(cx: &Cx, users: &[&str], told: &mut Diagnostic) {
    let Some(graph) = looking(cx) else { return };
    let mut findings = Findings::default();
    has_intune(&graph, &mut findings).await;
    can_be_assigned(&graph, users, &mut findings).await;
    findings.tell(told);
}

/// The client to look with, for as long as that may take; none where nobody waits for it any more.
fn looking(cx: &Cx) -> Option<Client> {
    let graph = cx.graph().ok().filter(|_| !cx.is_cancelled())?;
    Some(graph.until(Instant::now() + TIME))
}

impl Findings {
    fn tell(&self, told: &mut Diagnostic) {
        told.detail = format!("{}\n\n{}", told.detail, listed(self));
    }
}

/// An Intune that was never set up answers so to every POST (microsoft-graph-docs-contrib issue 1298).
async fn has_intune(graph: &Client, findings: &mut Findings) {
    match graph.list("/v1.0/organization").await {
        Ok(found) if found.iter().all(|each| each["mobileDeviceManagementAuthority"] == "intune") => {
            findings.good.push("The tenant has Intune.".into());
        }
        Ok(_) => findings.wrong.push(
            "The tenant does not manage devices by Intune: its MDM authority is another one, or none. It needs an Intune \
             licence, and an administrator who has opened the Intune admin center once."
                .into(),
        ),
        Err(error) => findings.unknown.push(format!(
            "Whether the tenant has an Intune licence; without one Intune refuses every write like this. ({error})"
        )),
    }
}

/// Whether each thing exists that a configuration names by its id. Asked by their paths, since a list may be of before.
async fn exist(graph: &Client, registered: &Registered, planned: &Value, findings: &mut Findings) {
    let named: BTreeSet<_> = references::of(&registered.spec.attributes, planned).into_iter().collect();
    let with_table = |reference: Reference| Some((registered.referred.table(reference.kind)?, reference));
    let named: Vec<_> = named.into_iter().filter_map(with_table).take(MOST).collect();
    let path = |spec: &Spec, id: &str| format!("{}/{}", spec.collection, segment(id));
    let paths: Vec<_> = named.iter().map(|(spec, reference)| path(spec, &reference.id)).collect();
    let answers = join_all(paths.iter().map(|path| graph.read(path))).await;
    for ((spec, Reference { kind, shown, id, .. }), answer) in named.iter().zip(answers) {
        let noun = spec.noun;
        let must = answer.as_ref().ok().and_then(|json| unfit(&registered.spec.silent, kind, json));
        match (references::is_there(&answer), answer) {
            (Some(true), _) => match must {
                Some(must) => findings.wrong.push(format!("The {noun} {id} of `{shown}` will not do: {must}")),
                None => findings.good.push(format!("The {noun} {id} of `{shown}` exists.")),
            },
            (Some(false), _) => findings.wrong.push(format!("There is no {noun} {id}, which `{shown}` names.")),
            (None, answer) => {
                let why = answer.err().map(|error| format!(" ({error})")).unwrap_or_default();
                findings.unknown.push(format!("Whether the {noun} {id} of `{shown}` exists.{why}"));
            }
        }
    }
}

/// Whether these users are such as can be assigned to devices.
async fn can_be_assigned(graph: &Client, named: &[&str], findings: &mut Findings) {
    if named.is_empty() {
        return;
    }
    let named = &named[..named.len().min(MOST)];
    let found = match users::named(graph, named).await {
        Ok(found) => found,
        Err(error) => {
            let whom = some_of(named, NAMED);
            findings.unknown.push(format!("Whether there are these users: {whom}. ({error})"));
            return;
        }
    };
    let mut good = Vec::new();
    for &user in named {
        match found.get(&user.to_lowercase()) {
            None => findings.wrong.push(format!("There is no user {user} in this tenant.")),
            Some(there) if users::is_disabled(there) => findings.wrong.push(format!("The user {user} is disabled.")),
            Some(there) if !users::has_intune(there) => {
                findings.wrong.push(format!("The user {user} has no Intune licence."));
            }
            Some(_) => good.push(user),
        }
    }
    match good.as_slice() {
        [] => {}
        [one] => findings.good.push(format!("The user {one} exists, is enabled and has an Intune licence.")),
        several => findings
            .good
            .push(format!("These users exist, are enabled and have an Intune licence: {}.", some_of(several, NAMED))),
    }
}

/// All texts of an attribute of this name, at any depth.
fn texts_of<'a>(value: &'a Value, attribute: &str, found: &mut BTreeSet<&'a str>) {
    for (name, inner) in value.as_map().into_iter().flatten() {
        match inner.as_str() {
            Some(text) if *name == attribute && !text.is_empty() => _ = found.insert(text),
            _ => texts_of(inner, attribute, found),
        }
    }
}

/// What something of this kind must be and is not.
fn unfit(rules: &[Silent], kind: &str, json: &Json) -> Option<&'static str> {
    rules.iter().find_map(|rule| match rule {
        Silent::Unfit(of, fits, must) if *of == kind && !fits(json) => Some(*must),
        _ => None,
    })
}

async fn holds(
    rule: Silent,
    graph: &Client,
    spec: &Spec,
    verb: Verb,
    (prior, planned): (&Value, &Value),
    findings: &mut Findings,
) {
    let nouns = &spec.nouns;
    match rule {
        Silent::Untold(what) if verb != Verb::Delete => findings.unknown.push(what.to_owned()),
        Silent::Users(attribute) if verb != Verb::Delete => {
            let (mut users, mut before) = (BTreeSet::new(), BTreeSet::new());
            texts_of(planned, attribute, &mut users);
            texts_of(prior, attribute, &mut before);
            let users: Vec<_> = users.difference(&before).copied().collect();
            can_be_assigned(graph, &users, findings).await;
        }
        Silent::InUse(advice) if verb == Verb::Delete => {
            findings
                .wrong
                .push(format!("It is probably in use: Intune keeps {} that something uses. {advice}", spec.a_noun()));
        }
        Silent::AtMost(most) if verb == Verb::Create => match there(graph, spec).await {
            Ok(there) if there.len() >= most => {
                findings.wrong.push(format!("The tenant has {} {nouns}, and Intune takes {most}.", there.len()));
            }
            Ok(there) => findings.good.push(format!("The tenant has {} {nouns} of at most {most}.", there.len())),
            Err(error) => findings.unknown.push(format!("Whether the tenant has all the {nouns} it may. ({error})")),
        },
        Silent::NameTaken if verb != Verb::Delete => {
            let Some(name) = spec.find_by.first().and_then(|find| planned.get(find.attribute).as_str()) else { return };
            let is_other = |json: &Json| {
                let called = json["displayName"].as_str().unwrap_or_default();
                called.to_lowercase() == name.to_lowercase() && json["id"].as_str() != prior.get("id").as_str()
            };
            match graph.list(spec.collection).await {
                Ok(there) => match there.iter().find(|json| is_other(json)) {
                    Some(other) => findings.wrong.push(format!(
                        "The name {name:?} is taken: by the {} {}. Choose another one, or import that one.",
                        spec.noun,
                        other["id"].as_str().unwrap_or_default()
                    )),
                    None => findings.good.push(format!("No other {} is called {name:?}.", spec.noun)),
                },
                Err(error) => findings.unknown.push(format!("Whether the name {name:?} is taken. ({error})")),
            }
        }
        Silent::AllDevicesOnce if assignment::is_to_everyone(planned) && !assignment::is_to_everyone(prior) => {
            match assignment::holder_of_everyone(graph, spec.collection).await {
                Ok(Some(holder)) => findings.wrong.push(format!(
                    "All Devices is taken: by {holder}. Only one of the {nouns} can be assigned to them."
                )),
                Ok(None) => findings.good.push(format!("None of the {nouns} is assigned to All Devices.")),
                Err(error) => findings.unknown.push(format!("Whether All Devices is taken. ({error})")),
            }
        }
        _ => {}
    }
}

/// What there is of the kind.
async fn there(graph: &Client, spec: &Spec) -> Result<Vec<Json>, graph::Error> {
    let mut there = graph.list(spec.collection).await?;
    there.retain(|json| is_of_kind(spec, json));
    Ok(there)
}

fn listed(findings: &Findings) -> String {
    let Findings { wrong, good, unknown } = findings;
    let list = |lines: &[String]| lines.iter().map(|line| format!("\n  - {line}")).collect::<String>();
    let mut parts = Vec::new();
    if wrong.is_empty() {
        parts.push("Intune does not say why. What a read can tell is no reason for it:".to_owned() + &list(good));
    } else {
        parts.push("Intune does not say why. This is likely, and was looked up just now:".to_owned() + &list(wrong));
    }
    if !unknown.is_empty() {
        parts.push("This could not be looked up:".to_owned() + &list(unknown));
    }
    parts.join("\n\n")
}
