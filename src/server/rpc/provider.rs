//! The provider's own configuration.

use super::{convert, service::Service};
use crate::{
    diagnostic::{Diagnostic, Diagnostics},
    resource::engine,
    schema::{Attribute, object_type},
    server::proto::tfplugin6 as proto,
    value::Value,
};

fn config(attributes: &[Attribute], config: Option<proto::DynamicValue>) -> Result<Value, Diagnostic> {
    convert::decode("configuration", config, &object_type(attributes))
}

/// Validates it. Values may be unknown.
pub(super) async fn validate(
    service: &Service,
    request: proto::validate_provider_config::Request,
) -> Result<proto::validate_provider_config::Response, Diagnostic> {
    let attributes = service.registry.provider.attributes();
    let config = config(&attributes, request.config)?;
    let diagnostics = engine::validate_provider(&service.registry, &config);
    Ok(proto::validate_provider_config::Response { diagnostics: convert::diagnostics_of(&attributes, diagnostics) })
}

/// Takes the settings for all calls from now on. Values may be unknown while planning.
pub(super) async fn configure(
    service: &Service,
    request: proto::configure_provider::Request,
) -> Result<proto::configure_provider::Response, Diagnostic> {
    tracing::debug!(terraform = request.terraform_version, "configuring");
    let attributes = service.registry.provider.attributes();
    let config = config(&attributes, request.config)?;
    let mut diagnostics = Diagnostics::default();
    let cancel = service.scope().cancel;
    let tenant =
        service.registry.provider.configure(&config, &request.terraform_version, &cancel, &mut diagnostics).await;
    service.set_tenant(tenant);
    Ok(proto::configure_provider::Response { diagnostics: convert::diagnostics_of(&attributes, diagnostics) })
}
