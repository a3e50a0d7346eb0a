//! Data sources: validate and read.

use super::{convert, service::Service};
use crate::{
    diagnostic::Diagnostic,
    resource::{RegisteredData, engine},
    server::proto::tfplugin6 as proto,
};

fn registered<'a>(service: &'a Service, type_name: &str) -> Result<&'a RegisteredData, Diagnostic> {
    service.registry.data_source(type_name).ok_or_else(|| {
        Diagnostic::error("Unknown Data Source", format!("The provider has no data source {type_name:?}."))
    })
}

/// Validates a configuration. Values may be unknown.
pub(super) async fn validate(
    service: &Service,
    request: proto::validate_data_resource_config::Request,
) -> Result<proto::validate_data_resource_config::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let config = convert::decode("configuration", request.config, &registered.ty)?;
    let diagnostics = engine::validate_data(registered, &config);
    Ok(proto::validate_data_resource_config::Response {
        diagnostics: convert::diagnostics_of(&registered.spec.attributes, diagnostics),
    })
}

/// Reads one. The configuration is wholly known.
pub(super) async fn read(
    service: &Service,
    request: proto::read_data_source::Request,
) -> Result<proto::read_data_source::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let config = convert::decode("configuration", request.config, &registered.ty)?;
    let answer = engine::read_data(registered, &service.scope(), config).await;
    Ok(proto::read_data_source::Response {
        state: convert::encode("state", &answer.state, &registered.ty)?,
        diagnostics: convert::diagnostics_of(&registered.spec.attributes, answer.diagnostics),
        ..Default::default()
    })
}
