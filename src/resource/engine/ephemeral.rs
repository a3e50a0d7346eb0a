//! Opens, renews and closes ephemeral resources.

use std::time::{Duration, SystemTime};

use super::Scope;
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    resource::{Cx, Opened, Private, RegisteredEphemeral},
    schema,
    value::Value,
    wire,
};

/// Nothing that lives for one run is waited for longer.
const TIME: Duration = Duration::from_secs(300);

/// What an opening answers.
#[derive(Clone, Debug, Default)]
pub struct OpenAnswer {
    /// What was opened; null where it was not.
    pub result: Value,
    /// When it has to be renewed, if it has to.
    pub renew_at: Option<SystemTime>,
    /// What renewing and closing need.
    pub private: Private,
    /// What the user is told.
    pub diagnostics: Diagnostics,
}

/// An ephemeral resource's configuration. Works without credentials.
pub fn validate_ephemeral(registered: &RegisteredEphemeral, config: &Value) -> Diagnostics {
    let mut diagnostics = schema::validate(&registered.spec.attributes, config);
    registered.ephemeral.validate(config, &mut diagnostics);
    diagnostics
}

/// Opens one.
pub async fn open(registered: &RegisteredEphemeral, scope: &Scope, config: Value) -> OpenAnswer {
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, TIME).with(&config, &Private::default());
    let opened = match registered.ephemeral.open(&mut cx, &config).await {
        Ok(opened) => opened,
        Err(error) => {
            cx.diagnostics.push(failed(registered, "opening", &error));
            Opened::default()
        }
    };
    let (result, misfits) = wire::fit(opened.result, &registered.ty);
    if !misfits.is_empty() || !result.is_wholly_known() {
        let detail = format!(
            "What the provider opened as {} does not fit its schema. This is a bug in the provider: please report it.",
            registered.type_name
        );
        cx.diagnostics.push(Diagnostic::error("Result Does Not Fit", detail));
    }
    let result = if result.is_wholly_known() { result } else { Value::Null };
    OpenAnswer { result, renew_at: opened.renew_at, private: cx.private, diagnostics: cx.diagnostics }
}

/// Renews one, with what it remembered last.
pub async fn renew(registered: &RegisteredEphemeral, scope: &Scope, private: &Private) -> OpenAnswer {
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, TIME).with(&Value::Null, private);
    let renewed = registered.ephemeral.renew(&mut cx).await;
    let renew_at = renewed.unwrap_or_else(|error| {
        cx.diagnostics.push(failed(registered, "renewing", &error));
        None
    });
    OpenAnswer { result: Value::Null, renew_at, private: cx.private, diagnostics: cx.diagnostics }
}

/// Closes one, with what its opening remembered.
pub async fn close(registered: &RegisteredEphemeral, scope: &Scope, private: &Private) -> Diagnostics {
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, TIME).with(&Value::Null, private);
    let closed = registered.ephemeral.close(&mut cx).await;
    cx.diagnostics.extend(closed.err().map(|error| failed(registered, "closing", &error)));
    cx.diagnostics
}

fn failed(registered: &RegisteredEphemeral, doing: &str, error: &crate::resource::Error) -> Diagnostic {
    let spec = &registered.spec;
    error.diagnostic(&format!("{doing} the {}", spec.noun), spec.permission)
}
