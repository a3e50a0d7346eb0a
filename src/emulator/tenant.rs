//! What one tenant holds: the rows that are stored, and the indexes worked out from them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::assignment::Assignment;
use super::clock::Millis;
use super::item::Item;
use super::model::check::Object;
use super::queue::Index;
use super::store::{self, StoreError, Table, Write};
pub(crate) use super::text::Text;
use super::text::{maybe_word, word};

/// `blocked` for a self-deploying device that has enrolled, nothing otherwise.
pub(crate) const USERLESS: &str = "userlessEnrollmentStatus";

/// An application that may sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Application {
    pub(crate) client_id: String,
    pub(crate) name: String,
    pub(crate) secret: String,
    /// Its service principal's object id.
    pub(crate) principal: String,
    pub(crate) roles: Vec<String>,
    /// Certificates it may sign with: DER in base64.
    #[serde(default)]
    pub(crate) certificates: Vec<String>,
    #[serde(default)]
    pub(crate) federated: Vec<FederatedCredential>,
    /// What an administrator has consented to for its users.
    #[serde(default)]
    pub(crate) delegated: Vec<String>,
    /// Whether users may sign in by it without a secret of its own.
    #[serde(default)]
    pub(crate) public: bool,
}

/// Whose tokens an application may sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FederatedCredential {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    #[serde(default = "exchange")]
    pub(crate) audience: String,
}

fn exchange() -> String {
    "api://AzureADTokenExchange".into()
}

/// A sign-in by device code.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SignIn {
    pub(crate) user_code: String,
    pub(crate) client_id: String,
    pub(crate) scope: String,
    /// Real seconds since 1970: who polls counts in those.
    pub(crate) expires: i64,
    pub(crate) decision: Decision,
}

/// What has become of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Decision {
    Pending,
    /// The user's object id.
    Approved(String),
    Declined,
    Redeemed,
}

/// A user. `extra` holds whatever else membership rules may look at, by Graph's name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) upn: String,
    pub(crate) display_name: String,
    #[serde(default)]
    pub(crate) manager: Option<String>,
    #[serde(default)]
    pub(crate) extra: Object,
}

/// An Entra device object.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct EntraDevice {
    pub(crate) id: Text,
    pub(crate) device_id: Text,
    pub(crate) display_name: Text,
    /// What Autopilot has written into `physicalIds`, beside its own id.
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) order: Option<Text>,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) purchase_order: Option<Text>,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) manufacturer: Option<Text>,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) model: Option<Text>,
    /// The Autopilot registration that made it.
    pub(crate) autopilot: Option<Text>,
    /// Whether the device has joined; an object that never did goes with its registration.
    pub(crate) joined: bool,
    pub(crate) registered_at: Millis,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) enrollment_profile: Option<Text>,
    /// Nothing, rather than an empty map for each of many devices.
    #[serde(default)]
    pub(crate) extra: Option<Box<Object>>,
}

/// Old values that reads still show, while a write replicates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Stale {
    pub(crate) until: Millis,
    /// Nothing: the object is new and not found yet.
    pub(crate) shown: Option<Object>,
    /// The owners of before, when they are what changed.
    #[serde(default)]
    pub(crate) owners: Option<BTreeSet<String>>,
}

/// A group.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Group {
    pub(crate) id: String,
    /// Its properties by Graph's names.
    pub(crate) entity: Object,
    pub(crate) members: BTreeSet<String>,
    pub(crate) owners: BTreeSet<String>,
    #[serde(default)]
    pub(crate) stale: Option<Stale>,
}

impl Group {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.entity.get(name).and_then(Value::as_str)
    }

    pub(crate) fn is_dynamic(&self) -> bool {
        has_dynamic_type(&self.entity)
    }

    /// Its rule, when the service is to evaluate it.
    pub(crate) fn running_rule(&self) -> Option<&str> {
        let runs = self.is_dynamic() && self.text("membershipRuleProcessingState") == Some("On");
        self.text("membershipRule").filter(|_| runs)
    }
}

