//! One process of the provider, asked as core asks it. Every rule of core's is held over each answer: a broken one is a
//! panic; what the provider refuses by diagnostics is given back.

use std::collections::BTreeMap;

use autopilot::{
    path::{Path, Step},
    schema::Nesting,
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
    model::{Attributes, Shape, apply_path, object_type, show, state_json},
    outcome::{Action, action, replan_faults, required_replaces, write_only_leaks},
    plan_valid::plan_faults,
    proposed_new::proposed_new,
    schema_valid::{identity_faults, provider_faults, type_of},
    told::of_wire,
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
    /// The type of its identity, where it has one.
    identity: Option<Type>,
}

/// An instance as the state file keeps it.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    json: String,
    version: i64,
    pub(super) private: Vec<u8>,
    pub(super) identity: Value,
}

/// An instance in memory.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) value: Value,
    pub(super) private: Vec<u8>,
    pub(super) identity: Value,
}

/// A plan as the plan file keeps it.
pub(super) struct Plan {
    pub(super) action: Action,
    pub(super) planned: Value,
    pub(super) private: Vec<u8>,
    pub(super) identity: Value,
}

/// What an import asks for.
#[derive(Debug)]
pub(super) enum Import {
    Id(String),
    Identity(Value),
}

/// A running provider that has told its schemas and is configured.
pub(super) struct Process {
    pub(super) plugin: Plugin,
    pub(super) channel: Channel,
    pub(super) client: ProviderClient<Channel>,
    kinds: BTreeMap<String, Kind>,
    data: BTreeMap<String, Kind>,
}

fn capabilities() -> Option<proto::ClientCapabilities> {
    Some(proto::ClientCapabilities { write_only_attributes_allowed: true, ..Default::default() })
}

pub(super) fn encode(value: &Value, ty: &Type) -> Option<DynamicValue> {
    let msgpack = wire::encode(value, ty).expect("it is of its type");
    Some(DynamicValue { msgpack, json: Vec::new() })
}

/// An answered value. Core takes none at all for null.
pub(super) fn decode(what: &str, value: Option<DynamicValue>, ty: &Type) -> Value {
    let DynamicValue { msgpack, json } = value.unwrap_or_default();
    assert!(json.is_empty(), "{what}: we answer msgpack only");
    match msgpack.as_slice() {
        [] => Value::Null,
        bytes => wire::decode(bytes, ty).unwrap_or_else(|error| panic!("{what}: {error}")),
    }
}

/// An identity on the wire; nothing where there is none.
fn encode_identity(identity: &Value, kind: &Kind) -> Option<proto::ResourceIdentityData> {
    let ty = kind.identity.as_ref().filter(|_| !identity.is_null())?;
    Some(proto::ResourceIdentityData { identity_data: encode(identity, ty) })
}

/// An answered identity. A kind without a schema of one has none.
fn decode_identity(name: &str, kind: &Kind, told: Option<proto::ResourceIdentityData>) -> Value {
    match (&kind.identity, told) {
        (_, None) => Value::Null,
        (Some(ty), Some(told)) => decode(name, told.identity_data, ty),
        (None, Some(_)) => panic!("{name}: an identity is told without a schema of it"),
    }
}

/// Core wants an identity known; that it is told, and stays what it was, is HashiCorp's framework's rule.
fn hold_identity(name: &str, kind: &Kind, before: &Value, now: &Value) {
    assert!(now.is_wholly_known(), "{name}: the identity {} is unknown", show(now));
    assert_eq!(kind.identity.is_some(), !now.is_null(), "{name}: the identity is {}", show(now));
    assert!(before.is_null() || before == now, "{name}: the identity {} became {}", show(before), show(now));
}

