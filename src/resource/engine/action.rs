//! Plans and does actions.

use tokio::sync::mpsc::Sender;

use super::{Scope, never};
use crate::{
    diagnostic::Diagnostics,
    resource::{Cx, Private, Progress, RegisteredAction, Result, Told, approval, timeouts},
    schema,
    value::Value,
};

/// An action's configuration. Works without credentials.
pub fn validate_action(registered: &RegisteredAction, config: &Value) -> Diagnostics {
    let mut diagnostics = schema::validate(&registered.spec.attributes, config);
    registered.action.validate(config, &mut diagnostics);
    diagnostics
}

/// What can be said of an action before it is done. Values may be unknown.
pub async fn plan_action(registered: &RegisteredAction, scope: &Scope, config: Value) -> Diagnostics {
    let mut cx = cx(registered, scope, &config);
    let planned = registered.action.plan(&mut cx, &config).await;
    end(registered, cx, planned).await
}

/// Does an action, telling how far it is to `told`, and gives how it ended.
pub async fn invoke_action(registered: &RegisteredAction, scope: &Scope, config: Value, told: Sender<Told>) -> Told {
    let mut cx = cx(registered, scope, &config);
    let done = registered.action.invoke(&mut cx, &config, &Progress(told)).await;
    Told::Completed(end(registered, cx, done).await)
}

fn cx(registered: &RegisteredAction, scope: &Scope, config: &Value) -> Cx {
    let time = timeouts::of_action(config, registered.spec.timeout);
    let ledger = approval::ledger(&registered.type_name, "", &Private::default());
    Cx::new(&scope.tenant, &scope.cancel, time).with(config, &Private::default()).entering_in(ledger)
}

async fn end(registered: &RegisteredAction, mut cx: Cx, done: Result<()>) -> Diagnostics {
    let spec = &registered.spec;
    if let Err(error) = done {
        let mut told = never::failed(&cx, &error, spec.doing, spec.permission).await;
        approval::tell_entry(&mut told, &error);
        cx.diagnostics.push(told);
    }
    approval::keep(&mut cx);
    cx.diagnostics
}
