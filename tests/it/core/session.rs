//! Terraform core, so far as a provider can see it: the processes it starts, what it asks them and in which order, and
//! every rule of its own held over each answer.
//!
//! Facts: Terraform's `internal/terraform` (`node_resource_abstract_instance.go`, `node_resource_apply_instance.go`,
//! `node_resource_import.go`, `upgrade_resource_state.go`) and `internal/plugin6/grpc_provider.go`. A broken rule is a
//! panic; what the provider refuses by diagnostics is given back.

use std::collections::BTreeMap;

use autopilot::{
    path::{Path, Step},
    server::proto::tfplugin6::{
        self as proto, AttributePath, Diagnostic, DynamicValue, attribute_path::step::Selector, diagnostic::Severity,
        provider_client::ProviderClient,
    },
    value::{Type, Value},
    wire,
};
use tonic::transport::Channel;

use super::{
    compatible::apply_faults,
    model::{Attributes, apply_path, object_type, of_wire, show, state_json},
    outcome::{Action, action, replan_faults, required_replaces, write_only_leaks},
    plan_valid::plan_faults,
    proposed_new::proposed_new,
    schema_valid::{identity_faults, provider_faults},
};
use crate::protocol::{
    certificate::Certificate,
    client::{Plugin, provider},
};

/// What a message may weigh: core takes 2 GiB.
const LARGEST_MESSAGE: usize = i32::MAX as usize;

/// The errors that the provider told.
pub(super) type Told<T> = Result<T, Vec<String>>;

/// The schema of a resource type.
pub(super) struct Kind {
    pub(super) attributes: Attributes,
    pub(super) ty: Type,
    version: i64,
}

/// An instance as the state file keeps it.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    json: String,
    version: i64,
    private: Vec<u8>,
}

/// An instance in memory.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) value: Value,
    private: Vec<u8>,
}

/// A plan as the plan file keeps it.
pub(super) struct Plan {
    pub(super) action: Action,
    pub(super) planned: Value,
    private: Vec<u8>,
}

/// What an apply left behind.
pub(super) struct Applied {
    pub(super) action: Action,
    pub(super) instance: Option<Instance>,
    pub(super) errors: Vec<String>,
}

/// One core with its settings for the provider.
pub(super) struct Core {
    environment: Vec<(String, String)>,
    one_process: bool,
    process: Option<Process>,
}

impl Core {
    /// A core as it is: each phase has a process of its own.
    pub(super) fn new(environment: Vec<(String, String)>) -> Core {
        Core { environment, one_process: false, process: None }
    }

    /// One that does everything in one process, to be quick.
    pub(super) fn in_one_process(environment: Vec<(String, String)>) -> Core {
        Core { one_process: true, ..Core::new(environment) }
    }

    /// Begins a phase.
    pub(super) async fn phase(&mut self) -> &mut Process {
        if !self.one_process {
            self.end().await;
        }
        if self.process.is_none() {
            self.process = Some(Process::start(&self.environment).await);
        }
        self.process.as_mut().expect("it was started")
    }

    /// Ends the process that is running. It says nothing that core would show to a user.
    pub(super) async fn end(&mut self) {
        if let Some(Process { plugin, channel, .. }) = self.process.take() {
            let ended = plugin.shutdown(channel).await;
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
            assert!(!ended.stderr.contains("panic"), "{}", ended.stderr);
        }
    }

