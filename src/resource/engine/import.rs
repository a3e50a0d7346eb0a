//! Brings in what exists.

use super::{Answer, Scope, tenant};
use crate::{
    resource::{Cx, Private, Registered, timeouts::Verb},
    value::Value,
};

/// The state of what an import id names.
pub async fn import(registered: &Registered, scope: &Scope, id: &str) -> Answer {
    let spec = &registered.spec;
    let time = spec.timeouts.of(Verb::Read, &Value::Null);
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, time).with(&Value::Null, &Private::default());
    let found = async {
        tenant::remember(&mut cx).await?;
        registered.resource.import(&mut cx, id).await
    };
    let state = match found.await {
        Ok(state) => state,
        Err(error) => {
            cx.diagnostics.push(spec.failed_reading(&error));
            Value::Null
        }
    };
    Answer { state, private: cx.private, diagnostics: cx.diagnostics }
}
