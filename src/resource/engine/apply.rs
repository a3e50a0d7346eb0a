//! Carries out a planned change.

use super::{Answer, Scope, fit, identity, tenant, wish};
use crate::{
    diagnostic::{Diagnostic, Severity},
    graph,
    resource::{Cx, Private, Registered, Result, Spec, approval, assignment, looks, reasons, timeouts::Verb},
    value::Value,
};

/// What an apply is asked for.
pub struct ApplyRequest {
    /// The configuration, wholly known, write-only values included; null at destroy.
    pub config: Value,
    /// The state before; null at create.
    pub prior: Value,
    /// The planned state; null at destroy.
    pub planned: Value,
    /// The planned identity; null where there is none.
    pub identity: Value,
    /// What the plan remembered.
    pub private: Private,
}

/// Carries out a create, an update or a destroy.
///
/// After a failed create the answer holds what exists, so that nothing is orphaned; after a failed update what was
/// reached; after a failed destroy the state as it was.
pub async fn apply(registered: &Registered, scope: &Scope, request: ApplyRequest) -> Answer {
    let ApplyRequest { config, prior, planned, identity, private } = request;
    let (spec, resource) = (&registered.spec, &registered.resource);
    let (verb, doing) = match (prior.is_null(), planned.is_null()) {
        (true, _) => (Verb::Create, "creating"),
        (false, true) => (Verb::Delete, "deleting"),
        (false, false) => (Verb::Update, "changing"),
    };
    let time = spec.timeouts.of(verb, if planned.is_null() { &prior } else { &planned });
    let named = if planned.is_null() { &prior } else { &planned };
    let ledger = approval::ledger(&registered.type_name, name_of(spec, named), &private);
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, time).of(spec).with(&config, &private).entering_in(ledger);

    let _busy = wish::busy(scope);
    looks::applies(&cx);
    wish::apply(&mut cx, registered, &prior, &planned);
    let done: Result<Value> = async {
        tenant::hold(&cx).await?;
        tenant::remember(&mut cx).await?;
        match verb {
            Verb::Create => resource.create(&mut cx, &planned).await,
            Verb::Delete => resource.delete(&mut cx, &prior).await.map(|()| Value::Null),
            Verb::Update | Verb::Read => resource.update(&mut cx, &prior, &planned).await,
        }
    }
    .await;

    let state = match done {
        Ok(state) if verb == Verb::Delete || state.as_map().is_some() => {
            if verb == Verb::Create {
                assignment::made_all(&cx, &config, &state);
            }
            if let Some(mut told) = cx.unexplained.take() {
                reasons::explain(&cx, registered, verb, (&prior, &planned), &mut told).await;
                cx.diagnostics.0.insert(0, told);
            }
            state
        }
        Ok(_) => {
            cx.diagnostics.push(without_state(spec, doing));
            cx.take_kept().unwrap_or(prior)
        }
        Err(error) => {
            let mut told = spec.failed_writing(doing, &error);
            if error.graph().is_some_and(graph::Error::is_without_words) || cx.unexplained.is_some() {
                reasons::explain(&cx, registered, verb, (&prior, &planned), &mut told).await;
            }
            let state = cx.take_kept().unwrap_or(prior);
            if state.is_null() {
                approval::tell_entry(&mut told, &error);
            }
            // Why it failed comes before what came of that.
            cx.diagnostics.0.insert(0, told);
            state
        }
    };
    if state.is_null()
        && let Some(holder) = cx.holder()
    {
        holder.ends();
    }
    let state = without_unknown(spec, state, &mut cx);
    let state = fit::fit(spec, &registered.ty, state, &mut cx.diagnostics);
    approval::keep(&mut cx);
    let now = identity::fit(spec.identity_of(&state, cx.private.tenant()), &registered.identity);
    if !state.is_null() && !cx.diagnostics.has_errors() {
        let known = if verb == Verb::Update { &identity } else { &Value::Null };
        let wrong = identity::incomplete(registered, &now).or_else(|| identity::hold(registered, known, &now));
        cx.diagnostics.extend(wrong);
    }
    Answer { state, identity: now, private: cx.private, diagnostics: cx.diagnostics }
}

/// What users call it: the first attribute that it is found by.
fn name_of<'a>(spec: &Spec, state: &'a Value) -> &'a str {
    spec.find_by.first().and_then(|find| state.get(find.attribute).as_str()).unwrap_or_default()
}

fn without_state(spec: &Spec, doing: &str) -> Diagnostic {
    let detail = format!(
        "After {doing} the {} the provider had no state of it. This is a bug in the provider: please report it.",
        spec.noun
    );
    Diagnostic::error("State Missing after Apply", detail)
}

/// Core saves an unknown value as null and calls it our mistake. After an error it is expected: the rest was not reached.
fn without_unknown(spec: &Spec, state: Value, cx: &mut Cx) -> Value {
    if state.is_wholly_known() {
        return state;
    }
    if !cx.diagnostics.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        let detail =
            format!("The {} was written, and not all of its attributes are known. Please report it.", spec.noun);
        cx.diagnostics.push(Diagnostic::error("Unknown Value after Apply", detail));
    }
    unknown_to_null(state)
}

fn unknown_to_null(value: Value) -> Value {
    match value {
        Value::Unknown => Value::Null,
        Value::List(elements) => Value::List(elements.into_iter().map(unknown_to_null).collect()),
        Value::Set(elements) => Value::set(elements.into_iter().map(unknown_to_null).collect()),
        Value::Map(map) => Value::Map(map.into_iter().map(|(name, value)| (name, unknown_to_null(value))).collect()),
        Value::Dynamic(inner) => Value::Dynamic(Box::new((inner.0, unknown_to_null(inner.1)))),
        known => known,
    }
}
