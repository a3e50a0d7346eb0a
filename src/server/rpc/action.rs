//! Actions: validate, plan, invoke.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use super::{convert, service::Service};
use crate::{
    diagnostic::Diagnostic,
    resource::{
        RegisteredAction, Registry, Told,
        engine::{self, Scope},
    },
    server::proto::tfplugin6::{self as proto, invoke_action::Event, invoke_action::event},
};

fn registered<'a>(registry: &'a Registry, type_name: &str) -> Result<&'a RegisteredAction, Diagnostic> {
    registry
        .action(type_name)
        .ok_or_else(|| Diagnostic::error("Unknown Action", format!("The provider has no action {type_name:?}.")))
}

/// Validates a configuration. Values may be unknown.
pub(super) async fn validate(
    service: &Service,
    request: proto::validate_action_config::Request,
) -> Result<proto::validate_action_config::Response, Diagnostic> {
    let registered = registered(&service.registry, &request.type_name)?;
    let config = convert::decode("configuration", request.config, &registered.ty)?;
    let diagnostics = engine::validate_action(registered, &config);
    Ok(proto::validate_action_config::Response {
        diagnostics: convert::diagnostics_of(&registered.spec.attributes, diagnostics),
    })
}

/// Plans one. Values may be unknown, and it is never put off.
pub(super) async fn plan(
    service: &Service,
    request: proto::plan_action::Request,
) -> Result<proto::plan_action::Response, Diagnostic> {
    let registered = registered(&service.registry, &request.action_type)?;
    let config = convert::decode("configuration", request.config, &registered.ty)?;
    let diagnostics = engine::plan_action(registered, &service.scope(), config).await;
    Ok(proto::plan_action::Response {
        diagnostics: convert::diagnostics_of(&registered.spec.attributes, diagnostics),
        deferred: None,
    })
}

/// Does one, telling how far it is to `told`, and gives how it ended.
pub(super) async fn invoke(
    registry: Arc<Registry>,
    scope: Scope,
    request: proto::invoke_action::Request,
    told: Sender<Told>,
) -> Result<Option<Told>, Diagnostic> {
    let registered = registered(&registry, &request.action_type)?;
    let config = convert::decode("configuration", request.config, &registered.ty)?;
    Ok(Some(engine::invoke_action(registered, &scope, config, told).await))
}

/// What is told, in core's terms. Core takes any number of messages, then exactly one end.
pub(super) fn event(told: Told) -> Event {
    let told = match told {
        Told::Progress(message) => event::Type::Progress(event::Progress { message }),
        Told::Completed(diagnostics) => {
            let diagnostics = convert::diagnostics(diagnostics);
            event::Type::Completed(event::Completed { diagnostics })
        }
    };
    Event { r#type: Some(told) }
}
