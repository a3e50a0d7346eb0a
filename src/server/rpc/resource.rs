//! Managed resources: validate, upgrade, read, plan, apply.

use super::{convert, fold, service::Service};
use crate::{
    diagnostic::{Diagnostic, Diagnostics, Severity},
    resource::{
        Private, Registered,
        engine::{self, ApplyRequest, PlanRequest},
    },
    server::proto::tfplugin6 as proto,
    value::Value,
};

/// The resource of a type name.
pub(super) fn registered<'a>(service: &'a Service, type_name: &str) -> Result<&'a Registered, Diagnostic> {
    service.registry.resource(type_name).ok_or_else(|| {
        Diagnostic::error("Unknown Resource Type", format!("The provider has no resource type {type_name:?}."))
    })
}

/// Validates a configuration. Values may be unknown.
pub(super) async fn validate(
    service: &Service,
    request: proto::validate_resource_config::Request,
) -> Result<proto::validate_resource_config::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let config = convert::decode("configuration", request.config, &registered.ty)?;
    let write_only = request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed);
    // Core asks twice in a plan and once more in an apply: what is no error is told by the plan alone.
    let told = engine::validate(registered, &config, write_only).into_iter();
    let diagnostics = Diagnostics(told.filter(|told| told.severity == Severity::Error).collect());
    Ok(proto::validate_resource_config::Response {
        diagnostics: convert::diagnostics_of(&registered.spec.attributes, diagnostics),
    })
}

/// Reads a stored state, whatever version of the schema it has.
pub(super) async fn upgrade(
    service: &Service,
    request: proto::upgrade_resource_state::Request,
) -> Result<proto::upgrade_resource_state::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let raw = request.raw_state.unwrap_or_default();
    if !raw.flatmap.is_empty() {
        let detail =
            "This state was written by Terraform 0.11 or older. Apply the configuration with Terraform 0.12 first.";
        return Err(Diagnostic::error("State Not Readable", detail));
    }
    let state = match &raw.json[..] {
        [] => Value::Null,
        json => engine::upgrade(registered, request.version, json)?,
    };
    let upgraded_state = convert::encode("state", &state, &registered.ty)?;
    Ok(proto::upgrade_resource_state::Response { upgraded_state, ..Default::default() })
}

/// Reads a stored identity of another version.
pub(super) async fn upgrade_identity(
    service: &Service,
    request: proto::upgrade_resource_identity::Request,
) -> Result<proto::upgrade_resource_identity::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let raw = request.raw_identity.unwrap_or_default();
    let identity = engine::upgrade_identity(registered, request.version, &raw.json)?;
    let upgraded_identity = convert::identity_data(&identity, &registered.identity)?;
    Ok(proto::upgrade_resource_identity::Response { upgraded_identity, ..Default::default() })
}

/// Refreshes a state. Null says that the object is gone.
pub(super) async fn read(
    service: &Service,
    request: proto::read_resource::Request,
) -> Result<proto::read_resource::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let state = convert::decode("state", request.current_state, &registered.ty)?;
    let private = Private::from_bytes(&request.private);
    let known = convert::identity("identity", request.current_identity, &registered.identity)?;
    let answer = engine::read(registered, &service.scope(), state, &known, &private).await;
    Ok(proto::read_resource::Response {
        new_state: convert::encode("state", &answer.state, &registered.ty)?,
        new_identity: convert::identity_data(&answer.identity, &registered.identity)?,
        private: answer.private.to_bytes(),
        diagnostics: convert::diagnostics_of(&registered.spec.attributes, answer.diagnostics),
        ..Default::default()
    })
}

/// Plans a change. The proposed state tells a destroy from the rest; what it proposes, the engine works out itself.
pub(super) async fn plan(
    service: &Service,
    request: proto::plan_resource_change::Request,
) -> Result<proto::plan_resource_change::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let ty = &registered.ty;
    let config = match convert::is_null(&request.proposed_new_state) {
        true => Value::Null,
        false => convert::decode("configuration", request.config, ty)?,
    };
    let prior = convert::decode("prior state", request.prior_state, ty)?;
    let private = Private::from_bytes(&request.prior_private);
    let identity = convert::identity("prior identity", request.prior_identity, &registered.identity)?;
    let name = config.get("display_name").as_str().map(str::to_owned);
    let answer = engine::plan(registered, &service.scope(), PlanRequest { config, prior, identity, private }).await;
    Ok(proto::plan_resource_change::Response {
        planned_state: convert::encode("planned state", &answer.planned, ty)?,
        requires_replace: answer.replace.into_iter().map(convert::attribute_path).collect(),
        planned_private: answer.private.to_bytes(),
        planned_identity: convert::identity_data(&answer.identity, &registered.identity)?,
        diagnostics: convert::diagnostics_of(
            &registered.spec.attributes,
            fold::warnings(answer.diagnostics, name.as_deref()),
        ),
        ..Default::default()
    })
}

/// Carries out a planned change.
pub(super) async fn apply(
    service: &Service,
    request: proto::apply_resource_change::Request,
) -> Result<proto::apply_resource_change::Response, Diagnostic> {
    let registered = registered(service, &request.type_name)?;
    let ty = &registered.ty;
    let request = ApplyRequest {
        config: convert::decode("configuration", request.config, ty)?,
        prior: convert::decode("prior state", request.prior_state, ty)?,
        planned: convert::decode("planned state", request.planned_state, ty)?,
        identity: convert::identity("planned identity", request.planned_identity, &registered.identity)?,
        private: Private::from_bytes(&request.planned_private),
    };
    let answer = engine::apply(registered, &service.scope(), request).await;
    Ok(proto::apply_resource_change::Response {
        new_state: convert::encode("state", &answer.state, ty)?,
        new_identity: convert::identity_data(&answer.identity, &registered.identity)?,
        private: answer.private.to_bytes(),
        diagnostics: convert::diagnostics_of(&registered.spec.attributes, answer.diagnostics),
        ..Default::default()
    })
}
