//! What one tenant holds: the rows that are stored, and the indexes worked out from them.
//!
//! To add a table: a line in `tables!`. A collection of [`item::Item`]s needs none. Nothing here knows calls, answers or how
//! Graph shows a row.

pub(crate) mod application;
pub(crate) mod assignment;
pub(crate) mod association;
pub(crate) mod device;
pub(crate) mod device_group;
pub(crate) mod directory;
pub(crate) mod event;
pub(crate) mod facts;
pub(crate) mod fitness;
pub(crate) mod import;
pub(crate) mod item;
pub(crate) mod membership;
pub(crate) mod preparation;
pub(crate) mod queue;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::emulator::clock::Millis;
use crate::emulator::store::{self, StoreError, Table, Write};
use application::{Application, AuthorizationCode, SignIn};
use association::Association;
use device::AutopilotDevice;
use directory::{EntraDevice, Group, User};
use import::Import;
use item::Item;
use preparation::Deployment;
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
    /// What a tenant that was planted is called, and its domain.
    #[serde(default)]
    pub(crate) planted: Option<(String, String)>,
}

/// What a collection holds that nobody has written to.
static NONE: Table<Item> = Table::new();

/// The key of the one row of [`Affairs`].
const ONLY: &str = "only";

/// Makes the tenant of the list of its tables: the field, the type of the rows, the word under which they are stored,
/// where rows need more than to be read back the function that does it, the name under which they are counted, and
/// which of them count as somebody's.
macro_rules! tables {
    ($($(#[$doc:meta])* $field:ident: $row:ty, $kind:literal $(by $load:ident)? => $name:literal, $made:expr;)*) => {
        /// One tenant.
        pub(crate) struct Tenant {
            pub(crate) id: String,
            pub(crate) name: String,
            pub(crate) domains: Vec<String>,
            $($(#[$doc])* pub(crate) $field: Table<$row>,)*
            /// The rows of all other collections, by name. A table begins with its first row.
            items: BTreeMap<String, Table<Item>>,
            pub(crate) index: Index,
        }

        impl Tenant {
            pub(crate) fn empty(id: &str, name: &str, domains: &[&str]) -> Tenant {
                let mut tenant = Tenant {
                    id: id.into(),
                    name: name.into(),
                    domains: domains.iter().map(|&domain| domain.into()).collect(),
                    $($field: Table::new(),)*
                    items: BTreeMap::new(),
                    index: Index::default(),
                };
                tenant.affairs.put(ONLY, Affairs::default());
                tenant
            }

            /// Hands over the rows that changed since the last call.
            pub(crate) fn drain(&mut self, writes: &mut Vec<Write>, kept: bool) {
                $(self.$field.drain(&self.id, $kind, writes, kept);)*
                for (name, table) in &mut self.items {
                    table.drain(&self.id, name, writes, kept);
                }
            }

            /// Takes in a stored row.
            pub(crate) fn load(&mut self, kind: &str, id: &str, row: &[u8]) -> Result<(), StoreError> {
                match kind {
                    $($kind => tables!(@load self, $field, id, row $(, $load)?),)*
                    collection => self.items_mut(collection).load(id, row),
                }
            }

            /// The name of each table, and how many of its rows came of what people asked for: not what every tenant
            /// begins with, what was planted as users and applications are, or what deletions and deployments leave.
            pub(crate) fn made(&self) -> Vec<(&str, usize)> {
                let items = self.items.iter().map(|(name, table)| (name.as_str(), count(table, |item| !item.by_service)));
                [$(($name, count(&self.$field, $made)),)*].into_iter().chain(items).collect()
            }
        }
    };
    (@load $tenant:ident, $field:ident, $id:ident, $row:ident) => { $tenant.$field.load($id, $row) };
    (@load $tenant:ident, $field:ident, $id:ident, $row:ident, $load:ident) => { $tenant.$load(store::read($id, $row)?) };
}

tables! {
    /// By client id. Nothing here deletes one, so that none is missed.
    applications: Application, "application" => "servicePrincipals", |_| false;
    users: User, "user" => "users", |_| false;
    devices: EntraDevice, "device" by load_device => "devices", |device| device.autopilot.is_some();
    groups: Group, "group" => "groups", |_| true;
    deleted_groups: Group, "deletedGroup" => "deletedItems", |_| false;
    imports: Import, "import" => "importedWindowsAutopilotDeviceIdentities", |_| true;
    autopilot: AutopilotDevice, "autopilot" by load_registration => "windowsAutopilotDeviceIdentities", |_| true;
    associations: Association, "association" => "tenantAssociatedDevices", |_| true;
    /// Associations that ended and whose mark the firmware of the device still has, by the device's identity.
    marked: Association, "marked" => "marked", |_| false;
    /// By the id of the managed device.
    deployments: Deployment, "deployment" => "deployments", |_| false;
    /// By device code.
    sign_ins: SignIn, "signIn" => "signIns", |_| false;
    /// By code.
    codes: AuthorizationCode, "authorizationCode" => "authorizationCodes", |_| false;
    /// One row.
    affairs: Affairs, "affairs" => "affairs", |_| false;
}

fn count<T>(table: &Table<T>, made: fn(&T) -> bool) -> usize {
    table.values().filter(|row| made(row)).count()
}

impl Tenant {
    /// One that somebody plants, without anything in it.
    pub(crate) fn planted(id: &str, name: &str, domain: &str) -> Tenant {
        let mut tenant = Tenant::empty(id, name, &[domain]);
        tenant.affairs_mut().planted = Some((name.into(), domain.into()));
        tenant
    }

    /// Gives one that was planted its names back, when its rows have been loaded.
    pub(crate) fn recall_names(&mut self) {
        if let Some((name, domain)) = self.affairs().planted.clone() {
            self.name = name;
            self.domains = vec![domain];
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

    /// Ends an association. A device that had come keeps its mark in the firmware.
    pub(crate) fn end_association(&mut self, id: &str) {
        if let Some(row) = self.associations.take(id).filter(|row| row.associated_at.is_some()) {
            self.marked.put(row.identity.clone(), row);
        }
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

    /// Takes in a registration, whose id is kept once.
    fn load_registration(&mut self, row: AutopilotDevice) -> Result<(), StoreError> {
        self.autopilot.restore(row.id.clone(), row);
        Ok(())
    }
}
