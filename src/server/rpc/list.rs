//! Lists (`terraform query`): validate, and an event for each object.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use super::{convert, service::Service};
use crate::{
    diagnostic::Diagnostic,
    resource::{
        Registered, Registry,
        engine::{self, ListRequest, Scope},
        listing::Found,
    },
    schema::object_type,
    server::proto::tfplugin6::{self as proto, list_resource::Event},
    value::Type,
};

fn listed<'a>(registry: &'a Registry, type_name: &str) -> Result<(&'a Registered, Type), Diagnostic> {
    let listed = registry.resource(type_name).and_then(|known| Some((known, object_type(known.list.as_ref()?))));
    listed.ok_or_else(|| {
        Diagnostic::error("Unknown List Resource", format!("The provider has no list of {type_name:?}."))
    })
}

/// Validates what a list is narrowed by. Values may be unknown.
pub(super) async fn validate(
    service: &Service,
    request: proto::validate_list_resource_config::Request,
) -> Result<proto::validate_list_resource_config::Response, Diagnostic> {
    let (registered, ty) = listed(&service.registry, &request.type_name)?;
    let config = convert::decode("configuration", request.config, &ty)?;
    let diagnostics = engine::validate_list(registered, &config);
    Ok(proto::validate_list_resource_config::Response { diagnostics: convert::diagnostics(diagnostics) })
}

/// Tells each object to `found`, and gives what is left to tell at the end.
pub(super) async fn list(
    registry: Arc<Registry>,
    scope: Scope,
    request: proto::list_resource::Request,
    found: Sender<Found>,
) -> Result<Option<Found>, Diagnostic> {
    let (registered, ty) = listed(&registry, &request.type_name)?;
    let config = convert::decode("configuration", request.config, &ty)?;
    // Core always says how many it takes.
    let limit = usize::try_from(request.limit).unwrap_or(0);
    let whole = request.include_resource_object;
    let request = ListRequest { config, whole, sayable: whole, limit };
    let diagnostics = engine::list(registered, &scope, request, found).await;
    Ok((!diagnostics.0.is_empty()).then(|| Found { diagnostics, ..Found::default() }))
}

/// What is found, in core's terms.
pub(super) fn event(registry: &Registry, type_name: &str, found: Found) -> Event {
    let Found { identity, display_name, object, diagnostics } = found;
    let mut event = Event { display_name, diagnostic: convert::diagnostics(diagnostics), ..Default::default() };
    let mut encode = |registered: &Registered| {
        event.identity = convert::identity_data(&identity, &registered.identity)?;
        if !object.is_null() {
            event.resource_object = convert::encode("state", &object, &registered.ty)?;
        }
        Ok(())
    };
    if let Some(Err(wrong)) = registry.resource(type_name).map(&mut encode) {
        event.diagnostic.push(convert::diagnostic(wrong));
    }
    event
}
