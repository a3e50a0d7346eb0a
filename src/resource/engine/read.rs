//! What is there now.

use super::{Answer, Scope, tenant};
use crate::{
    resource::{Cx, Private, Registered, timeouts::Verb},
    value::Value,
};

/// Refreshes a state. After a failure the state is as it was.
pub async fn read(registered: &Registered, scope: &Scope, state: Value, private: &Private) -> Answer {
    let spec = &registered.spec;
    let time = spec.timeouts.of(Verb::Read, &state);
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, time).with(&Value::Null, private);
    let found = async {
        tenant::hold(&cx).await?;
        registered.resource.read(&mut cx, &state).await
    };
    let state = match found.await {
        Ok(found) => found.unwrap_or_default(),
        Err(error) => {
            cx.diagnostics.push(spec.failed_reading(&error));
            state
        }
    };
    Answer { state, private: cx.private, diagnostics: cx.diagnostics }
}
