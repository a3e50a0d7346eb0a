//! `autopilot_device_import` against the emulator, through the engine as Terraform drives it: refresh, plan, apply.

mod bringing_in;
mod changing;
mod counted;
mod interrupted;
mod leaving;
mod looking;
mod moving;
mod records;
mod single;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use autopilot::{
    diagnostic::{Diagnostic, Diagnostics, Severity},
    emulator::{Emulator, Fault, Options},
    knowledge::hardware_hash::{HardwareHash, encode},
    resource::{
        Named, Private, Registered, Registry, Tenant,
        engine::{self, ApplyRequest, PlanAnswer, PlanRequest, Scope},
    },
    schema::null_object,
    value::{Map, Value},
};
use tokio_util::sync::CancellationToken;

use crate::tenant_client::client;

const RECORDS: &str = "/beta/deviceManagement/importedWindowsAutopilotDeviceIdentities";
const DEVICES: &str = "/beta/deviceManagement/windowsAutopilotDeviceIdentities";

/// An emulator whose minute is a tenth of a second, and the resource.
struct World {
    emulator: Arc<Emulator>,
    tenant: Tenant,
    registered: Registered,
}

/// A state as Terraform keeps it.
#[derive(Clone, Default)]
struct State {
    value: Value,
    private: Private,
}

impl State {
    fn row(&self, serial_number: &str) -> &Value {
        self.value.get("devices").get(serial_number)
    }

    fn text(&self, serial_number: &str, name: &str) -> Option<&str> {
        self.row(serial_number).get(name).as_str()
    }
}

/// What an apply came to.
struct Applied {
    plan: PlanAnswer,
    state: State,
    told: Vec<Diagnostic>,
}

impl Applied {
    fn errors(&self) -> Vec<String> {
        self.of(Severity::Error)
    }

    fn warnings(&self) -> Vec<String> {
        self.of(Severity::Warning)
    }

    fn of(&self, severity: Severity) -> Vec<String> {
        self.told.iter().filter(|told| told.severity == severity).map(|told| told.detail.clone()).collect()
    }
}

/// One row of a configuration: serial number, and what it sets.
struct Row(&'static str, Vec<(&'static str, Value)>);

impl Row {
    /// With a hash of the machine that has this serial number.
    fn new(serial_number: &'static str) -> Row {
        Row(serial_number, vec![("hardware_hash", hash(serial_number, 1).into())])
    }

    /// Without a hash.
    fn adopted(serial_number: &'static str) -> Row {
        Row(serial_number, Vec::new())
    }

    fn with(mut self, name: &'static str, value: &str) -> Row {
        self.1.push((name, value.into()));
        self
    }
}

/// A hash of the n-th machine with this serial number.
fn hash(serial_number: &str, machine: u128) -> String {
    encode(&HardwareHash {
        serial_number: Some(serial_number.to_owned()),
        manufacturer: Some("Contoso Hardware".to_owned()),
        model: Some("Model 1".to_owned()),
        smbios_uuid: Some(uuid::Uuid::from_u128(machine)),
        ..HardwareHash::default()
    })
}

fn element<const N: usize>(set: [(&str, Value); N]) -> Value {
    let names =
        ["hardware_hash", "group_tag", "assigned_user", "user_friendly_name", "display_name", "id", "status", "origin"];
    let mut element = Value::Map(names.map(|name| (name.to_owned(), Value::Null)).into_iter().collect());
    for (name, value) in set {
        element.insert(name, value);
    }
    element
}

fn config(rows: Vec<Row>) -> Value {
    let devices = rows.into_iter().map(|Row(serial_number, set)| {
        let mut row = element([]);
        for (name, value) in set {
            row.insert(name, value);
        }
        (serial_number.to_owned(), row)
    });
    config_of(devices.collect())
}

fn config_of(devices: Map) -> Value {
    let mut config = null_object(&resource().spec().attributes);
    config.insert("devices", Value::Map(devices));
    config
}

fn resource() -> Arc<dyn autopilot::resource::Resource> {
    at("here").1
}

fn at(place: &str) -> Named<dyn autopilot::resource::Resource> {
    ("device_import", Arc::new(autopilot::resources::device_import::DeviceImport::at(place)))
}

