//! A tenant that holds what configurations refer to.

use std::{collections::BTreeMap, sync::Arc};

use autopilot::{
    emulator::{Emulator, Options},
    graph::{Client, ClientSecret, Settings},
    provider,
    resource::{Registered, Registry},
    schema::{Attribute, Kind},
    value::Value,
};
use serde_json::{Value as Json, json};

use super::{
    configuration::least,
    process::{Instance, Told},
    session::{Applied, Core},
    values::Referred,
};

/// The application of the Intune Provisioning Client. A device preparation policy takes only a group that it owns.
const PROVISIONING_CLIENT: &str = "f1346770-5b25-470b-88bd-d5744ab7952c";

/// The tenant, whose minute is a tenth of a second, and a core that works in it.
pub(super) struct Place {
    pub(super) emulator: Emulator,
    pub(super) core: Core,
    pub(super) graph: Client,
    pub(super) referred: Referred,
    registry: Registry,
}

impl Place {
    /// With two of each that the table refers to.
    pub(super) async fn for_table(table: &[Attribute]) -> Place {
        let emulator =
            Emulator::start(Options { speed: 600.0, ..Options::default() }).await.expect("the emulator starts");
        let graph = client(&emulator);
        let core = Core::in_one_process(emulator.environment());
        let mut place = Place { emulator, core, graph, referred: Referred::new(), registry: provider::registry() };
        place.furnish(table).await;
        place
    }

    async fn furnish(&mut self, table: &[Attribute]) {
        for kind in kinds(table) {
            if self.referred.contains_key(kind) {
                continue;
            }
            let made = [self.make(kind, 1).await, self.make(kind, 2).await];
            self.referred.insert(kind, made.to_vec());
        }
    }

    /// Makes one of the kind by its least configuration, and gives its id.
    async fn make(&mut self, kind: &'static str, number: usize) -> String {
        let registered = self.registry.resources.iter().find(|it| it.spec.name == kind);
        let Registered { type_name, spec, .. } =
            registered.unwrap_or_else(|| panic!("{kind} is referred to, and is no resource")).clone();
        Box::pin(self.furnish(&spec.attributes)).await;
        let mut config = least(&spec.attributes, &self.referred);
        if let Some(name) = spec.find_by {
            config.insert(name, format!("{}{number}", kind.replace('_', "")).into());
        }
        let made = self.apply(&type_name, &config, None).await.instance.expect("it is there");
        let id = self.id(&type_name, &made).await;
        if kind == "group" {
            self.let_intune_own(&id).await;
        }
        id
    }

    async fn let_intune_own(&self, group: &str) {
        let path = "/v1.0/servicePrincipals";
        let found = self.graph.list(&format!("{path}?$filter=appId%20eq%20'{PROVISIONING_CLIENT}'")).await;
        let principal = match found.expect("they are listed").pop() {
            Some(there) => there,
            None => {
                let app = json!({ "appId": PROVISIONING_CLIENT });
                self.graph.post(path, &app).await.expect("it is made").expect("it is shown")
            }
        };
        let id = principal["id"].as_str().expect("it has an id");
        let owner = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")});
        self.graph.post(&format!("/v1.0/groups/{group}/owners/$ref"), &owner).await.expect("it is owned");
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

    /// Lets an application sign in that may do this and nothing else, and gives a core that works as it.
    pub(super) fn core_with(&self, roles: &[&str]) -> Core {
        let client_id = format!("3d5f1d6c-7f0e-4b0b-9d55-0c8f2b1f6f1{}", roles.len());
        let application = json!({"client_id": client_id, "client_secret": "open sesame", "roles": roles});
        let seed = json!({"applications": [application]}).to_string();
        self.emulator.plant(seed.as_bytes()).expect("it may sign in");
        let mut environment = self.emulator.environment();
        environment.retain(|(name, _)| !matches!(name.as_str(), "ARM_CLIENT_ID" | "ARM_CLIENT_SECRET"));
        environment.push(("ARM_CLIENT_ID".to_owned(), client_id));
        environment.push(("ARM_CLIENT_SECRET".to_owned(), "open sesame".to_owned()));
        Core::in_one_process(environment)
    }

    /// All that the tenant holds of every kind there is a resource for, and its devices.
    pub(super) async fn holdings(&self) -> BTreeMap<&'static str, Vec<Json>> {
        let mut holdings = BTreeMap::new();
        for collection in collections(&self.registry) {
            let mut objects = self.graph.list(collection).await.expect("it is listed");
            objects.sort_by_key(Json::to_string);
            holdings.insert(collection, objects);
        }
        holdings
    }

    /// Requests that may have changed something so far.
    pub(super) fn writes(&self) -> u64 {
        let requests = self.emulator.requests();
        let writes = requests.iter().filter(|it| !matches!(it.method.as_str(), "GET") && !it.path.ends_with("/token"));
        writes.map(|it| it.count).sum()
    }

    pub(super) async fn end(mut self) {
        self.core.end().await;
    }
}

/// Every collection that a resource's objects are in, and the devices.
pub(crate) fn collections(registry: &Registry) -> Vec<&'static str> {
    let ours = registry.resources.iter().map(|it| it.spec.collection).filter(|path| !path.is_empty());
    let mut all: Vec<_> = ours.chain(["/beta/deviceManagement/windowsAutopilotDeviceIdentities"]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The kinds of objects that a table refers to.
fn kinds(table: &[Attribute]) -> Vec<&'static str> {
    let inside = |attribute: &Attribute| match &attribute.kind {
        Kind::Nested(_, nested) => kinds(nested),
        Kind::Plain(_) => attribute.refers_to.into_iter().collect(),
    };
    table.iter().flat_map(inside).collect()
}

fn client(emulator: &Emulator) -> Client {
    let credential = ClientSecret {
        tenant_id: emulator.tenant_id().to_owned(),
        client_id: emulator.client_id().to_owned(),
        client_secret: emulator.client_secret().to_owned(),
        authority: emulator.endpoint(),
    };
    let settings = Settings {
        graph: emulator.endpoint(),
        audience: "https://graph.microsoft.com".to_owned(),
        user_agent: "test".to_owned(),
        credential: Arc::new(credential),
    };
    Client::new(settings).expect("the endpoint is good")
}

/// What the provider has to do without a diagnostic.
#[track_caller]
pub(super) fn done<T>(told: Told<T>) -> T {
    told.unwrap_or_else(|told| panic!("{told:?}"))
}
