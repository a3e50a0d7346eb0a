//! All that a provider serves, as one value.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{
    Action, ActionSpec, DataSource, DataSpec, Ephemeral, EphemeralSpec, Function, FunctionSpec, Identity, Late, Lookup,
    Resource, Spec, Tenant, listing, references,
};
use crate::{
    diagnostic::Diagnostics,
    schema::{ANY_OBJECT, Attribute, object_type},
    value::{Type, Value},
};

/// The provider itself: its settings, and the tenant they lead to.
#[async_trait]
pub trait Provider: Send + Sync {
    /// The settings.
    fn attributes(&self) -> Vec<Attribute>;

    /// What its page in the registry says of signing in, in Markdown.
    fn notes(&self) -> String {
        String::new()
    }

    /// What contradicts itself in the settings, beyond the checks of the attributes. What is unknown never fails.
    fn validate(&self, _config: &Value, _diagnostics: &mut Diagnostics) {}

    /// The tenant that the settings lead to. Settings may be unknown: then it is missing, and says so when needed. `core` is
    /// the version of whoever runs this provider; empty where it is not known.
    async fn configure(
        &self,
        config: &Value,
        core: &str,
        cancel: &CancellationToken,
        diagnostics: &mut Diagnostics,
    ) -> Tenant;
}

/// A resource with its table at hand.
#[derive(Clone)]
pub struct Registered {
    /// The name in a configuration, prefix included.
    pub type_name: String,
    /// Its table.
    pub spec: Arc<Spec>,
    /// The type of its state.
    pub ty: Type,
    /// The type of its identity, where it has one.
    pub identity: Option<Type>,
    /// What a list of it is narrowed by, where it is listed.
    pub list: Option<Vec<Attribute>>,
    /// Its verbs.
    pub resource: Arc<dyn Resource>,
    /// The tables of what its attributes may hold the ids of.
    pub referred: Referred,
}

