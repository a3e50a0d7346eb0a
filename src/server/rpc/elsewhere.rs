//! Managed resources that Terraform did not make: import, `moved`, generated configuration.

use super::{convert, resource::registered, service::Service};
use crate::{
    diagnostic::Diagnostic,
    resource::engine::{self, By, Source},
    server::proto::tfplugin6 as proto,
};

/// Brings in what exists, by exactly one of id and identity.
pub(super) async fn import(
    service: &Service,
    request: proto::import_resource_state::Request,
) -> Result<proto::import_resource_state::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let identity = convert::identity("identity", request.identity, &registered.identity)?;
    let by = match (request.id, identity) {
        (id, identity) if identity.is_null() && !id.is_empty() => By::Id(id),
        (id, identity) if id.is_empty() && !identity.is_null() => By::Identity(identity),
        _ => {
            let detail = match &registered.spec.identity {
                Some(_) => format!("{} is imported by an id or by an identity, and not by both.", request.type_name),
                None => format!("{} is imported by an id.", request.type_name),
            };
            return Err(Diagnostic::error("Import Without an Id", detail));
        }
    };
    let answer = engine::import(registered, &service.scope(), by).await;
    let failed = answer.diagnostics.has_errors();
    let imported = proto::import_resource_state::ImportedResource {
        type_name: request.type_name,
        state: convert::encode("state", &answer.state, &registered.ty)?,
        private: answer.private.to_bytes(),
        identity: convert::identity_data(&answer.identity, &registered.identity)?,
    };
    Ok(proto::import_resource_state::Response {
        imported_resources: if failed { Vec::new() } else { vec![imported] },
        diagnostics: convert::diagnostics(answer.diagnostics),
        ..Default::default()
    })
}

/// Takes over the state of another resource type. Core asks before it configures the provider.
pub(super) async fn take_over(
    service: &Service,
    request: proto::move_resource_state::Request,
) -> Result<proto::move_resource_state::Response, Diagnostic> {
    let registered = registered(service, &request.target_type_name)?;
    let state = request.source_state.unwrap_or_default();
    let source = Source {
        provider: &request.source_provider_address,
        type_name: &request.source_type_name,
        version: request.source_schema_version,
        state: &state.json,
        private: &request.source_private,
    };
    let answer = engine::take_over(&service.registry, registered, &source)?;
    Ok(proto::move_resource_state::Response {
        target_state: convert::encode("state", &answer.state, &registered.ty)?,
        target_private: answer.private.to_bytes(),
        target_identity: convert::identity_data(&answer.identity, &registered.identity)?,
        diagnostics: convert::diagnostics(answer.diagnostics),
    })
}

/// Turns a state into a configuration that plans no change.
pub(super) async fn generate(
    service: &Service,
    request: proto::generate_resource_config::Request,
) -> Result<proto::generate_resource_config::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let state = convert::decode("state", request.state, &registered.ty)?;
    let (config, diagnostics) = engine::generate(registered, &state);
    Ok(proto::generate_resource_config::Response {
        config: convert::encode("configuration", &config, &registered.ty)?,
        diagnostics: convert::diagnostics(diagnostics),
    })
}
