//! What is there now.

use super::{Answer, Scope, fit, identity, moved, never, tenant, wish};
use crate::{
    resource::{Cx, Private, Registered, timeouts::Verb},
    value::Value,
};

/// Refreshes a state. `known` is the identity that Terraform has of it. After a failure the state is as it was.
pub async fn read(registered: &Registered, scope: &Scope, state: Value, known: &Value, private: &Private) -> Answer {
    let spec = &registered.spec;
    let time = spec.timeouts.of(Verb::Read, &state);
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, time).of(spec).with(&Value::Null, private);
    let _busy = wish::busy(scope);
    wish::read(&mut cx, registered, &state);
    let found = async {
        tenant::hold(&cx).await?;
        tenant::hold_reading(&cx).await?;
        let found = registered.resource.read(&mut cx, &state).await?;
        let found = moved::complete(registered, &mut cx, found).await?;
        wish::tell_shared(&mut cx, registered, &state).await;
        // A state that was moved here from another provider remembers no tenant yet.
        if found.is_some() {
            tenant::remember(&mut cx).await?;
        }
        Ok(found)
    };
    let state = match found.await {
        Ok(found) => fit::fit(spec, &registered.ty, found.unwrap_or_default(), &mut cx.diagnostics),
        Err(error) => {
            let told = never::failed_reading(&cx, &error).await;
            cx.diagnostics.push(told);
            state
        }
    };
    let now = identity::fit(spec.identity_of(&state, cx.private.tenant()), &registered.identity);
    if !state.is_null() && !cx.diagnostics.has_errors() {
        let wrong = identity::incomplete(registered, &now).or_else(|| identity::hold(registered, known, &now));
        cx.diagnostics.extend(wrong);
    }
    Answer { state, identity: now, private: cx.private, diagnostics: cx.diagnostics }
}