    /// `terraform apply` for one resource; no configuration is a destroy.
    pub(super) async fn apply(&mut self, name: &str, config: &Value, instance: Option<Instance>) -> Told<Applied> {
        let process = self.phase().await;
        let prior = match &instance {
            Some(instance) => process.refresh(name, instance).await?,
            None => None,
        };
        if !config.is_null() {
            process.validate(name, config).await?;
        }
        if config.is_null() && prior.is_none() {
            return Ok(Applied { action: Action::Nothing, instance: None, errors: Vec::new() });
        }
        let plan = process.plan(name, config, prior.as_ref()).await?;

        let process = self.phase().await;
        let (held, errors) = match plan.action {
            Action::Nothing => (prior, Vec::new()),
            Action::Delete => process.apply(name, config, prior, &plan).await,
            Action::Create | Action::Update => {
                let plan = process.replan(name, config, prior.as_ref(), plan.action, &plan).await?;
                process.apply(name, config, prior, &plan).await
            }
            Action::Replace => {
                let gone = Plan { action: Action::Delete, planned: Value::Null, private: plan.private.clone() };
                match process.apply(name, &Value::Null, prior, &gone).await {
                    (None, _) => {
                        let plan = process.replan(name, config, None, Action::Create, &plan).await?;
                        process.apply(name, config, None, &plan).await
                    }
                    kept => kept,
                }
            }
        };
        let instance = held.map(|held| process.store(name, &held));
        Ok(Applied { action: plan.action, instance, errors })
    }

    /// Holds that nothing is left to do: a refresh finds what was stored, and a plan shows no change.
    pub(super) async fn assert_no_change(&mut self, name: &str, config: &Value, instance: &Instance) {
        let process = self.phase().await;
        let stored = process.upgrade(name, instance).await.expect("the state is readable");
        let held = process.refresh(name, instance).await.expect("it is read").expect("it is there");
        assert_eq!(show(&held.value), show(&stored), "{name}: a refresh right after finds something else");
        let plan = process.plan(name, config, Some(&held)).await.expect("it is planned");
        assert_eq!(show(&plan.planned), show(&held.value), "{name}: a second plan shows a change");
        assert_eq!(plan.action, Action::Nothing);
    }

    /// `terraform import`: the state of what the id names, refreshed.
    pub(super) async fn import(&mut self, name: &str, id: &str) -> Told<Instance> {
        let process = self.phase().await;
        let imported = process.import(name, id).await?;
        let imported = process.store(name, &imported);
        let held = process.refresh(name, &imported).await?.expect("what was imported is there");
        Ok(process.store(name, &held))
    }
}

/// A running provider that has told its schemas and is configured.
pub(super) struct Process {
    plugin: Plugin,
    channel: Channel,
    client: ProviderClient<Channel>,
    kinds: BTreeMap<String, Kind>,
    data: BTreeMap<String, Kind>,
}

fn capabilities() -> Option<proto::ClientCapabilities> {
    Some(proto::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() })
}

fn encode(value: &Value, ty: &Type) -> Option<DynamicValue> {
    let msgpack = wire::encode(value, ty).expect("it is of its type");
    Some(DynamicValue { msgpack, json: Vec::new() })
}

/// An answered value. Core takes none at all for null.
fn decode(what: &str, value: Option<DynamicValue>, ty: &Type) -> Value {
    let DynamicValue { msgpack, json } = value.unwrap_or_default();
    assert!(json.is_empty(), "{what}: we answer msgpack only");
    match msgpack.as_slice() {
        [] => Value::Null,
        bytes => wire::decode(bytes, ty).unwrap_or_else(|error| panic!("{what}: {error}")),
    }
}

fn path(told: &AttributePath) -> Path {
    let step = |step: &proto::attribute_path::Step| match step.selector.clone().expect("a step leads somewhere") {
        Selector::AttributeName(name) => Step::Attribute(name),
        Selector::ElementKeyString(key) => Step::Key(key),
        Selector::ElementKeyInt(index) => Step::Index(index),
    };
    Path(told.steps.iter().map(step).collect())
}

/// The errors among diagnostics. Each says something, and points at a place that is there.
fn errors(diagnostics: &[Diagnostic], config: &Value) -> Vec<String> {
    let mut errors = Vec::new();
    for told in diagnostics {
        assert!(!told.summary.is_empty(), "{told:?}");
        assert_ne!(told.severity(), Severity::Invalid, "{told:?}");
        if let Some(place) = &told.attribute {
            let place = path(place);
            assert!(apply_path(config, &place).is_some(), "{place} leads nowhere: {told:?}");
        }
        if told.severity() == Severity::Error {
            errors.push(format!("{}: {}", told.summary, told.detail));
        }
    }
    errors
}

