//! Brings in what exists.

use super::{Answer, Scope, fit, generate, identity, never, tenant, wish};
use crate::{
    diagnostic::Diagnostic,
    resource::{Cx, Private, Registered, Result, identity::TENANT, timeouts::Verb},
    value::Value,
};

/// What names the object.
pub enum By {
    /// The text of `terraform import`, or `id` of an import block.
    Id(String),
    /// `identity` of an import block.
    Identity(Value),
}

impl From<&str> for By {
    fn from(id: &str) -> By {
        By::Id(id.to_owned())
    }
}

/// The state of what is named.
pub async fn import(registered: &Registered, scope: &Scope, by: By) -> Answer {
    let spec = &registered.spec;
    let time = spec.timeouts.of(Verb::Read, &Value::Null);
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, time).of(spec).with(&Value::Null, &Private::default());
    let found: Result<Value> = async {
        tenant::hold_reading(&cx).await?;
        tenant::remember(&mut cx).await?;
        match &by {
            By::Id(id) => registered.resource.import(&mut cx, id).await,
            By::Identity(identity) => {
                let (named, ours) = (identity.get(TENANT).as_str(), cx.private.tenant());
                match (named, ours) {
                    (Some(named), Some(ours)) if !named.eq_ignore_ascii_case(ours) => {
                        Err(of_another_tenant(registered, named, ours).into())
                    }
                    _ => registered.resource.import_identity(&mut cx, identity).await,
                }
            }
        }
    }
    .await;
    let state = match found {
        Ok(state) => {
            wish::import(&mut cx, registered);
            fit::fit(spec, &registered.ty, state, &mut cx.diagnostics)
        }
        Err(error) => {
            let told = never::failed_reading(&cx, &error).await;
            cx.diagnostics.push(told);
            Value::Null
        }
    };
    let now = identity::fit(spec.identity_of(&state, cx.private.tenant()), &registered.identity);
    if !cx.diagnostics.has_errors() {
        if state.is_null() {
            let detail =
                format!("The provider found no {}. This is a bug in the provider: please report it.", spec.noun);
            cx.diagnostics.push(Diagnostic::error("Nothing Imported", detail));
        } else {
            let asked = match &by {
                By::Id(_) => &Value::Null,
                By::Identity(identity) => identity,
            };
            let wrong = identity::incomplete(registered, &now).or_else(|| identity::hold(registered, asked, &now));
            cx.diagnostics.extend(wrong);
            cx.diagnostics.extend(generate::lacking(registered, &state));
        }
    }
    Answer { state, identity: now, private: cx.private, diagnostics: cx.diagnostics }
}

fn of_another_tenant(registered: &Registered, named: &str, ours: &str) -> Diagnostic {
    let detail = format!(
        "The identity names a {} of the tenant {named}, and the provider's credentials belong to the tenant {ours}. Use the \
         credentials of {named}, or leave `{TENANT}` out of the identity.",
        registered.spec.noun
    );
    Diagnostic::error("Identity of Another Tenant", detail)
}
