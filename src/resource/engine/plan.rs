//! What a change would do.

use super::{Scope, fit, identity, moved, never, referred, tenant, validate::validate, wish};
use crate::{
    diagnostic::{Diagnostics, Severity},
    path::Path,
    plan,
    resource::{Change, Cx, Private, Registered, assignment, timeouts::Verb},
    schema,
    value::Value,
};

/// What a plan is asked for.
pub struct PlanRequest {
    /// The configuration; null at destroy.
    pub config: Value,
    /// The state before; null at create.
    pub prior: Value,
    /// The identity that Terraform knows; null where there is none.
    pub identity: Value,
    /// What the resource remembers.
    pub private: Private,
}

/// What a plan answers.
#[derive(Default)]
pub struct PlanAnswer {
    /// The planned state; null at destroy.
    pub planned: Value,
    /// Where the change replaces the resource.
    pub replace: Vec<Path>,
    /// The identity; null at create.
    pub identity: Value,
    /// What the resource remembers when it is applied.
    pub private: Private,
    /// What the user is told.
    pub diagnostics: Diagnostics,
}

/// Plans a create, an update or a destroy.
pub async fn plan(registered: &Registered, scope: &Scope, request: PlanRequest) -> PlanAnswer {
    let PlanRequest { config, prior, identity, private } = request;
    let spec = &registered.spec;
    let _busy = wish::busy(scope);
    let planned = plan::propose(&spec.attributes, &config, &prior);
    let time = spec.timeouts.of(Verb::Read, if config.is_null() { &prior } else { &config });
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, time).of(spec).with(&config, &private);
    wish::plan(&mut cx, registered, &prior, &planned);
    if planned.is_null() && !prior.is_null() {
        wish::remember_shared(&mut cx, registered, &prior).await;
    }
    let mut change = Change { config, prior, planned, replace: Vec::new() };

    // What became known since the configuration was validated is held to the same rules, before Graph is asked.
    let mut told = Diagnostics::default();
    if !change.config.is_null() {
        told = validate(registered, &change.config, true);
        // Where nothing changes, what is unwise was told when it was planned first.
        let changes = change.planned != change.prior;
        told.0.retain(|told| changes || told.severity == Severity::Error);
        told.extend(schema::read_texts(&spec.attributes, &change.config, &change.prior));
    }
    if !change.config.is_null() {
        told.extend(moved::unread(&cx.private));
    }
    if told.has_errors() {
        cx.diagnostics.extend(told.into_iter().filter(|told| told.severity == Severity::Error));
    } else {
        cx.diagnostics.extend(told);
        let hooked = async {
            tenant::hold(&cx).await?;
            let answers = change.planned == change.prior || tenant::sign_in(&mut cx, spec).await?;
            registered.resource.plan(&mut cx, &mut change).await?;
            assignment::plan_all(&mut cx, &change);
            Ok(answers)
        };
        match hooked.await {
            Ok(true) => referred::warn(&mut cx, registered, &change).await,
            Ok(false) => {}
            Err(error) => {
                let told = never::failed_reading(&cx, &error).await;
                cx.diagnostics.push(told);
            }
        }
    }

    change.planned = fit::fit(spec, &registered.ty, change.planned, &mut cx.diagnostics);
    change.replace.extend(plan::replace_paths(&spec.attributes, &change.prior, &change.planned));
    change.replace.sort();
    change.replace.dedup();

    // What is changed or destroyed is what it was. What is to be made has no identity before the apply tells it: one that is
    // unknown in part is allowed, and `terraform plan` fails to show it (1.15.5, "Failed to marshal plan to json").
    let known = identity::fit(spec.identity_of(&change.prior, cx.private.tenant()), &registered.identity);
    if !change.prior.is_null() && !cx.diagnostics.has_errors() {
        cx.diagnostics.extend(identity::hold(registered, &identity, &known));
    }
    PlanAnswer {
        planned: change.planned,
        replace: change.replace,
        identity: known,
        private: cx.private,
        diagnostics: cx.diagnostics,
    }
}