pub(crate) fn has_dynamic_type(entity: &Object) -> bool {
    let types = entity.get("groupTypes").and_then(Value::as_array);
    types.is_some_and(|types| types.iter().any(|each| each == "DynamicMembership"))
}

/// An Autopilot deployment profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) id: String,
    /// What clients write, under the current spelling.
    pub(crate) entity: Object,
    pub(crate) created: Millis,
    /// Tells apart what was created in one millisecond.
    pub(crate) sequence: u64,
    pub(crate) modified: Millis,
    pub(crate) assignments: Vec<Assignment>,
}

impl Profile {
    pub(crate) fn name(&self) -> &str {
        self.entity.get("displayName").and_then(Value::as_str).unwrap_or_default()
    }
}

/// An enrollment configuration; the Enrollment Status Page is one kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EnrollmentConfiguration {
    pub(crate) id: String,
    pub(crate) entity: Object,
    pub(crate) priority: i64,
    pub(crate) version: i64,
    pub(crate) created: Option<Millis>,
    pub(crate) modified: Option<Millis>,
    pub(crate) assignments: Vec<Assignment>,
}

/// How far a row of an import has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum ImportState {
    Waiting,
    Complete { device: String },
    Refused { code: i32, name: String },
}

/// Stands for a machine, shorter than its [`Hardware`].
pub(crate) type Machine = [u8; 16];

/// What identifies a machine to the registration service, across all tenants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Hardware {
    pub(crate) serial: Text,
    #[serde(deserialize_with = "word")]
    pub(crate) manufacturer: Text,
    #[serde(deserialize_with = "word")]
    pub(crate) model: Text,
}

impl Hardware {
    pub(crate) fn new(serial: &str, manufacturer: &str, model: &str) -> Hardware {
        Hardware { serial: serial.into(), manufacturer: Text::word(manufacturer), model: Text::word(model) }
    }

    /// Letter case does not make another machine.
    pub(crate) fn key(&self) -> Machine {
        let words = [&self.serial, &self.manufacturer, &self.model].map(|word| word.to_lowercase());
        uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, words.join("\n").as_bytes()).into_bytes()
    }
}

/// A row of an import. The hardware hash itself is not kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Import {
    pub(crate) id: String,
    pub(crate) serial: Option<String>,
    pub(crate) group_tag: Option<String>,
    pub(crate) product_key: Option<String>,
    pub(crate) import_id: Option<String>,
    pub(crate) user: Option<String>,
    /// What was read from the hash, or the error that it will end in.
    pub(crate) hardware: Result<Hardware, (i32, String)>,
    /// The call it came with.
    pub(crate) batch: u64,
    pub(crate) due: Millis,
    pub(crate) state: ImportState,
}

/// A change of a device that reads do not show yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Change {
    pub(crate) due: Millis,
    pub(crate) values: BTreeMap<String, String>,
}

/// What a change of a device's hardware calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Remediation {
    /// Intune registers the new hardware by itself; the device learns of it at its next check-in, at this time.
    Automatic { check_in: Millis },
    /// Intune cannot. The device has to be registered anew.
    Manual,
    /// The new hardware is registered.
    Done,
}

impl Remediation {
    /// Graph's word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Remediation::Automatic { .. } => "automaticRemediationRequired",
            Remediation::Manual => "manualRemediationRequired",
            Remediation::Done => "noRemediationRequired",
        }
    }
}