fn no_errors(diagnostics: &[Diagnostic], config: &Value) -> Told<()> {
    let errors = errors(diagnostics, config);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn nothing(name: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{name}: {}", faults.join("; "));
}

impl Process {
    async fn start(environment: &[(String, String)]) -> Process {
        let certificate = Certificate::new();
        let mut command = provider();
        command.env("PLUGIN_CLIENT_CERT", certificate.pem());
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let plugin = Plugin::start(&mut command).await;
        let channel = plugin.connect(&certificate).await;
        let mut client = ProviderClient::new(channel.clone())
            .max_decoding_message_size(LARGEST_MESSAGE)
            .max_encoding_message_size(LARGEST_MESSAGE);

        let schemas = client.get_provider_schema(proto::get_provider_schema::Request {}).await;
        let schemas = schemas.expect("the schemas are answered").into_inner();
        assert_eq!(schemas.diagnostics, [], "the schemas have no errors");
        nothing("provider", &provider_faults(&schemas));
        assert!(schemas.server_capabilities.is_some_and(|capable| capable.plan_destroy));
        let identities = client.get_resource_identity_schemas(proto::get_resource_identity_schemas::Request {}).await;
        let identities = identities.expect("the identities are answered").into_inner();
        for (name, identity) in &identities.identity_schemas {
            nothing(name, &identity_faults(name, identity));
        }

        let block = schemas.provider.and_then(|schema| schema.block).expect("it was checked");
        let settings = of_wire(&block.attributes);
        let ty = object_type(&settings);
        let config = Value::Map(settings.into_keys().map(|name| (name, Value::Null)).collect());
        let request = proto::validate_provider_config::Request { config: encode(&config, &ty) };
        let answer = client.validate_provider_config(request).await.expect("it is answered").into_inner();
        assert_eq!(errors(&answer.diagnostics, &config), Vec::<String>::new());
        let request = proto::configure_provider::Request {
            terraform_version: "1.15.5".to_owned(),
            config: encode(&config, &ty),
            client_capabilities: capabilities(),
        };
        let answer = client.configure_provider(request).await.expect("it is answered").into_inner();
        assert_eq!(errors(&answer.diagnostics, &config), Vec::<String>::new());

        let kind = |(name, schema): (String, proto::Schema)| {
            let attributes = of_wire(&schema.block.expect("it was checked").attributes);
            (name, Kind { ty: object_type(&attributes), attributes, version: schema.version })
        };
        let kinds = schemas.resource_schemas.into_iter().map(kind).collect();
        let data = schemas.data_source_schemas.into_iter().map(kind).collect();
        Process { plugin, channel, client, kinds, data }
    }

    /// Every resource type by name.
    pub(super) fn kinds(&self) -> &BTreeMap<String, Kind> {
        &self.kinds
    }

    /// Every data source by name.
    pub(super) fn data(&self) -> &BTreeMap<String, Kind> {
        &self.data
    }

    /// Validates and reads a data source. Beyond core, what is configured is in the answer as it was.
    pub(super) async fn read_data(&mut self, name: &str, config: &Value) -> Told<Value> {
        let kind = &self.data[name];
        let (ty, attributes) = (kind.ty.clone(), kind.attributes.clone());
        let request =
            proto::validate_data_resource_config::Request { type_name: name.to_owned(), config: encode(config, &ty) };
        let answer = self.client.validate_data_resource_config(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, config)?;
        let request = proto::read_data_source::Request {
            type_name: name.to_owned(),
            config: encode(config, &ty),
            client_capabilities: capabilities(),
            ..Default::default()
        };
        let answer = self.client.read_data_source(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, config)?;
        let value = decode(name, answer.state, &ty);
        assert!(!value.is_null() && value.is_wholly_known(), "{name}: {} is read", show(&value));
        nothing(name, &plan_faults(&attributes, &Value::Null, config, &value));
        Ok(value)
    }

    fn kind(&self, name: &str) -> &Kind {
        self.kinds.get(name).unwrap_or_else(|| panic!("there is a resource type {name}"))
    }

    fn no_leaks(&self, name: &str, value: &Value) {
        let leaks = write_only_leaks(&self.kind(name).attributes, value);
        assert!(leaks.is_empty(), "{name}: write-only values in an answer: {leaks:?}");
    }

    fn store(&self, name: &str, held: &Held) -> Instance {
        let kind = self.kind(name);
        assert!(held.value.is_wholly_known(), "{name}: {} is stored", show(&held.value));
        let json = state_json(&held.value, &kind.ty).to_string();
        Instance { json, version: kind.version, private: held.private.clone() }
    }

    pub(super) async fn validate(&mut self, name: &str, config: &Value) -> Told<()> {
        let request = proto::validate_resource_config::Request {
            type_name: name.to_owned(),
            config: encode(config, &self.kind(name).ty),
            client_capabilities: capabilities(),
        };
        let answer = self.client.validate_resource_config(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, config)
    }

    /// UpgradeResourceState, which core asks of every state, also of one that is up to date.
    pub(super) async fn upgrade(&mut self, name: &str, instance: &Instance) -> Told<Value> {
        let request = proto::upgrade_resource_state::Request {
            type_name: name.to_owned(),
            version: instance.version,
            raw_state: Some(proto::RawState { json: instance.json.clone().into_bytes(), ..Default::default() }),
        };
        let answer = self.client.upgrade_resource_state(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, &Value::Null)?;
        let value = decode(name, answer.upgraded_state, &self.kind(name).ty);
        assert!(value.is_wholly_known(), "{name}: an upgraded state is unknown");
        self.no_leaks(name, &value);
        Ok(value)
    }

    /// Upgrade and read. `None`, where it is gone.
    pub(super) async fn refresh(&mut self, name: &str, instance: &Instance) -> Told<Option<Held>> {
        let state = self.upgrade(name, instance).await?;
        let ty = self.kind(name).ty.clone();
        let request = proto::read_resource::Request {
            type_name: name.to_owned(),
            current_state: encode(&state, &ty),
            private: instance.private.clone(),
            client_capabilities: capabilities(),
            ..Default::default()
        };
        let answer = self.client.read_resource(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, &state)?;
        assert!(answer.deferred.is_none(), "{name}: a read is deferred, which nobody allowed");
        let value = decode(name, answer.new_state, &ty);
        assert!(value.is_wholly_known(), "{name}: a read gives {}", show(&value));
        self.no_leaks(name, &value);
        Ok((!value.is_null()).then_some(Held { value, private: answer.private }))
    }

    /// Plans, twice where it replaces. Asked again, the provider must give the very same answer.
    pub(super) async fn plan(&mut self, name: &str, config: &Value, held: Option<&Held>) -> Told<Plan> {
        let (plan, again) =
            (self.plan_once(name, config, held, None).await?, self.plan_once(name, config, held, None).await?);
        assert_eq!(show(&plan.planned), show(&again.planned), "{name}: a plan is another the second time");
        assert_eq!((plan.action, &plan.private), (again.action, &again.private), "{name}");
        if plan.action != Action::Replace {
            return Ok(plan);
        }
        let anew = self.plan_once(name, config, None, Some(&plan.private)).await?;
        Ok(Plan { action: Action::Replace, ..anew })
    }

    /// The plan at apply time: it must be the one that was shown, only better known.
    async fn replan(
        &mut self,
        name: &str,
        config: &Value,
        held: Option<&Held>,
        shown: Action,
        plan: &Plan,
    ) -> Told<Plan> {
        let now = self.plan_once(name, config, held, None).await?;
        let attributes = &self.kind(name).attributes;
        nothing(name, &replan_faults(attributes, (shown, &plan.planned), (now.action, &now.planned)));
        Ok(now)
    }

    async fn plan_once(
        &mut self,
        name: &str,
        config: &Value,
        held: Option<&Held>,
        replacing: Option<&Vec<u8>>,
    ) -> Told<Plan> {
        let kind = self.kind(name);
        let prior = held.map_or(Value::Null, |held| held.value.clone());
        let proposed = if config.is_null() { Value::Null } else { proposed_new(&kind.attributes, &prior, config) };
        let ty = kind.ty.clone();
        let request = proto::plan_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: encode(&prior, &ty),
            proposed_new_state: encode(&proposed, &ty),
            config: encode(config, &ty),
            prior_private: replacing.cloned().or(held.map(|held| held.private.clone())).unwrap_or_default(),
            client_capabilities: capabilities(),
            ..Default::default()
        };
        let answer = self.client.plan_resource_change(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, if config.is_null() { &prior } else { config })?;
        assert!(!answer.legacy_type_system && answer.deferred.is_none(), "{name}: the plan asks for indulgence");
        let planned = decode(name, answer.planned_state, &ty);
        let attributes = &self.kind(name).attributes;
        nothing(name, &plan_faults(attributes, &prior, config, &planned));
        self.no_leaks(name, &planned);
        let paths: Vec<_> = answer.requires_replace.iter().map(path).collect();
        let counts = required_replaces(attributes, &prior, &planned, &paths);
        let counts = counts.unwrap_or_else(|faults| panic!("{name}: {}", faults.join("; ")));
        Ok(Plan { action: action(&prior, &planned, &counts), planned, private: answer.planned_private })
    }

    /// Applies a plan. What core would save is given back, with the errors.
    async fn apply(
        &mut self,
        name: &str,
        config: &Value,
        held: Option<Held>,
        plan: &Plan,
    ) -> (Option<Held>, Vec<String>) {
        if plan.action == Action::Nothing {
            return (held, Vec::new());
        }
        let ty = self.kind(name).ty.clone();
        let prior = held.as_ref().map_or(Value::Null, |held| held.value.clone());
        let request = proto::apply_resource_change::Request {
            type_name: name.to_owned(),
            prior_state: encode(&prior, &ty),
            planned_state: encode(&plan.planned, &ty),
            config: encode(config, &ty),
            planned_private: plan.private.clone(),
            ..Default::default()
        };
        let answer = self.client.apply_resource_change(request).await.expect("it is answered").into_inner();
        let errors = errors(&answer.diagnostics, if config.is_null() { &prior } else { config });
        assert!(!answer.legacy_type_system, "{name}: the apply asks for indulgence");
        let value = decode(name, answer.new_state, &ty);
        assert!(value.is_wholly_known(), "{name}: {} is left unknown", show(&value));
        self.no_leaks(name, &value);
        if errors.is_empty() {
            nothing(name, &apply_faults(&self.kind(name).attributes, &plan.planned, &value));
        }
        match value {
            // After an error core keeps what was there.
            Value::Null if !errors.is_empty() => (held, errors),
            Value::Null => (None, errors),
            value => (Some(Held { value, private: answer.private }), errors),
        }
    }

    async fn import(&mut self, name: &str, id: &str) -> Told<Held> {
        let request = proto::import_resource_state::Request {
            type_name: name.to_owned(),
            id: id.to_owned(),
            client_capabilities: capabilities(),
            ..Default::default()
        };
        let answer = self.client.import_resource_state(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, &Value::Null)?;
        let [imported] = answer.imported_resources.as_slice() else { panic!("{name}: one object is imported") };
        assert_eq!(imported.type_name, name);
        let value = decode(name, imported.state.clone(), &self.kind(name).ty);
        assert!(!value.is_null() && value.is_wholly_known(), "{name}: {} is imported", show(&value));
        self.no_leaks(name, &value);
        Ok(Held { value, private: imported.private.clone() })
    }
}
