//! What one tenant holds: the rows that are stored, and the indexes worked out from them.

pub(crate) mod application;
pub(crate) mod assignment;
pub(crate) mod device;
pub(crate) mod directory;
pub(crate) mod event;
pub(crate) mod facts;
pub(crate) mod import;
pub(crate) mod item;
pub(crate) mod membership;
pub(crate) mod policy;
pub(crate) mod queue;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::emulator::clock::Millis;
use crate::emulator::store::{self, StoreError, Table, Write};
use application::{Application, SignIn};
use device::AutopilotDevice;
use directory::{EntraDevice, Group, User};
use import::Import;
use item::Item;
use policy::{EnrollmentConfiguration, Profile};
use queue::Index;

/// The rest of what a tenant has to remember.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Affairs {
    pub(crate) sequence: u64,
    pub(crate) membership_due: Option<Millis>,
    pub(crate) assignment_due: Option<Millis>,
    pub(crate) sync_due: Option<Millis>,
    pub(crate) sync_ends: Option<Millis>,
    pub(crate) last_sync: Option<Millis>,
    pub(crate) last_manual_sync: Option<Millis>,
    /// Service principals that reads do not show before a time.
    #[serde(default)]
    pub(crate) new_principals: BTreeMap<String, Millis>,
}

/// One tenant.
pub(crate) struct Tenant {
    pub(crate) id: String,
    pub(crate) name: &'static str,
    pub(crate) domains: &'static [&'static str],
    pub(crate) applications: Table<Application>,
    pub(crate) users: Table<User>,
    pub(crate) devices: Table<EntraDevice>,
    pub(crate) groups: Table<Group>,
    pub(crate) deleted_groups: Table<Group>,
    pub(crate) profiles: Table<Profile>,
    pub(crate) configurations: Table<EnrollmentConfiguration>,
    pub(crate) imports: Table<Import>,
    pub(crate) autopilot: Table<AutopilotDevice>,
    /// Entities that time does nothing with, by the name of their collection.
    items: BTreeMap<String, Table<Item>>,
    /// By device code.
    pub(crate) sign_ins: Table<SignIn>,
    affairs: Table<Affairs>,
    pub(crate) index: Index,
}

/// What a collection holds that nobody has written to.
static NONE: Table<Item> = Table::new();

/// The key of the one row of [`Affairs`].
const ONLY: &str = "only";

impl Tenant {
    pub(crate) fn empty(id: &str, name: &'static str, domains: &'static [&'static str]) -> Tenant {
        let mut affairs = Table::default();
        affairs.put(ONLY, Affairs::default());
        Tenant {
            id: id.into(),
            name,
            domains,
            applications: Table::default(),
            users: Table::default(),
            devices: Table::default(),
            groups: Table::default(),
            deleted_groups: Table::default(),
            profiles: Table::default(),
            configurations: Table::default(),
            imports: Table::default(),
            autopilot: Table::default(),
            items: BTreeMap::new(),
            sign_ins: Table::default(),
            affairs,
            index: Index::default(),
        }
    }

    pub(crate) fn affairs(&self) -> &Affairs {
        self.affairs.get(ONLY).expect("made with the tenant")
    }

    pub(crate) fn affairs_mut(&mut self) -> &mut Affairs {
        self.affairs.edit(ONLY).expect("made with the tenant")
    }

    pub(crate) fn items(&self, collection: &str) -> &Table<Item> {
        self.items.get(collection).unwrap_or(&NONE)
    }

    /// All of them, whatever their collection.
    pub(crate) fn all_items(&self) -> impl Iterator<Item = &Item> {
        self.items.values().flat_map(Table::values)
    }

    pub(crate) fn items_mut(&mut self, collection: &str) -> &mut Table<Item> {
        self.items.entry(collection.to_owned()).or_default()
    }

    /// The next number of a series that only rises.
    pub(crate) fn next_number(&mut self) -> u64 {
        let affairs = self.affairs_mut();
        affairs.sequence += 1;
        affairs.sequence
    }

    /// A user by object id or user principal name.
    pub(crate) fn user(&self, key: &str) -> Option<&User> {
        self.users.get(key).or_else(|| self.users.values().find(|user| user.upn.eq_ignore_ascii_case(key)))
    }

    /// Whether the address ends in one of the tenant's domains.
    pub(crate) fn owns_domain_of(&self, upn: &str) -> bool {
        upn.rsplit_once('@').is_some_and(|(_, domain)| self.domains.iter().any(|own| own.eq_ignore_ascii_case(domain)))
    }

    pub(crate) fn drain(&mut self, writes: &mut Vec<Write>, kept: bool) {
        let id = self.id.clone();
        self.applications.drain(&id, "application", writes, kept);
        self.users.drain(&id, "user", writes, kept);
        self.devices.drain(&id, "device", writes, kept);
        self.groups.drain(&id, "group", writes, kept);
        self.deleted_groups.drain(&id, "deletedGroup", writes, kept);
        self.profiles.drain(&id, "profile", writes, kept);
        self.configurations.drain(&id, "configuration", writes, kept);
        self.imports.drain(&id, "import", writes, kept);
        self.autopilot.drain(&id, "autopilot", writes, kept);
        for (name, table) in &mut self.items {
            table.drain(&id, name, writes, kept);
        }
        self.sign_ins.drain(&id, "signIn", writes, kept);
        self.affairs.drain(&id, "affairs", writes, kept);
    }

    /// Takes in a device object. What its registration holds too, which was loaded before, the two share.
    fn load_device(&mut self, mut row: EntraDevice) -> Result<(), StoreError> {
        let registration = row.autopilot.as_deref().and_then(|id| self.autopilot.get(id));
        if let Some(device) = registration.filter(|device| device.entra_object == row.id) {
            row.id = device.entra_object.clone();
            row.autopilot = Some(device.id.clone());
            row.order = device.value_text("groupTag");
            row.purchase_order.clone_from(&device.purchase_order);
            for (text, known) in
                [(&mut row.device_id, &device.entra_device_id), (&mut row.display_name, &device.hardware.serial)]
            {
                if text == known {
                    *text = known.clone();
                }
            }
        }
        self.devices.restore(row.id.clone(), row);
        Ok(())
    }

    pub(crate) fn load(&mut self, kind: &str, id: &str, row: &[u8]) -> Result<(), StoreError> {
        match kind {
            "application" => self.applications.load(id, row),
            "user" => self.users.load(id, row),
            "device" => self.load_device(store::read(id, row)?),
            "group" => self.groups.load(id, row),
            "deletedGroup" => self.deleted_groups.load(id, row),
            "profile" => self.profiles.load(id, row),
            "configuration" => self.configurations.load(id, row),
            "import" => self.imports.load(id, row),
            "autopilot" => {
                let device: AutopilotDevice = store::read(id, row)?;
                self.autopilot.restore(device.id.clone(), device);
                Ok(())
            }
            "signIn" => self.sign_ins.load(id, row),
            "affairs" => self.affairs.load(id, row),
            name => self.items_mut(name).load(id, row),
        }
    }
}
