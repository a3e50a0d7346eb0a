//! A tenant that holds what configurations refer to.

use std::{collections::BTreeMap, fs};

use autopilot::{
    cli::signed_in,
    emulator::{Emulator, Options},
    graph::Client,
    provider,
    resource::{Registered, RegisteredAction, RegisteredData, Registry, Spec, engine, shape::Shape},
    schema::{ANY_OBJECT, Attribute, Kind},
    value::Value,
};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::tenant_client::administrators_client;

use super::{
    configuration::{least, settings, with},
    process::{Instance, Told},
    session::{Applied, Core},
    values::{self, Known},
};

/// What a tenant holds, by collection.
pub(crate) type Holdings = BTreeMap<&'static str, Vec<String>>;

/// The serial number of the one device.
const SERIAL_NUMBER: &str = "PF1";
/// The attribute of one.
const SERIAL_NUMBER_NAME: &str = "serial_number";

/// The tenant, whose minute is a tenth of a second, and a core that works in it.
pub(super) struct Place {
    pub(super) emulator: Emulator,
    pub(super) core: Core,
    pub(super) graph: Client,
    pub(super) known: Known,
    registry: Registry,
    /// Whether people sign in here, since Graph takes what is tried from no application.
    by_people: bool,
    home: TempDir,
}

impl Place {
    /// With two of each that the table refers to, for the shape in which the thing is kept.
    pub(super) async fn of(spec: &Spec) -> Place {
        let mut place = Place::in_tenant(&spec.attributes, spec.delegated_only).await;
        if let Shape::Rows(rows) = &spec.shape {
            rows.example.clone_into(&mut place.known.row);
        }
        if is_named_by_serial_number(spec) {
            let example = spec.attributes.iter().find(|it| it.name == SERIAL_NUMBER_NAME).and_then(|it| it.example);
            place.known.row = example.expect("its table has an example").to_owned();
        }
        place
    }

    /// With two of each that the table refers to.
    pub(super) async fn for_table(table: &[Attribute]) -> Place {
        Place::in_tenant(table, false).await
    }

    /// For a data source.
    pub(super) async fn for_reading(registered: &RegisteredData) -> Place {
        let by_people = registered.data_source.table().is_some_and(|table| table.delegated_only);
        Place::in_tenant(&[], by_people).await
    }

    async fn in_tenant(table: &[Attribute], by_people: bool) -> Place {
        let options = Options { speed: 600.0, ..Options::default() };
        let emulator = Emulator::start(options).await.expect("the emulator starts");
        let graph = administrators_client(&emulator);
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut environment = emulator.environment();
        if by_people {
            let kept = signed_in::administrator(&emulator, home.path()).await.expect("an administrator can sign in");
            environment = signed_in_by(environment, kept);
        }
        let core = Core::in_one_process(environment);
        let known = Known { row: SERIAL_NUMBER.to_owned(), ..Known::default() };
        let mut place = Place { emulator, core, graph, known, registry: provider::registry(), by_people, home };
        place.furnish(table).await;
        place
    }

    /// The id of an object that the table is of: made, or else one that every tenant has.
    pub(super) async fn object(&mut self, spec: &Spec) -> String {
        if self.registry.all_resources().any(|it| it.spec.collection == spec.collection) {
            return self.make(spec.name, 1).await;
        }
        let objects = self.graph.list(spec.collection).await.expect("they are listed");
        objects.first().and_then(|object| object["id"].as_str()).expect("there is one").to_owned()
    }

    async fn furnish(&mut self, table: &[Attribute]) {
        for kind in kinds(table) {
            if kind == ANY_OBJECT {
                let users = self.graph.list("/v1.0/users").await.expect("they are listed");
                let ids = users.iter().filter_map(|user| user["id"].as_str()).map(str::to_owned);
                self.known.ids.insert(kind, ids.take(2).collect());
            }
            if !self.known.ids.contains_key(kind) {
                let made = [self.make(kind, 1).await, self.make(kind, 2).await];
                self.known.ids.insert(kind, made.to_vec());
            }
        }
    }

