//! Lists what there is.

use tokio::sync::mpsc::Sender;

use super::{Scope, fit, generate, identity, never, tenant};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    resource::{Cx, Listing, Private, Registered, listing::Found, timeouts::Verb},
    schema,
    value::Value,
};

/// What a list is asked for.
pub struct ListRequest {
    /// What it is narrowed by.
    pub config: Value,
    /// Whether whole objects are asked for.
    pub whole: bool,
    /// Whether what no configuration can say is left out, with a warning that names it. It takes whole objects.
    pub sayable: bool,
    /// How many at most.
    pub limit: usize,
}

/// The configuration of a list. Works without credentials.
pub fn validate_list(registered: &Registered, config: &Value) -> Diagnostics {
    schema::validate(registered.list.as_deref().unwrap_or_default(), config)
}

/// Tells what there is to `found`, one by one, and gives what is left to tell at the end. Dropped, it stops where it is.
pub async fn list(registered: &Registered, scope: &Scope, request: ListRequest, found: Sender<Found>) -> Diagnostics {
    let ListRequest { config, whole, sayable, limit } = request;
    let spec = &registered.spec;
    let time = spec.timeouts.of(Verb::Read, &Value::Null);
    let mut cx = Cx::new(&scope.tenant, &scope.cancel, time).of(spec).with(&config, &Private::default());
    if limit == 0 {
        return cx.diagnostics;
    }
    let listed = async {
        tenant::hold_reading(&cx).await?;
        tenant::remember(&mut cx).await?;
        let tenant = cx.private.tenant().map(str::to_owned);
        let about = registered.clone();
        let tell = move |name: &str, state| {
            let said = if sayable { generate::sayable(&about, &state).map(drop) } else { Ok(()) };
            match said {
                Ok(()) => tell(&about, tenant.as_deref(), whole, name, state),
                Err(why) => left_out(&about, name, &why),
            }
        };
        let mut listing = Listing::new(config, whole, limit, Box::new(tell), found);
        registered.resource.list(&mut cx, &mut listing).await
    };
    if let Err(error) = listed.await {
        let told = never::failed(&cx, &error, &format!("listing each {}", spec.noun), spec.permissions.0).await;
        cx.diagnostics.push(told);
    }
    cx.diagnostics
}

/// What is said instead of an object that no configuration can say: what would be generated of it stops the plan.
fn left_out(registered: &Registered, display_name: &str, why: &str) -> Found {
    let detail = format!("{} {display_name:?} is left out of the list. {why}", registered.spec.noun);
    Found { diagnostics: Diagnostic::warning("Object Left Out", detail).into(), ..Found::default() }
}

/// An object as it can leave the provider. One that its identity does not tell from others is told as our bug.
fn tell(registered: &Registered, tenant: Option<&str>, whole: bool, display_name: &str, state: Value) -> Found {
    let Registered { spec, ty, .. } = registered;
    let identity = spec.identity_of(&state, tenant);
    if let Some(wrong) = identity::incomplete(registered, &identity) {
        return Found { diagnostics: wrong.into(), ..Found::default() };
    }
    let mut found = Found { identity, display_name: display_name.to_owned(), ..Found::default() };
    if whole {
        found.object = fit::fit(spec, ty, state, &mut found.diagnostics);
    }
    found
}
