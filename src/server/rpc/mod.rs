//! The RPCs of protocol 6, one file a group. Each decodes by the schema's type, asks the engine, and encodes.
//!
//! What can go wrong is told by diagnostics, a panic included: a gRPC status would lose the detail (hashicorp/terraform,
//! `internal/plugin6/grpc_error.go`). Whatever is not served answers UNIMPLEMENTED.

mod action;
mod convert;
mod data_source;
mod elsewhere;
mod ephemeral;
mod function;
mod list;
mod provider;
mod resource;
mod schema;
mod stream;

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::mpsc::Sender;
use tokio_stream::{Stream, StreamExt};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};
use tracing::Instrument;

use super::{
    crash,
    proto::tfplugin6::{self as proto, provider_server::Provider},
};
use crate::{
    diagnostic::Diagnostic,
    resource::{Registry, Tenant, Told, engine::Scope, listing::Found},
};

/// A registry, served. It lives for one process of core's, which configures it once.
pub struct Service {
    registry: Arc<Registry>,
    scope: Mutex<Scope>,
}

impl Service {
    /// Serves this registry.
    pub fn new(registry: Registry) -> Service {
        let scope = Scope { tenant: Tenant::not_configured(), cancel: CancellationToken::new() };
        Service { registry: Arc::new(registry), scope: Mutex::new(scope) }
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
    upgrade_resource_identity,
    move_resource_state,
    generate_resource_config,
    validate_data_resource_config,
    read_data_source,
    validate_ephemeral_resource_config,
    open_ephemeral_resource,
    renew_ephemeral_resource,
    close_ephemeral_resource,
    validate_list_resource_config,
    validate_action_config,
    plan_action
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
    Ok(Response::new(guarded(rpc, about, work).await.unwrap_or_else(R::fail)))
}

/// The same for an answer in parts. `work` is given where to tell them, and gives the last one; a failure is the last
/// one too. `part` says it in core's terms.
fn answer_in_parts<T, W, P>(
    rpc: &'static str,
    about: String,
    work: impl FnOnce(Sender<T>) -> W,
    failed: fn(Diagnostic) -> T,
    part: impl Fn(T) -> P + Send + 'static,
) -> Answer<Parts<P>>
where
    T: Send + 'static,
    W: Future<Output = Result<Option<T>, Diagnostic>> + Send + 'static,
{
    let told = stream::parts(|sender| {
        let work = guarded(rpc, about, work(sender));
        async move { work.await.unwrap_or_else(|diagnostic| Some(failed(diagnostic))) }
    });
    Ok(Response::new(Box::pin(told.map(move |told| Ok(part(told))))))
}

/// What tonic streams.
type Parts<P> = Pin<Box<dyn Stream<Item = Result<P, Status>> + Send>>;

/// Logs the work of an RPC, and catches its panic.
async fn guarded<T>(
    rpc: &'static str,
    about: String,
    work: impl Future<Output = Result<T, Diagnostic>>,
) -> Result<T, Diagnostic> {
    let about = (!about.is_empty()).then_some(about);
    let span = tracing::info_span!("rpc", tf_rpc = rpc, about);
    let logged = async {
        tracing::debug!("received");
        let answer = crash::catch(work).await;
        tracing::debug!("answered");
        answer
    };
    logged.instrument(span).await.unwrap_or_else(|crash| Err(crash.diagnostic(rpc)))
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
        answer("ImportResourceState", request.type_name.clone(), elsewhere::import(self, request)).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<proto::upgrade_resource_identity::Request>,
    ) -> Answer<proto::upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let about = request.type_name.clone();
        answer("UpgradeResourceIdentity", about, resource::upgrade_identity(self, request)).await
    }

    async fn move_resource_state(
        &self,
        request: Request<proto::move_resource_state::Request>,
    ) -> Answer<proto::move_resource_state::Response> {
        let request = request.into_inner();
        answer("MoveResourceState", request.target_type_name.clone(), elsewhere::take_over(self, request)).await
    }

    async fn generate_resource_config(
        &self,
        request: Request<proto::generate_resource_config::Request>,
    ) -> Answer<proto::generate_resource_config::Response> {
        let request = request.into_inner();
        answer("GenerateResourceConfig", request.type_name.clone(), elsewhere::generate(self, request)).await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<proto::validate_list_resource_config::Request>,
    ) -> Answer<proto::validate_list_resource_config::Response> {
        let request = request.into_inner();
        answer("ValidateListResourceConfig", request.type_name.clone(), list::validate(self, request)).await
    }

    async fn list_resource(
        &self,
        request: Request<proto::list_resource::Request>,
    ) -> Answer<Parts<proto::list_resource::Event>> {
        let request = request.into_inner();
        let about = request.type_name.clone();
        let (registry, scope) = (Arc::clone(&self.registry), self.scope());
        let type_name = request.type_name.clone();
        let served = Arc::clone(&registry);
        answer_in_parts(
            "ListResource",
            about,
            |sender| list::list(registry, scope, request, sender),
            |why| Found { diagnostics: why.into(), ..Found::default() },
            move |found| list::event(&served, &type_name, found),
        )
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<proto::validate_ephemeral_resource_config::Request>,
    ) -> Answer<proto::validate_ephemeral_resource_config::Response> {
        let request = request.into_inner();
        let about = request.type_name.clone();
        answer("ValidateEphemeralResourceConfig", about, ephemeral::validate(self, request)).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<proto::open_ephemeral_resource::Request>,
    ) -> Answer<proto::open_ephemeral_resource::Response> {
        let request = request.into_inner();
        answer("OpenEphemeralResource", request.type_name.clone(), ephemeral::open(self, request)).await
    }

    async fn renew_ephemeral_resource(
        &self,
        request: Request<proto::renew_ephemeral_resource::Request>,
    ) -> Answer<proto::renew_ephemeral_resource::Response> {
        let request = request.into_inner();
        answer("RenewEphemeralResource", request.type_name.clone(), ephemeral::renew(self, request)).await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<proto::close_ephemeral_resource::Request>,
    ) -> Answer<proto::close_ephemeral_resource::Response> {
        let request = request.into_inner();
        answer("CloseEphemeralResource", request.type_name.clone(), ephemeral::close(self, request)).await
    }

    async fn validate_action_config(
        &self,
        request: Request<proto::validate_action_config::Request>,
    ) -> Answer<proto::validate_action_config::Response> {
        let request = request.into_inner();
        answer("ValidateActionConfig", request.type_name.clone(), action::validate(self, request)).await
    }

    async fn plan_action(&self, request: Request<proto::plan_action::Request>) -> Answer<proto::plan_action::Response> {
        let request = request.into_inner();
        answer("PlanAction", request.action_type.clone(), action::plan(self, request)).await
    }

    async fn invoke_action(
        &self,
        request: Request<proto::invoke_action::Request>,
    ) -> Answer<Parts<proto::invoke_action::Event>> {
        let request = request.into_inner();
        let about = request.action_type.clone();
        let (registry, scope) = (Arc::clone(&self.registry), self.scope());
        answer_in_parts(
            "InvokeAction",
            about,
            |sender| action::invoke(registry, scope, request, sender),
            |why| Told::Completed(why.into()),
            action::event,
        )
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