    /// Makes one of the kind by its least configuration, and gives its id. What is only read is made by the resource whose
    /// objects are in the same collection.
    async fn make(&mut self, kind: &'static str, number: usize) -> String {
        let tables = self.registry.all_data_sources().filter_map(|it| it.data_source.table());
        let collection = tables.into_iter().find(|table| table.name == kind).map(|table| table.collection);
        let by_name = self.registry.all_resources().find(|it| it.spec.name == kind);
        let of_collection = || self.registry.all_resources().find(|it| Some(it.spec.collection) == collection);
        let registered = by_name.or_else(of_collection);
        let Registered { type_name, spec, .. } =
            registered.unwrap_or_else(|| panic!("{kind} is referred to, and nothing makes one")).clone();
        Box::pin(self.furnish(&spec.attributes)).await;
        let name = format!("{}{number}", kind.replace('_', ""));
        if is_named_by_serial_number(&spec) {
            // A hash is of one device.
            self.known.row.clone_from(&name);
        }
        let mut config = least(&spec.attributes, &self.known);
        if let Some(find) = spec.find_by.first() {
            config.insert(find.attribute, name.into());
        }
        if kind == "group" {
            // A device preparation policy takes no other group.
            config.insert("provisioning_client_owner", true.into());
        }
        if kind == "device_preparation_policy" {
            // An associated device takes no other policy.
            config.insert("deployment", "associated".into());
        }
        let made = self.apply(&type_name, &config, None).await.instance.expect("it is there");
        self.id(&type_name, &made).await
    }

    /// Applies what has to work.
    pub(super) async fn apply(&mut self, name: &str, config: &Value, instance: Option<Instance>) -> Applied {
        let applied = self.core.apply(name, config, instance).await;
        let applied = applied.unwrap_or_else(|told| panic!("{name}: {told:?} of {config:?}"));
        assert_eq!(applied.errors, Vec::<String>::new(), "{name}: {config:?}");
        applied
    }

    pub(super) async fn state(&mut self, name: &str, instance: &Instance) -> Value {
        self.core.phase().await.upgrade(name, instance).await.expect("it is readable")
    }

    pub(super) async fn id(&mut self, name: &str, instance: &Instance) -> String {
        self.state(name, instance).await.get("id").as_str().expect("it has an id").to_owned()
    }

    /// Lets an application sign in that may do this and nothing else, or somebody by it, and gives a core that works so.
    pub(super) async fn core_with(&self, roles: &[&str]) -> Core {
        let client_id = format!("3d5f1d6c-7f0e-4b0b-9d55-0c8f2b1f6f1{}", roles.len());
        let application = if self.by_people {
            json!({"client_id": client_id, "public": true, "delegated": roles})
        } else {
            json!({"client_id": client_id, "client_secret": "open sesame", "roles": roles})
        };
        let seed = json!({"applications": [application]}).to_string();
        self.emulator.plant(seed.as_bytes()).expect("it may sign in");
        let mut environment = self.emulator.environment();
        if self.by_people {
            let folder = self.home.path().join(&client_id);
            fs::create_dir_all(&folder).expect("the folder can be written");
            let kept = signed_in::administrator_by(&self.emulator, &client_id, &folder).await.expect("it can be used");
            return Core::in_one_process(signed_in_by(environment, kept));
        }
        environment.retain(|(name, _)| !matches!(name.as_str(), "ARM_CLIENT_ID" | "ARM_CLIENT_SECRET"));
        environment.push(("ARM_CLIENT_ID".to_owned(), client_id));
        environment.push(("ARM_CLIENT_SECRET".to_owned(), "open sesame".to_owned()));
        Core::in_one_process(environment)
    }