/// A registered Autopilot device.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AutopilotDevice {
    pub(crate) id: Text,
    pub(crate) hardware: Hardware,
    pub(crate) product_key: Option<Text>,
    pub(crate) purchase_order: Option<Text>,
    /// The Entra object's id, and the device id it carries.
    pub(crate) entra_object: Text,
    pub(crate) entra_device_id: Text,
    pub(crate) enrolled: bool,
    pub(crate) last_contact: Option<Millis>,
    /// Whether a sync has brought it into Intune; before that no read shows it.
    pub(crate) synced: bool,
    /// What `updateDeviceProperties` and the user actions write, by Graph's names. Few, and none is empty.
    values: Vec<(Text, Text)>,
    #[serde(default)]
    pub(crate) changes: Vec<Change>,
    #[serde(default)]
    pub(crate) deleted_at: Option<Millis>,
    /// The profile it has, the one it is to have, and since when.
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) assigned: Option<Text>,
    #[serde(default, deserialize_with = "maybe_word")]
    pub(crate) intended: Option<Text>,
    #[serde(default)]
    pub(crate) assigned_at: Option<Millis>,
    #[serde(default)]
    pub(crate) assigned_by: Option<Millis>,
    /// A profile given to the device itself.
    #[serde(default)]
    pub(crate) direct: Option<String>,
    /// What its hardware calls for and since when; nothing while the hardware has never changed.
    #[serde(default)]
    pub(crate) remediation: Option<Box<(Remediation, Millis)>>,
    /// Whether its last enrolment failed.
    #[serde(default)]
    pub(crate) enrollment_failed: bool,
}

impl AutopilotDevice {
    /// A device that is registered but nothing else.
    pub(crate) fn new(hardware: Hardware) -> AutopilotDevice {
        AutopilotDevice {
            id: uuid::Uuid::new_v4().to_string().into(),
            hardware,
            product_key: None,
            purchase_order: None,
            entra_object: uuid::Uuid::new_v4().to_string().into(),
            entra_device_id: uuid::Uuid::new_v4().to_string().into(),
            enrolled: false,
            last_contact: None,
            synced: false,
            values: Vec::new(),
            changes: Vec::new(),
            deleted_at: None,
            assigned: None,
            intended: None,
            assigned_at: None,
            assigned_by: None,
            direct: None,
            remediation: None,
            enrollment_failed: false,
        }
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }

    /// A value as it is kept.
    pub(crate) fn value_text(&self, name: &str) -> Option<Text> {
        self.values.iter().find(|(each, _)| each == name).map(|(_, value)| value.clone())
    }

    /// Sets a value; an empty one clears.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.values.retain(|(each, _)| each != name);
        if !value.is_empty() {
            self.values.reserve_exact(1);
            self.values.push((Text::word(name), Text::word(value)));
        }
    }

    pub(crate) fn needs_registering_anew(&self) -> bool {
        self.remediation.as_deref().is_some_and(|(remediation, _)| *remediation == Remediation::Manual)
    }

    /// Graph's word for how far the profile has come.
    pub(crate) fn status(&self) -> &'static str {
        match (&self.assigned, &self.intended) {
            (_, None) => "notAssigned",
            (Some(assigned), Some(intended)) if assigned == intended => {
                if self.enrolled {
                    "assignedInSync"
                } else {
                    // A device that never called has no sync state to know.
                    "assignedUnkownSyncState"
                }
            }
            _ => "pending",
        }
    }
}

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
    items: BTreeMap<&'static str, Table<Item>>,
    /// By device code.
    pub(crate) sign_ins: Table<SignIn>,
    affairs: Table<Affairs>,
    pub(crate) index: Index,
}

/// The key of the one row of [`Affairs`].
const ONLY: &str = "only";

impl Tenant {
    pub(crate) fn empty(
        id: &str,
        name: &'static str,
        domains: &'static [&'static str],
        collections: impl IntoIterator<Item = &'static str>,
    ) -> Tenant {
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
            items: collections.into_iter().map(|name| (name, Table::default())).collect(),
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
        self.items.get(collection).expect("made with the tenant")
    }

    /// All of them, whatever their collection.
    pub(crate) fn all_items(&self) -> impl Iterator<Item = &Item> {
        self.items.values().flat_map(Table::values)
    }

    pub(crate) fn items_mut(&mut self, collection: &str) -> &mut Table<Item> {
        self.items.get_mut(collection).expect("made with the tenant")
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
            name if self.items.contains_key(name) => {
                self.items.get_mut(name).map_or(Ok(()), |table| table.load(id, row))
            }
            _ => Err(StoreError(format!("a kind of row that is not known: {kind}"))),
        }
    }
}
