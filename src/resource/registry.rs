//! All that a provider serves, as one value.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::{
    Action, ActionSpec, DataSource, DataSpec, Ephemeral, EphemeralSpec, Function, FunctionSpec, Identity, Lookup,
    Resource, Spec, Tenant, listing, references,
};
use crate::{
    diagnostic::Diagnostics,
    schema::{Attribute, object_type},
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
    /// The tables of what its attributes may hold the ids of, by their names.
    pub referred: Arc<BTreeMap<&'static str, Arc<Spec>>>,
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
    pub resources: Vec<Registered>,
    /// The data sources.
    pub data_sources: Vec<RegisteredData>,
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
            data_sources: Vec::new(),
            functions: Vec::new(),
            ephemerals: Vec::new(),
            actions: Vec::new(),
        }
    }

    /// With these resources, and the data source of each that can be told from others.
    #[must_use]
    pub fn resources(mut self, resources: impl IntoIterator<Item = Arc<dyn Resource>>) -> Registry {
        let resources: Vec<_> = resources.into_iter().collect();
        self = self.lookups(resources.iter().cloned());
        self.resources.extend(resources.into_iter().map(|resource| {
            let spec = Arc::new(resource.spec());
            let type_name = format!("{}_{}", self.name, spec.name);
            Registered {
                type_name,
                ty: object_type(&spec.attributes),
                identity: spec.identity.as_ref().map(Identity::ty),
                list: listing::attributes(&spec),
                spec,
                resource,
                referred: Arc::default(),
            }
        }));
        self
    }

    /// With a data source of each of these tables.
    #[must_use]
    pub fn lookups(self, tables: impl IntoIterator<Item = Arc<dyn Resource>>) -> Registry {
        let lookups = tables.into_iter().filter_map(Lookup::of);
        self.data_sources(lookups.map(|lookup| Arc::new(lookup) as Arc<dyn DataSource>))
    }

    /// With these data sources.
    #[must_use]
    pub fn data_sources(mut self, data_sources: impl IntoIterator<Item = Arc<dyn DataSource>>) -> Registry {
        self.data_sources.extend(data_sources.into_iter().map(|data_source| {
            let spec = Arc::new(data_source.spec());
            let type_name = format!("{}_{}", self.name, spec.name);
            RegisteredData { type_name, ty: object_type(&spec.attributes), spec, data_source }
        }));
        self
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
    pub fn linked(mut self) -> Registry {
        let tables = self.data_sources.iter().filter_map(|registered| registered.data_source.table());
        let tables = tables.chain([Arc::new(references::any_object())]);
        let tables = Arc::new(tables.map(|spec| (spec.name, spec)).collect::<BTreeMap<_, _>>());
        self.resources.iter_mut().for_each(|registered| registered.referred = tables.clone());
        self
    }

    /// The resource of a type name.
    pub fn resource(&self, type_name: &str) -> Option<&Registered> {
        self.resources.iter().find(|registered| registered.type_name == type_name)
    }

    /// The data source of a type name.
    pub fn data_source(&self, type_name: &str) -> Option<&RegisteredData> {
        self.data_sources.iter().find(|registered| registered.type_name == type_name)
    }

    /// The data sources that are not derived from a resource's table.
    pub fn own_data_sources(&self) -> impl Iterator<Item = &RegisteredData> {
        self.data_sources.iter().filter(|registered| self.resource(&registered.type_name).is_none())
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
