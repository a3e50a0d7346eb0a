//! Ephemeral resources: validate, open, renew, close.

use super::{convert, service::Service};
use crate::{
    diagnostic::Diagnostic,
    resource::{Private, RegisteredEphemeral, engine},
    server::proto::tfplugin6 as proto,
};

fn registered<'a>(service: &'a Service, type_name: &str) -> Result<&'a RegisteredEphemeral, Diagnostic> {
    service.registry.ephemeral(type_name).ok_or_else(|| {
        let detail = format!("The provider has no ephemeral resource {type_name:?}.");
        Diagnostic::error("Unknown Ephemeral Resource", detail)
    })
}

/// Validates a configuration. Values may be unknown.
pub(super) async fn validate(
    service: &Service,
    request: proto::validate_ephemeral_resource_config::Request,
) -> Result<proto::validate_ephemeral_resource_config::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let config = convert::decode("configuration", request.config, &registered.ty)?;
    let diagnostics = engine::validate_ephemeral(registered, &config);
    Ok(proto::validate_ephemeral_resource_config::Response {
        diagnostics: convert::diagnostics_of(&registered.spec.attributes, diagnostics),
    })
}

/// Opens one. The configuration is wholly known.
pub(super) async fn open(
    service: &Service,
    request: proto::open_ephemeral_resource::Request,
) -> Result<proto::open_ephemeral_resource::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let config = convert::decode("configuration", request.config, &registered.ty)?;
    let answer = engine::open(registered, &service.scope(), config).await;
    Ok(proto::open_ephemeral_resource::Response {
        result: convert::encode("result", &answer.result, &registered.ty)?,
        renew_at: answer.renew_at.map(Into::into),
        private: Some(answer.private.to_bytes()),
        diagnostics: convert::diagnostics_of(&registered.spec.attributes, answer.diagnostics),
        deferred: None,
    })
}

/// Renews one, with what the opening or the last renewal remembered.
pub(super) async fn renew(
    service: &Service,
    request: proto::renew_ephemeral_resource::Request,
) -> Result<proto::renew_ephemeral_resource::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let private = Private::from_bytes(&request.private.unwrap_or_default());
    let answer = engine::renew(registered, &service.scope(), &private).await;
    Ok(proto::renew_ephemeral_resource::Response {
        renew_at: answer.renew_at.map(Into::into),
        private: Some(answer.private.to_bytes()),
        diagnostics: convert::diagnostics(answer.diagnostics),
    })
}

/// Closes one, with what the opening remembered.
pub(super) async fn close(
    service: &Service,
    request: proto::close_ephemeral_resource::Request,
) -> Result<proto::close_ephemeral_resource::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let private = Private::from_bytes(&request.private.unwrap_or_default());
    let diagnostics = engine::close(registered, &service.scope(), &private).await;
    Ok(proto::close_ephemeral_resource::Response { diagnostics: convert::diagnostics(diagnostics) })
}
