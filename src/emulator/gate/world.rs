//! The state of the emulator: all tenants with their clock, and what is kept about requests.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::fault::Faults;
use super::journal::Journal;
use super::tenants;
use crate::emulator::clock::Clock;
use crate::emulator::desk::Desk;
use crate::emulator::desk::throttle::Throttle;
use crate::emulator::settings::Settings;
use crate::emulator::site::Registry;
use crate::emulator::store::{Store, StoreError};
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::application::Application;
use crate::emulator::work;

/// The state of the emulator.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    pub(crate) tenants: BTreeMap<String, Tenant>,
    /// Which tenant a machine is registered in, and as what, over all tenants.
    pub(crate) registry: Registry,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) throttle: Throttle,
    /// Whether others than this machine may ask.
    pub(crate) open_to_others: bool,
    store: Store,
}

impl World {
    /// Opens the store, or begins with fresh tenants.
    pub(crate) fn open(file: Option<&std::path::Path>, speed: f64) -> Result<World, StoreError> {
        let store = Store::open(file)?;
        let mut tenants: BTreeMap<String, Tenant> =
            tenants::both().into_iter().map(|tenant| (tenant.id.clone(), tenant)).collect();
        let mut stored = BTreeSet::new();
        let mut shown = None;
        store.load(|tenant, kind, id, row| {
            if kind == "clock" {
                shown = serde_json::from_slice(row).ok();
                return Ok(());
            }
            stored.insert(tenant.to_owned());
            // One that was planted is there by its rows only.
            let found = tenants.entry(tenant.to_owned()).or_insert_with(|| Tenant::empty(tenant, "", &[]));
            found.load(kind, id, row)
        })?;
        tenants.values_mut().for_each(Tenant::recall_names);
        let clock = Clock::new(speed, shown);
        for tenant in tenants.values_mut().filter(|tenant| !stored.contains(&tenant.id)) {
            tenants::furnish(tenant);
        }
        let mut world = World {
            clock,
            settings: Settings::default(),
            tenants,
            registry: HashMap::new(),
            journal: Journal::default(),
            faults: Faults::default(),
            throttle: Throttle::default(),
            open_to_others: false,
            store,
        };
        work::resume(&mut world.tenants, &mut world.registry);
        world.save()?;
        Ok(world)
    }

    /// The desk, with what stands behind it.
    pub(crate) fn desk(&mut self) -> Desk<'_> {
        Desk {
            tenants: &mut self.tenants,
            registry: &mut self.registry,
            settings: &self.settings,
            throttle: &mut self.throttle,
        }
    }

    /// Does everything that was due by now.
    pub(crate) fn catch_up(&mut self) {
        let now = self.clock.now();
        work::catch_up(&mut self.tenants, &mut self.registry, &self.settings, now);
    }

    /// The id of the tenant with this id or domain.
    pub(crate) fn tenant_named(&self, name: &str) -> Option<String> {
        let name = name.to_lowercase();
        let found = self.tenants.values().find(|each| each.id == name || each.domains.contains(&name));
        found.map(|tenant| tenant.id.clone())
    }

    /// The id of the tenant that a control request names, or of the default one.
    pub(crate) fn tenant_or_contoso(&self, name: Option<&str>) -> Result<String, String> {
        let name = name.unwrap_or(tenants::TENANT_ID);
        self.tenant_named(name).ok_or_else(|| format!("no tenant '{name}'"))
    }

    pub(crate) fn application(&self, tenant: &str, client_id: &str) -> Option<&Application> {
        self.tenants.get(tenant)?.applications.get(&client_id.to_lowercase())
    }

    /// Writes every row that has changed since the last time.
    pub(crate) fn save(&mut self) -> Result<(), StoreError> {
        let kept = self.store.is_kept();
        let mut writes = Vec::new();
        for tenant in self.tenants.values_mut() {
            tenant.drain(&mut writes, kept);
        }
        if !writes.is_empty() {
            let now = serde_json::to_vec(&self.clock.now()).map_err(|error| StoreError(error.to_string()))?;
            writes.push(("emulator/clock/now".into(), Some(now)));
        }
        self.store.commit(&writes)
    }
}
