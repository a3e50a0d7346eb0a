//! The RPCs of protocol 6, one file a group. Each decodes by the schema's type, asks the engine, and encodes.
//!
//! What can go wrong is told by diagnostics, a panic included: a gRPC status would lose the detail (hashicorp/terraform,
//! `internal/plugin6/grpc_error.go`). Whatever is not served answers UNIMPLEMENTED.

mod action;
mod answer;
mod convert;
mod data_source;
mod elsewhere;
mod ephemeral;
mod fold;
mod function;
mod list;
mod provider;
mod resource;
mod schema;
mod service;
mod stream;

use std::sync::Arc;

use tonic::{Request, Response};

use self::answer::{Answer, Parts, answer, answer_in_parts};
use super::proto::tfplugin6::{self as proto, provider_server::Provider};
use crate::resource::{Told, listing::Found};

pub use self::service::Service;

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
