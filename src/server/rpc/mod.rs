//! The RPCs of protocol 6, one file a group. Each decodes by the schema's type, asks the engine, and encodes.
//!
//! What can go wrong is told by diagnostics, a panic included: a gRPC status would lose the detail (hashicorp/terraform,
//! `internal/plugin6/grpc_error.go`). Whatever is not served answers UNIMPLEMENTED.

mod convert;
mod data_source;
mod function;
mod provider;
mod resource;
mod schema;

use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};
use tracing::Instrument;

use super::{
    crash,
    proto::tfplugin6::{self as proto, provider_server::Provider},
};
use crate::{
    diagnostic::Diagnostic,
    resource::{Registry, Tenant, engine::Scope},
};

/// A registry, served. It lives for one process of core's, which configures it once.
pub struct Service {
    registry: Registry,
    scope: Mutex<Scope>,
}

impl Service {
    /// Serves this registry.
    pub fn new(registry: Registry) -> Service {
        let scope = Scope { tenant: Tenant::not_configured(), cancel: CancellationToken::new() };
        Service { registry, scope: Mutex::new(scope) }
    }

    /// What a call that begins now works with.
    fn scope(&self) -> Scope {
        self.scope.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the tenant for the calls that begin from now on.
    fn set_tenant(&self, tenant: Tenant) {
        self.scope.lock().unwrap_or_else(PoisonError::into_inner).tenant = tenant;
    }

    /// Cancels what is in flight; what comes afterwards is not.
    fn stop(&self) {
        let mut scope = self.scope.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut scope.cancel).cancel();
    }
}

/// What an RPC answers when it fails.
trait Fail {
    fn fail(diagnostic: Diagnostic) -> Self;
}

/// For the answers that carry diagnostics and may leave out the rest.
macro_rules! fails_by_diagnostics {
    ($($rpc:ident),*) => {
        $(impl Fail for proto::$rpc::Response {
            fn fail(diagnostic: Diagnostic) -> Self {
                let mut answer = Self::default();
                answer.diagnostics.push(convert::diagnostic(diagnostic));
                answer
            }
        })*
    };
}

fails_by_diagnostics!(
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    get_functions,
    validate_provider_config,
    configure_provider,
    validate_resource_config,
    upgrade_resource_state,
    read_resource,
    plan_resource_change,
    apply_resource_change,
    import_resource_state,
    validate_data_resource_config,
    read_data_source
);

impl Fail for proto::call_function::Response {
    fn fail(diagnostic: Diagnostic) -> Self {
        let error = proto::FunctionError { text: diagnostic.detail, function_argument: None };
        Self { result: None, error: Some(error) }
    }
}

/// An answer of gRPC's.
type Answer<R> = Result<Response<R>, Status>;

/// Runs one RPC about a thing (its name, or nothing), logs it, and makes an answer of every failure.
async fn answer<R: Fail>(
    rpc: &'static str,
    about: String,
    work: impl Future<Output = Result<R, Diagnostic>>,
) -> Answer<R> {
    let about = (!about.is_empty()).then_some(about);
    let span = tracing::info_span!("rpc", tf_rpc = rpc, about);
    let logged = async {
        tracing::debug!("received");
        let answer = crash::catch(work).await;
        tracing::debug!("answered");
        answer
    };
    let answer = match logged.instrument(span).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(diagnostic)) => R::fail(diagnostic),
        Err(crash) => R::fail(crash.diagnostic(rpc)),
    };
    Ok(Response::new(answer))
}

#[tonic::async_trait]
impl Provider for Service {
    async fn get_metadata(&self, _: Request<proto::get_metadata::Request>) -> Answer<proto::get_metadata::Response> {
        answer("GetMetadata", String::new(), async { Ok(schema::metadata(&self.registry)) }).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<proto::get_provider_schema::Request>,
    ) -> Answer<proto::get_provider_schema::Response> {
        answer("GetProviderSchema", String::new(), async { Ok(schema::provider(&self.registry)) }).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<proto::get_resource_identity_schemas::Request>,
    ) -> Answer<proto::get_resource_identity_schemas::Response> {
        answer("GetResourceIdentitySchemas", String::new(), async { Ok(schema::identities(&self.registry)) }).await
    }

    async fn get_functions(&self, _: Request<proto::get_functions::Request>) -> Answer<proto::get_functions::Response> {
        answer("GetFunctions", String::new(), async { Ok(schema::functions(&self.registry)) }).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<proto::validate_provider_config::Request>,
    ) -> Answer<proto::validate_provider_config::Response> {
        let request = request.into_inner();
        answer("ValidateProviderConfig", String::new(), provider::validate(self, request)).await
    }

    async fn configure_provider(
        &self,
        request: Request<proto::configure_provider::Request>,
    ) -> Answer<proto::configure_provider::Response> {
        let request = request.into_inner();
        answer("ConfigureProvider", String::new(), provider::configure(self, request)).await
    }

    async fn validate_resource_config(
        &self,
        request: Request<proto::validate_resource_config::Request>,
    ) -> Answer<proto::validate_resource_config::Response> {
        let request = request.into_inner();
        answer("ValidateResourceConfig", request.type_name.clone(), resource::validate(self, request)).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<proto::upgrade_resource_state::Request>,
    ) -> Answer<proto::upgrade_resource_state::Response> {
        let request = request.into_inner();
        answer("UpgradeResourceState", request.type_name.clone(), resource::upgrade(self, request)).await
    }

    async fn read_resource(
        &self,
        request: Request<proto::read_resource::Request>,
    ) -> Answer<proto::read_resource::Response> {
        let request = request.into_inner();
        answer("ReadResource", request.type_name.clone(), resource::read(self, request)).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<proto::plan_resource_change::Request>,
    ) -> Answer<proto::plan_resource_change::Response> {
        let request = request.into_inner();
        answer("PlanResourceChange", request.type_name.clone(), resource::plan(self, request)).await
    }

    async fn apply_resource_change(
        &self,
        request: Request<proto::apply_resource_change::Request>,
    ) -> Answer<proto::apply_resource_change::Response> {
        let request = request.into_inner();
        answer("ApplyResourceChange", request.type_name.clone(), resource::apply(self, request)).await
    }

    async fn import_resource_state(
        &self,
        request: Request<proto::import_resource_state::Request>,
    ) -> Answer<proto::import_resource_state::Response> {
        let request = request.into_inner();
        answer("ImportResourceState", request.type_name.clone(), resource::import(self, request)).await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<proto::validate_data_resource_config::Request>,
    ) -> Answer<proto::validate_data_resource_config::Response> {
        let request = request.into_inner();
        answer("ValidateDataResourceConfig", request.type_name.clone(), data_source::validate(self, request)).await
    }

    async fn read_data_source(
        &self,
        request: Request<proto::read_data_source::Request>,
    ) -> Answer<proto::read_data_source::Response> {
        let request = request.into_inner();
        answer("ReadDataSource", request.type_name.clone(), data_source::read(self, request)).await
    }

    async fn call_function(
        &self,
        request: Request<proto::call_function::Request>,
    ) -> Answer<proto::call_function::Response> {
        let request = request.into_inner();
        answer("CallFunction", request.name.clone(), function::call(self, request)).await
    }

    /// Returns at once: core waits for nothing that it cancels.
    async fn stop_provider(&self, _: Request<proto::stop_provider::Request>) -> Answer<proto::stop_provider::Response> {
        tracing::info!("stopping what is in flight");
        self.stop();
        Ok(Response::new(proto::stop_provider::Response::default()))
    }
}
