//! The shapes in which Graph keeps things, against the emulator, through the engine as Terraform drives it.

mod alone;
mod associations;
mod deployment_events;
mod facets;
mod groups;
mod looked_up;
mod made;
mod misleads;
mod one_target;
mod order;
mod preparation;
mod preparation_doubts;
mod reads;
mod referred;
mod refused;
mod rows;
mod singleton;

use std::collections::BTreeMap;

use autopilot::{
    diagnostic::{Diagnostic, Severity},
    emulator::{Emulator, Options},
    graph::Client,
    resource::{
        Private, Registered, Registry, Tenant,
        engine::{self, Answer, ApplyRequest, By, PlanAnswer, PlanRequest, Scope},
    },
    schema::null_object,
    value::Value,
};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

use crate::tenant_client::client;

const GROUP: &str = "autopilot_group";
const PROFILE: &str = "autopilot_deployment_profile";
const PAGE: &str = "autopilot_enrollment_status_page";
const POLICY: &str = "autopilot_device_preparation_policy";
const GROUPS: &str = "/v1.0/groups";
const PROFILES: &str = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
const PAGES: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";

/// An emulator whose minute is a tenth of a second, and the provider's registry.
struct World {
    emulator: Emulator,
    graph: Client,
    registry: Registry,
}

/// A resource as Terraform knows it.
#[derive(Clone, Default)]
struct State {
    value: Value,
    private: Private,
}

/// What an apply came to.
struct Applied {
    state: State,
    told: Vec<Diagnostic>,
}

impl Applied {
    /// The state, where nothing was told.
    fn quietly(self) -> State {
        assert_eq!(self.told, []);
        self.state
    }

    fn told(&self, severity: Severity) -> Vec<&str> {
        self.told.iter().filter(|told| told.severity == severity).map(|told| told.detail.as_str()).collect()
    }
}

impl World {
    async fn new() -> World {
        let emulator = Emulator::start(Options { speed: 600.0, ..Options::default() }).await.expect("an emulator");
        let graph = client(&emulator);
        World { emulator, graph, registry: autopilot::provider::registry() }
    }

    /// The same tenant, seen by another process.
    fn again(self) -> World {
        let graph = client(&self.emulator);
        World { graph, ..self }
    }

    fn resource(&self, name: &str) -> &Registered {
        self.registry.resource(name).expect("there is such a resource")
    }

    fn scope(&self) -> Scope {
        Scope { tenant: Tenant::Ready(self.graph.clone()), cancel: CancellationToken::new() }
    }

    fn config<const N: usize>(&self, name: &str, set: [(&str, Value); N]) -> Value {
        let mut config = null_object(&self.resource(name).spec.attributes);
        set.into_iter().for_each(|(name, value)| config.insert(name, value));
        config
    }

    async fn plan(&self, name: &str, config: &Value, state: &State) -> PlanAnswer {
        let State { value: prior, private } = state.clone();
        let request = PlanRequest { config: config.clone(), prior, identity: Value::Null, private };
        engine::plan(self.resource(name), &self.scope(), request).await
    }

    /// All that is said of a configuration: when it is validated, which tells errors only, and in a plan from a state.
    async fn told(&self, name: &str, config: &Value, state: &State) -> Vec<Diagnostic> {
        let mut told = engine::validate(self.resource(name), config, true).0;
        told.retain(|told| told.severity == Severity::Error);
        let planned = self.plan(name, config, state).await.diagnostics;
        told.extend(planned.into_iter().filter(|planned| !told.contains(planned)).collect::<Vec<_>>());
        told
    }

    async fn apply(&self, name: &str, config: &Value, state: &State) -> Applied {
        let plan = self.plan(name, config, state).await;
        assert!(!plan.diagnostics.has_errors(), "{:?}", plan.diagnostics);
        let request = ApplyRequest {
            config: config.clone(),
            prior: state.value.clone(),
            planned: plan.planned,
            identity: plan.identity,
            private: plan.private,
        };
        let Answer { state, private, diagnostics, .. } =
            engine::apply(self.resource(name), &self.scope(), request).await;
        Applied { state: State { value: state, private }, told: diagnostics.0 }
    }

    async fn made<const N: usize>(&self, name: &str, set: [(&str, Value); N]) -> State {
        self.apply(name, &self.config(name, set), &State::default()).await.quietly()
    }

    async fn destroy(&self, name: &str, state: &State) -> Applied {
        self.apply(name, &Value::Null, state).await
    }

    async fn refresh(&self, name: &str, state: &State) -> State {
        let State { value, private } = state.clone();
        let read = engine::read(self.resource(name), &self.scope(), value, &Value::Null, &private).await;
        assert!(!read.diagnostics.has_errors(), "{:?}", read.diagnostics);
        State { value: read.state, private: read.private }
    }

    async fn import(&self, name: &str, id: &str) -> State {
        let read = engine::import(self.resource(name), &self.scope(), By::from(id)).await;
        assert!(!read.diagnostics.has_errors(), "{:?}", read.diagnostics);
        State { value: read.state, private: read.private }
    }

    async fn look_up<const N: usize>(&self, name: &str, set: [(&str, Value); N]) -> Answer {
        let data = self.registry.data_source(name).expect("there is such a data source");
        let mut config = null_object(&data.spec.attributes);
        set.into_iter().for_each(|(name, value)| config.insert(name, value));
        engine::read_data(data, &self.scope(), config).await
    }

    async fn assert_no_change(&self, name: &str, config: &Value, state: &State) {
        let state = self.refresh(name, state).await;
        assert_eq!(self.plan(name, config, &state).await.planned, state.value);
    }

    /// How many writes to each path there were.
    fn writes(&self) -> BTreeMap<String, u64> {
        let mut writes = BTreeMap::new();
        for request in self.emulator.requests().into_iter().filter(|request| request.method != "GET") {
            *writes.entry(format!("{} {}", request.method, request.path)).or_default() += request.count;
        }
        writes.retain(|path, _| !path.contains("oauth2"));
        writes
    }

    async fn list(&self, path: &str) -> Vec<Json> {
        self.graph.list(path).await.expect("it is listed")
    }
}

fn id(state: &State) -> &str {
    state.value.get("id").as_str().expect("it has an id")
}
