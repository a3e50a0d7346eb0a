//! The provider's RPCs against a tenant of the emulator, without Terraform and without a wire: what the newest cores ask
//! of every resource there is.

mod actions;
mod device_actions;
mod imports;
mod lists;
mod signing_in;

use std::time::Duration;

use autopilot::{
    emulator::{Emulator, Fault, Options},
    graph::Client,
    provider,
    resource::Registry,
    schema::{null_object, object_type},
    server::{
        Service,
        proto::tfplugin6::{self as proto, provider_server::Provider},
    },
    value::{Type, Value},
    wire,
};
use serde_json::{Value as Json, json};
use tokio_stream::StreamExt;
use tonic::{Request, Response, Status};

use crate::tenant_client::client;

const GROUPS: &str = "/v1.0/groups";
const PAGES: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";
const PROFILES: &str = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";

/// A tenant, and the provider signed in to it.
struct World {
    emulator: Emulator,
    graph: Client,
    registry: Registry,
    service: Service,
}

impl World {
    async fn new() -> World {
        let options = Options { speed: 100.0, ..Options::default() };
        let emulator = Emulator::start(options).await.expect("the emulator starts");
        let graph = client(&emulator);
        let (registry, service) = (provider::registry(), Service::new(provider::registry()));
        let world = World { graph, registry, service, emulator };
        world.configure().await;
        world
    }

    async fn configure(&self) {
        let attributes = self.registry.provider.attributes();
        let mut config = null_object(&attributes);
        for (name, value) in [
            ("tenant_id", self.emulator.tenant_id()),
            ("client_id", self.emulator.client_id()),
            ("client_secret", self.emulator.client_secret()),
            ("graph_endpoint", &self.emulator.endpoint()),
            ("authority_host", &self.emulator.endpoint()),
        ] {
            config.insert(name, value.into());
        }
        let config = encoded(&object_type(&attributes), &config);
        let request = proto::configure_provider::Request { config, ..Default::default() };
        let configured = self.service.configure_provider(Request::new(request)).await;
        assert_eq!(answer(configured).diagnostics, []);
    }

    /// Makes something as an administrator would, and gives its id.
    async fn make(&self, path: &str, body: Json) -> String {
        let made = self.graph.post(path, &body).await.expect("it is made").expect("it is shown");
        made["id"].as_str().expect("it has an id").to_owned()
    }

    async fn group(&self, name: &str) -> String {
        let nickname = format!("n{}", name.len());
        let group =
            json!({"displayName": name, "mailEnabled": false, "mailNickname": nickname, "securityEnabled": true});
        self.make(GROUPS, group).await
    }

    /// How often the tenant was asked this.
    fn asked(&self, method: &str, path: &str) -> u64 {
        let requests = self.emulator.requests();
        requests.iter().filter(|it| it.method == method && it.path == path).map(|it| it.count).sum()
    }

    fn ty(&self, type_name: &str) -> &Type {
        &self.registry.resource(type_name).expect("it is registered").ty
    }

    fn identity_type(&self, type_name: &str) -> &Type {
        self.registry.resource(type_name).and_then(|it| it.identity.as_ref()).expect("it has an identity")
    }

    fn state(&self, type_name: &str, value: Option<proto::DynamicValue>) -> Value {
        decoded(self.ty(type_name), value)
    }

    fn identity(&self, type_name: &str, data: Option<proto::ResourceIdentityData>) -> Value {
        decoded(self.identity_type(type_name), data.expect("there is an identity").identity_data)
    }

    /// The identity of an object of this tenant.
    fn identity_of(&self, type_name: &str, id: &str) -> Option<proto::ResourceIdentityData> {
        self.identity_in(type_name, id, self.emulator.tenant_id().into())
    }

    fn identity_in(&self, type_name: &str, id: &str, tenant: Value) -> Option<proto::ResourceIdentityData> {
        let identity = Value::object([("id", id.into()), ("tenant_id", tenant)]);
        Some(proto::ResourceIdentityData { identity_data: encoded(self.identity_type(type_name), &identity) })
    }

    /// What a list tells.
    async fn list(
        &self,
        type_name: &str,
        set: &[(&str, Value)],
        limit: i64,
        whole: bool,
    ) -> Vec<proto::list_resource::Event> {
        let request = Request::new(self.list_request(type_name, set, limit, whole));
        let events = answer(self.service.list_resource(request).await);
        events.map(|event| event.expect("failures are diagnostics")).collect().await
    }

    fn list_request(
        &self,
        type_name: &str,
        set: &[(&str, Value)],
        limit: i64,
        whole: bool,
    ) -> proto::list_resource::Request {
        let attributes = self.registry.resource(type_name).and_then(|it| it.list.as_ref()).expect("it is listed");
        let mut config = null_object(attributes);
        for (name, value) in set {
            config.insert(name, value.clone());
        }
        proto::list_resource::Request {
            type_name: type_name.to_owned(),
            config: encoded(&object_type(attributes), &config),
            include_resource_object: whole,
            limit,
        }
    }

    async fn import(
        &self,
        type_name: &str,
        id: &str,
        identity: Option<proto::ResourceIdentityData>,
    ) -> proto::import_resource_state::Response {
        let request = proto::import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            identity,
            client_capabilities: None,
        };
        answer(self.service.import_resource_state(Request::new(request)).await)
    }
}

fn answer<R>(answer: Result<Response<R>, Status>) -> R {
    answer.expect("failures are diagnostics").into_inner()
}

fn encoded(ty: &Type, value: &Value) -> Option<proto::DynamicValue> {
    let msgpack = wire::encode(value, ty).expect("it fits its type");
    Some(proto::DynamicValue { msgpack, json: Vec::new() })
}

fn decoded(ty: &Type, value: Option<proto::DynamicValue>) -> Value {
    wire::decode(&value.expect("there is a value").msgpack, ty).expect("it fits its type")
}

/// What is told, each as `error Summary: detail` or `warning Summary: detail`.
fn told(diagnostics: &[proto::Diagnostic]) -> Vec<String> {
    let one = |it: &proto::Diagnostic| {
        let severity = if it.severity() == proto::diagnostic::Severity::Error { "error" } else { "warning" };
        format!("{severity} {}: {}", it.summary, it.detail)
    };
    diagnostics.iter().map(one).collect()
}

/// An answer that refuses every request of a path.
fn refusal(path: &str, status: u16) -> Fault {
    let fault = json!({"path": path, "status": status, "code": "Refused", "message": "No.", "times": 0});
    serde_json::from_value(fault).expect("it is a fault")
}

/// Nothing here takes long.
const SOON: Duration = Duration::from_secs(20);