/// Where a configuration sets what only the provider may, or leaves out what is required.
fn config_faults(attributes: &Attributes, config: &Value, at: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, attribute) in attributes {
        let (value, at) = (config.get(name), at.attribute(name));
        if value.is_null() && attribute.required {
            faults.push(format!("{at}: is required"));
        }
        if !value.is_null() && !attribute.required && !attribute.optional {
            faults.push(format!("{at}: is the provider's to set"));
        }
        let Shape::Nested(nesting, nested) = &attribute.shape else { continue };
        let elements: Vec<&Value> = match (nesting, value) {
            (_, Value::Null) => Vec::new(),
            (Nesting::Single, object) => vec![object],
            (Nesting::Map, map) => map.as_map().into_iter().flatten().map(|(_, element)| element).collect(),
            (Nesting::List | Nesting::Set, collection) => collection.elements().iter().collect(),
        };
        faults.extend(elements.into_iter().flat_map(|element| config_faults(nested, element, &at)));
    }
    faults
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

pub(super) fn no_errors(diagnostics: &[Diagnostic], config: &Value) -> Told<()> {
    let errors = errors(diagnostics, config);
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn nothing(name: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{name}: {}", faults.join("; "));
}

impl Process {
    pub(super) async fn start(environment: &[(String, String)]) -> Process {
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
        let mut identity_types = BTreeMap::new();
        for (name, identity) in identities.identity_schemas {
            nothing(&name, &identity_faults(&name, &identity));
            assert!(schemas.resource_schemas.contains_key(&name), "{name} has an identity and no schema");
            let parts = identity.identity_attributes.iter();
            let parts = parts.map(|part| (part.name.as_str().into(), type_of(&part.r#type).expect("it was checked")));
            identity_types.insert(name, Type::Object(parts.collect()));
        }
        for name in schemas.list_resource_schemas.keys() {
            assert!(identity_types.contains_key(name), "{name} can be listed and has no identity");
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

        let kind = |(name, schema): (String, proto::Schema), identity| {
            let attributes = of_wire(&schema.block.expect("it was checked").attributes);
            (name, Kind { ty: object_type(&attributes), attributes, version: schema.version, identity })
        };
        let resources = schemas.resource_schemas.into_iter();
        let kinds = resources.map(|entry| kind(entry.clone(), identity_types.remove(&entry.0))).collect();
        let data = schemas.data_source_schemas.into_iter().map(|entry| kind(entry, None)).collect();
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

    pub(super) fn kind(&self, name: &str) -> &Kind {
        self.kinds.get(name).unwrap_or_else(|| panic!("there is a resource type {name}"))
    }

    fn no_leaks(&self, name: &str, value: &Value) {
        let leaks = write_only_leaks(&self.kind(name).attributes, value);
        assert!(leaks.is_empty(), "{name}: write-only values in an answer: {leaks:?}");
    }

    pub(super) fn store(&self, name: &str, held: &Held) -> Instance {
        let kind = self.kind(name);
        assert!(held.value.is_wholly_known(), "{name}: {} is stored", show(&held.value));
        let json = state_json(&held.value, &kind.ty).to_string();
        hold_identity(name, kind, &Value::Null, &held.identity);
        Instance { json, version: kind.version, private: held.private.clone(), identity: held.identity.clone() }
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
            current_identity: encode_identity(&instance.identity, self.kind(name)),
            ..Default::default()
        };
        let answer = self.client.read_resource(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, &state)?;
        assert!(answer.deferred.is_none(), "{name}: a read is deferred, which nobody allowed");
        let value = decode(name, answer.new_state, &ty);
        assert!(value.is_wholly_known(), "{name}: a read gives {}", show(&value));
        self.no_leaks(name, &value);
        if value.is_null() {
            return Ok(None);
        }
        let identity = decode_identity(name, self.kind(name), answer.new_identity);
        hold_identity(name, self.kind(name), &instance.identity, &identity);
        Ok(Some(Held { value, private: answer.private, identity }))
    }

    /// Plans, twice where it replaces. Asked again, the provider must give the very same answer.
    pub(super) async fn plan(&mut self, name: &str, config: &Value, held: Option<&Held>) -> Told<Plan> {
        let (plan, again) =
            (self.plan_once(name, config, held, None).await?, self.plan_once(name, config, held, None).await?);
        assert_eq!(show(&plan.planned), show(&again.planned), "{name}: a plan is another the second time");
        assert_eq!((plan.action, &plan.private), (again.action, &again.private), "{name}");
        assert_eq!(show(&plan.identity), show(&again.identity), "{name}: an identity is another the second time");
        if plan.action != Action::Replace {
            return Ok(plan);
        }
        let anew = self.plan_once(name, config, None, Some(&plan)).await?;
        Ok(Plan { action: Action::Replace, ..anew })
    }

    /// The plan at apply time: it must be the one that was shown, only better known.
    pub(super) async fn replan(
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
        replacing: Option<&Plan>,
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
            prior_private: match (replacing, held) {
                (Some(plan), _) => plan.private.clone(),
                (None, Some(held)) => held.private.clone(),
                (None, None) => Vec::new(),
            },
            prior_identity: encode_identity(
                replacing.map(|plan| &plan.identity).or(held.map(|held| &held.identity)).unwrap_or(&Value::Null),
                kind,
            ),
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
        let action = action(&prior, &planned, &counts);
        let identity = decode_identity(name, self.kind(name), answer.planned_identity);
        if let (Some(held), Action::Update | Action::Nothing) = (held, action) {
            hold_identity(name, self.kind(name), &held.identity, &identity);
        }
        Ok(Plan { action, planned, private: answer.planned_private, identity })
    }

    /// Applies a plan. What core would save is given back, with the errors.
    pub(super) async fn apply(
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
            planned_identity: encode_identity(&plan.identity, self.kind(name)),
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
            value => {
                let identity = decode_identity(name, self.kind(name), answer.new_identity);
                let before = held.map_or(Value::Null, |held| held.identity);
                hold_identity(name, self.kind(name), &before, &identity);
                (Some(Held { value, private: answer.private, identity }), errors)
            }
        }
    }

    /// GenerateResourceConfig: what a configuration would have to say to get this state.
    pub(super) async fn generate(&mut self, name: &str, state: &Value) -> Told<Value> {
        let ty = self.kind(name).ty.clone();
        let request =
            proto::generate_resource_config::Request { type_name: name.to_owned(), state: encode(state, &ty) };
        let answer = self.client.generate_resource_config(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, state)?;
        let config = decode(name, answer.config, &ty);
        assert!(!config.is_null() && config.is_wholly_known(), "{name}: {} is generated", show(&config));
        self.no_leaks(name, &config);
        nothing(name, &config_faults(&self.kind(name).attributes, &config, &Path::root()));
        Ok(config)
    }

    pub(super) async fn import(&mut self, name: &str, wanted: &Import) -> Told<Held> {
        let (id, identity) = match wanted {
            Import::Id(id) => (id.clone(), None),
            Import::Identity(identity) => (String::new(), encode_identity(identity, self.kind(name))),
        };
        let request = proto::import_resource_state::Request {
            type_name: name.to_owned(),
            id,
            identity,
            client_capabilities: capabilities(),
        };
        let answer = self.client.import_resource_state(request).await.expect("it is answered").into_inner();
        no_errors(&answer.diagnostics, &Value::Null)?;
        let [imported] = answer.imported_resources.as_slice() else { panic!("{name}: one object is imported") };
        assert_eq!(imported.type_name, name);
        let value = decode(name, imported.state.clone(), &self.kind(name).ty);
        assert!(!value.is_null() && value.is_wholly_known(), "{name}: {} is imported", show(&value));
        self.no_leaks(name, &value);
        let identity = decode_identity(name, self.kind(name), imported.identity.clone());
        let before = if let Import::Identity(before) = wanted { before } else { &Value::Null };
        hold_identity(name, self.kind(name), before, &identity);
        Ok(Held { value, private: imported.private.clone(), identity })
    }
}