/// The tables of what attributes may hold the ids of, by their names without the provider's prefix.
#[derive(Clone, Default)]
pub struct Referred(Arc<OnceLock<BTreeMap<&'static str, Arc<LateData>>>>);

impl Referred {
    /// The table of a name.
    pub fn table(&self, kind: &str) -> Option<Arc<Spec>> {
        let data_sources = self.0.get()?;
        match kind {
            ANY_OBJECT => Some(references::any_object()),
            kind => (***data_sources.get(kind)?).as_ref()?.data_source.table(),
        }
    }
}

/// A data source with its table at hand.
#[derive(Clone)]
pub struct RegisteredData {
    /// The name in a configuration, prefix included.
    pub type_name: String,
    /// Its table.
    pub spec: Arc<DataSpec>,
    /// The type of its state.
    pub ty: Type,
    /// How it is read.
    pub data_source: Arc<dyn DataSource>,
}

/// A data source that is made when it is asked for. None where its table says that it cannot be told from others.
type LateData = Late<Option<RegisteredData>>;

/// Something with its name, without the provider's prefix.
pub type Named<T> = (&'static str, Arc<T>);

/// A function with its table at hand.
#[derive(Clone)]
pub struct RegisteredFunction {
    /// Its table.
    pub spec: Arc<FunctionSpec>,
    /// How it is called.
    pub function: Arc<dyn Function>,
}

/// An ephemeral resource with its table at hand.
#[derive(Clone)]
pub struct RegisteredEphemeral {
    /// The name in a configuration, prefix included.
    pub type_name: String,
    /// Its table.
    pub spec: Arc<EphemeralSpec>,
    /// The type of its result.
    pub ty: Type,
    /// How it is opened.
    pub ephemeral: Arc<dyn Ephemeral>,
}

/// An action with its table at hand.
#[derive(Clone)]
pub struct RegisteredAction {
    /// The name in a configuration, prefix included.
    pub type_name: String,
    /// Its table.
    pub spec: Arc<ActionSpec>,
    /// The type of its configuration.
    pub ty: Type,
    /// How it is done.
    pub action: Arc<dyn Action>,
}

/// All that a provider serves.
#[derive(Clone)]
pub struct Registry {
    /// The provider's name and the prefix of its types: `autopilot`.
    pub name: &'static str,
    /// The settings.
    pub provider: Arc<dyn Provider>,
    /// The resources.
    resources: Vec<Arc<Late<Registered>>>,
    data_sources: BTreeMap<&'static str, Arc<LateData>>,
    referred: Referred,
    /// The functions.
    pub functions: Vec<RegisteredFunction>,
    /// The ephemeral resources.
    pub ephemerals: Vec<RegisteredEphemeral>,
    /// The actions.
    pub actions: Vec<RegisteredAction>,
}

impl Registry {
    /// An empty registry.
    pub fn new(name: &'static str, provider: Arc<dyn Provider>) -> Registry {
        Registry {
            name,
            provider,
            resources: Vec::new(),
            data_sources: BTreeMap::new(),
            referred: Referred::default(),
            functions: Vec::new(),
            ephemerals: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// With these resources, and the data source of each that can be told from others.
    #[must_use]
    pub fn resources(mut self, resources: impl IntoIterator<Item = Named<dyn Resource>>) -> Registry {
        let resources: Vec<_> = resources.into_iter().collect();
        self = self.lookups(resources.iter().cloned());
        for (name, resource) in resources {
            let (type_name, referred) = (self.type_name(name), self.referred.clone());
            let make = move |type_name: &str| {
                let spec = Arc::new(resource.spec());
                Registered {
                    type_name: type_name.to_owned(),
                    ty: object_type(&spec.attributes),
                    identity: spec.identity.as_ref().map(Identity::ty),
                    list: listing::attributes(&spec),
                    spec,
                    resource: resource.clone(),
                    referred: referred.clone(),
                }
            };
            self.resources.push(Arc::new(Late::new(type_name, make)));
        }
        self
    }

    /// With a data source of each of these tables.
    #[must_use]
    pub fn lookups(mut self, tables: impl IntoIterator<Item = Named<dyn Resource>>) -> Registry {
        for (name, table) in tables {
            self.add_data_source(name, move || Some(Arc::new(Lookup::of(table.clone())?)));
        }
        self
    }

    /// With these data sources.
    #[must_use]
    pub fn data_sources(mut self, data_sources: impl IntoIterator<Item = Named<dyn DataSource>>) -> Registry {
        for (name, data_source) in data_sources {
            self.add_data_source(name, move || Some(data_source.clone()));
        }
        self
    }

    fn add_data_source(
        &mut self,
        name: &'static str,
        make: impl Fn() -> Option<Arc<dyn DataSource>> + Send + Sync + 'static,
    ) {
        let make = move |type_name: &str| {
            let data_source = make()?;
            let spec = Arc::new(data_source.spec());
            Some(RegisteredData {
                type_name: type_name.to_owned(),
                ty: object_type(&spec.attributes),
                spec,
                data_source,
            })
        };
        self.data_sources.insert(name, Arc::new(Late::new(self.type_name(name), make)));
    }

    fn type_name(&self, name: &str) -> String {
        format!("{}_{name}", self.name)
    }

    /// With these functions.
    #[must_use]
    pub fn functions(mut self, functions: impl IntoIterator<Item = Arc<dyn Function>>) -> Registry {
        let functions = functions.into_iter();
        self.functions.extend(functions.map(|function| RegisteredFunction { spec: function.spec().into(), function }));
        self
    }

    /// With these ephemeral resources.
    #[must_use]
    pub fn ephemerals(mut self, ephemerals: impl IntoIterator<Item = Arc<dyn Ephemeral>>) -> Registry {
        self.ephemerals.extend(ephemerals.into_iter().map(|ephemeral| {
            let spec = Arc::new(ephemeral.spec());
            let type_name = format!("{}_{}", self.name, spec.name);
            RegisteredEphemeral { type_name, ty: object_type(&spec.attributes), spec, ephemeral }
        }));
        self
    }

    /// With these actions.
    #[must_use]
    pub fn actions(mut self, actions: impl IntoIterator<Item = Arc<dyn Action>>) -> Registry {
        self.actions.extend(actions.into_iter().map(|action| {
            let spec = Arc::new(action.spec());
            let type_name = format!("{}_{}", self.name, spec.name);
            RegisteredAction { type_name, ty: object_type(&spec.attributes), spec, action }
        }));
        self
    }

    /// With the tables of all data sources at hand for each resource, so that ids can be looked up. Comes last.
    #[must_use]
    pub fn linked(self) -> Registry {
        self.referred.0.get_or_init(|| self.data_sources.clone());
        self
    }

    /// All resources.
    pub fn all_resources(&self) -> impl Iterator<Item = &Registered> {
        self.resources.iter().map(|late| &***late)
    }

    /// What is seen by a look at each resource, which keeps none of them.
    pub fn each_resource<R>(&self, mut see: impl FnMut(&Registered) -> R) -> impl Iterator<Item = R> {
        self.resources.iter().map(move |late| late.look(&mut see))
    }

    /// The resource of a type name.
    pub fn resource(&self, type_name: &str) -> Option<&Registered> {
        self.resources.iter().find(|late| late.type_name == type_name).map(|late| &***late)
    }

    /// The data source of a type name.
    pub fn data_source(&self, type_name: &str) -> Option<&RegisteredData> {
        let name = type_name.strip_prefix(self.name)?.strip_prefix('_')?;
        (***self.data_sources.get(name)?).as_ref()
    }

    /// All data sources.
    pub fn all_data_sources(&self) -> impl Iterator<Item = &RegisteredData> {
        self.data_sources.values().filter_map(|late| (***late).as_ref())
    }

    /// What is seen by a look at each data source, which keeps none of them.
    pub fn each_data_source<R>(&self, see: impl Fn(&RegisteredData) -> R) -> impl Iterator<Item = R> {
        self.data_sources.values().filter_map(move |late| late.look(|made| made.as_ref().map(&see)))
    }

    /// The data sources that are not derived from a resource's table.
    pub fn own_data_sources(&self) -> impl Iterator<Item = &RegisteredData> {
        let is_resource = |data: &RegisteredData| self.resources.iter().any(|late| late.type_name == data.type_name);
        self.all_data_sources().filter(move |data| !is_resource(data))
    }

    /// The function of a name.
    pub fn function(&self, name: &str) -> Option<&RegisteredFunction> {
        self.functions.iter().find(|registered| registered.spec.name == name)
    }

    /// The ephemeral resource of a type name.
    pub fn ephemeral(&self, type_name: &str) -> Option<&RegisteredEphemeral> {
        self.ephemerals.iter().find(|registered| registered.type_name == type_name)
    }

    /// The action of a type name.
    pub fn action(&self, type_name: &str) -> Option<&RegisteredAction> {
        self.actions.iter().find(|registered| registered.type_name == type_name)
    }
}