fn rows_of<const N: usize>(serial_numbers: [&'static str; N]) -> Vec<Row> {
    serial_numbers.map(Row::new).into()
}

fn timeouts(config: &mut Value, time: &str) {
    let timeouts = ["create", "read", "update", "delete"].map(|verb| (verb, time.into()));
    config.insert("timeouts", Value::object(timeouts));
}

impl World {
    async fn new() -> World {
        let emulator = Emulator::start(Options { speed: 600.0, ..Options::default() }).await.expect("an emulator");
        World::on(Arc::new(emulator), "here")
    }

    fn on(emulator: Arc<Emulator>, place: &str) -> World {
        let tenant = Tenant::Ready(client(&emulator));
        let provider = Arc::new(autopilot::provider::Autopilot::of_process());
        let registry = Registry::new("autopilot", provider).resources([at(place)]);
        let registered = registry.resource("autopilot_device_import").expect("the resource").clone();
        World { emulator, tenant, registered }
    }

    /// The same tenant, seen by another process at a place.
    fn another(&self, place: &str) -> World {
        World::on(self.emulator.clone(), place)
    }

    async fn seed(&self, seed: serde_json::Value) {
        let url = format!("{}/_emulator/seed", self.emulator.endpoint());
        let http = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().expect("a client");
        let answer = http.post(url).body(seed.to_string()).send().await.expect("an answer");
        assert!(answer.status().is_success(), "{:?}", answer.text().await);
    }

    /// Devices that an OEM registered.
    async fn oem(&self, devices: serde_json::Value) {
        self.seed(serde_json::json!({ "devices": devices })).await;
    }

    fn scope(&self) -> Scope {
        Scope { tenant: self.tenant.clone(), cancel: CancellationToken::new() }
    }

    async fn refresh(&self, state: &State) -> State {
        let read =
            engine::read(&self.registered, &self.scope(), state.value.clone(), &Value::Null, &state.private).await;
        assert!(!read.diagnostics.has_errors(), "{:?}", read.diagnostics);
        State { value: read.state, private: read.private }
    }

    async fn plan(&self, config: &Value, state: &State) -> PlanAnswer {
        let (config, prior, private) = (config.clone(), state.value.clone(), state.private.clone());
        let answer = engine::plan(
            &self.registered,
            &self.scope(),
            PlanRequest { config, prior, identity: Value::Null, private },
        )
        .await;
        assert_eq!(answer.replace, [], "no plan replaces");
        answer
    }

    /// A plan that must not be refused.
    async fn good_plan(&self, config: &Value, state: &State) -> PlanAnswer {
        let plan = self.plan(config, state).await;
        assert!(!plan.diagnostics.has_errors(), "{:?}", plan.diagnostics);
        plan
    }

    /// Refresh and plan show no change.
    async fn assert_no_change(&self, config: &Value, state: &State) {
        let state = self.refresh(state).await;
        let plan = self.good_plan(config, &state).await;
        assert_eq!(plan.planned, state.value);
    }

    async fn apply(&self, config: &Value, state: &State) -> Applied {
        let refreshed = if state.value.is_null() { state.clone() } else { self.refresh(state).await };
        let plan = self.good_plan(config, &refreshed).await;
        self.apply_plan(config, &refreshed, plan, &CancellationToken::new()).await
    }

    /// An apply without an error.
    async fn good_apply(&self, config: &Value, state: &State) -> State {
        let applied = self.apply(config, state).await;
        assert_eq!(applied.told, [], "nothing to tell");
        applied.state
    }

    async fn apply_plan(&self, config: &Value, state: &State, plan: PlanAnswer, cancel: &CancellationToken) -> Applied {
        let scope = Scope { cancel: cancel.clone(), ..self.scope() };
        let request = ApplyRequest {
            config: config.clone(),
            prior: state.value.clone(),
            planned: plan.planned.clone(),
            identity: Value::Null,
            private: plan.private.clone(),
        };
        let answer = engine::apply(&self.registered, &scope, request).await;
        let Diagnostics(told) = answer.diagnostics.clone();
        if !answer.diagnostics.has_errors() && !plan.planned.is_null() {
            assert_conforms(&plan.planned, &answer.state, "");
        }
        let text = format!("{:?}{:?}{told:?}", answer.state, answer.private);
        assert!(!text.contains("T0"), "a hash is in no state and no message");
        Applied { plan, state: State { value: answer.state, private: answer.private }, told }
    }

    async fn destroy(&self, state: &State) -> Applied {
        self.apply(&Value::Null, state).await
    }

    /// Serial numbers of what is registered, with group tags.
    fn devices(&self) -> BTreeMap<String, String> {
        self.emulator.snapshot().devices.into_iter().map(|device| (device.serial_number, device.group_tag)).collect()
    }

    fn serial_numbers(&self) -> Vec<String> {
        self.devices().into_keys().collect()
    }

    /// Ids of what is registered, by serial number.
    async fn ids(&self) -> BTreeMap<String, String> {
        let Tenant::Ready(client) = &self.tenant else { panic!("a tenant") };
        let devices = client.list(DEVICES).await.expect("a list");
        let text = |device: &serde_json::Value, name: &str| device[name].as_str().expect("a text").to_owned();
        devices.iter().map(|device| (text(device, "serialNumber"), text(device, "id"))).collect()
    }

    /// How often something was asked for, inside batches too.
    fn asked(&self, method: &str, path: &str) -> u64 {
        let requests = self.emulator.requests();
        requests.iter().filter(|each| each.method == method && each.path == path).map(|each| each.count).sum()
    }
}

/// Core's rule after an apply: what was planned is what is there, and only what was unknown is filled in.
fn assert_conforms(planned: &Value, state: &Value, path: &str) {
    match (planned, state) {
        (Value::Unknown, _) => {}
        (Value::Map(planned), Value::Map(state)) => {
            assert!(planned.keys().eq(state.keys()), "other keys at {path}");
            for ((name, planned), state) in planned.iter().zip(state.values()) {
                assert_conforms(planned, state, &format!("{path}.{name}"));
            }
        }
        _ => assert_eq!(planned, state, "planned otherwise at {path}"),
    }
}

fn fault(method: &str, path: &str) -> Fault {
    serde_json::from_value(serde_json::json!({"method": method, "path": path})).expect("a fault")
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