    /// The least configuration of an action that is taken, or that with one attribute more. The device that its example is
    /// of is registered.
    pub(super) fn invocable(&self, registered: &RegisteredAction) -> Value {
        let table = &registered.spec.attributes;
        if let Some(example) = table.iter().find(|it| it.name == "serial_numbers").and_then(|it| it.example) {
            let seed = json!({"devices": [{"serialNumber": example}]}).to_string();
            self.emulator.plant(seed.as_bytes()).expect("it is registered");
        }
        let least = least(table, &self.known);
        let more = settings(table).into_iter().map(|setting| {
            let value = values::of(setting.attribute(), &self.known).swap_remove(0);
            with(&least, &setting, &value, &self.known)
        });
        let mut configs = [least.clone()].into_iter().chain(more);
        let is_taken = |config: &Value| !engine::validate_action(registered, config).has_errors();
        configs.find(is_taken).expect("a configuration is taken")
    }

    /// All that the tenant holds of every kind there is a resource for, and its devices.
    pub(super) async fn holdings(&self) -> Holdings {
        let mut holdings = BTreeMap::new();
        for (collection, alone) in collections(&self.registry) {
            let objects = match alone {
                Some(path) => vec![self.graph.get(&path).await.expect("it is there")],
                None => self.graph.list(collection).await.expect("it is listed"),
            };
            holdings.insert(collection, compared(objects));
        }
        holdings
    }

    pub(super) async fn end(mut self) {
        self.core.end().await;
    }
}

/// Whether a device's serial number is what it is found by, so that its hash has to fit.
fn is_named_by_serial_number(spec: &Spec) -> bool {
    spec.find_by.iter().any(|find| find.attribute == SERIAL_NUMBER_NAME)
}

/// Variables that lead to the sign-in of somebody, and to no application.
fn signed_in_by(environment: Vec<(String, String)>, kept: (String, String)) -> Vec<(String, String)> {
    let others = environment.into_iter().filter(|(name, _)| !name.starts_with("ARM_CLIENT"));
    others.chain([kept, ("AUTOPILOT_USE_LOGIN".to_owned(), "true".to_owned())]).collect()
}

/// Objects to be compared with those of another time: any write leaves its traces, also one that puts back.
pub(crate) fn compared(objects: Vec<Json>) -> Vec<String> {
    let untraced = |mut object: Json| {
        for trace in ["lastModifiedDateTime", "version"] {
            object[trace] = Json::Null;
        }
        object.to_string()
    };
    let mut objects: Vec<_> = objects.into_iter().map(untraced).collect();
    objects.sort();
    objects
}

/// Holds that two times a tenant holds the same.
#[track_caller]
pub(crate) fn assert_same(now: &Holdings, before: &Holdings) {
    for (collection, objects) in now {
        let mut differing = objects.clone();
        differing.retain(|object| !before[collection].contains(object));
        let gone: Vec<_> = before[collection].iter().filter(|object| !objects.contains(object)).collect();
        assert!(differing.is_empty() && gone.is_empty(), "{collection} has {differing:#?} where it had {gone:#?}");
    }
}

/// Every collection that a resource's objects are in, and the devices. Of what is alone there, the path to it.
pub(crate) fn collections(registry: &Registry) -> Vec<(&'static str, Option<String>)> {
    let specs = registry.all_resources().map(|it| &it.spec).filter(|spec| !spec.collection.is_empty());
    let ours = specs.map(|spec| {
        let expands: Vec<_> = spec.facets.iter().filter_map(|held| held.facet.expands()).collect();
        let path = |id| format!("{}/{id}?$expand={}", spec.collection, expands.join(","));
        (spec.collection, spec.alone.map(|id| path(id).trim_end_matches("?$expand=").to_owned()))
    });
    let mut all: Vec<_> = ours.chain([("/beta/deviceManagement/windowsAutopilotDeviceIdentities", None)]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The kinds of objects that a table refers to.
pub(super) fn kinds(table: &[Attribute]) -> Vec<&'static str> {
    let inside = |attribute: &Attribute| match &attribute.kind {
        Kind::Nested(_, nested) => kinds(nested),
        Kind::Plain(_) => attribute.refers_to.into_iter().collect(),
    };
    table.iter().flat_map(inside).collect()
}

/// What the provider has to do without a diagnostic.
#[track_caller]
pub(super) fn done<T>(told: Told<T>) -> T {
    told.unwrap_or_else(|told| panic!("{told:?}"))
}
