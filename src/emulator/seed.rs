//! `POST /_emulator/seed`: what is to be in a tenant before anything is asked of it.

use serde::Deserialize;
use serde_json::{Value, json};

use super::control::parse;
use super::model::check::Object;
use super::tenant::{Application, AutopilotDevice, Hardware, User};
use super::work::{object_changed, register};
use super::world::World;
use super::{tenants, work};

/// What to plant. Every part may be left out.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Seed {
    /// The tenant, by id or domain; Contoso when not said.
    pub tenant: Option<String>,
    /// People.
    pub users: Vec<SeedUser>,
    /// Applications that may sign in, with their permissions.
    pub applications: Vec<SeedApplication>,
    /// Devices that an OEM has registered.
    pub devices: Vec<SeedDevice>,
}

/// A user. Other properties go by Graph's names.
#[derive(Debug, Clone, Deserialize)]
pub struct SeedUser {
    /// The user principal name.
    #[serde(rename = "userPrincipalName")]
    pub user_principal_name: String,
    /// The name; the address when not said.
    #[serde(rename = "displayName", default)]
    pub display_name: Option<String>,
    /// The manager's user principal name or object id.
    #[serde(default)]
    pub manager: Option<String>,
    /// The rest.
    #[serde(flatten)]
    pub extra: Object,
}

/// An application.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedApplication {
    /// Its client id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Its application permissions.
    pub roles: Vec<String>,
}

/// A registered device.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SeedDevice {
    /// The serial number.
    pub serial_number: String,
    /// Who made it.
    #[serde(default = "maker")]
    pub manufacturer: String,
    /// What it is.
    #[serde(default = "model")]
    pub model: String,
    /// The OEM's order.
    #[serde(default)]
    pub purchase_order_identifier: Option<String>,
    /// The group tag.
    #[serde(default)]
    pub group_tag: Option<String>,
    /// The user it is assigned to.
    #[serde(default)]
    pub user_principal_name: Option<String>,
    /// Whether it is enrolled in Intune.
    #[serde(default)]
    pub enrolled: bool,
}

fn maker() -> String {
    "Contoso Hardware".into()
}

fn model() -> String {
    "Model 1".into()
}

pub(crate) fn plant(world: &mut World, body: &[u8]) -> Result<Value, String> {
    let seed: Seed = parse(body)?;
    let now = world.clock.now();
    let name = seed.tenant.as_deref().unwrap_or(tenants::TENANT_ID);
    let id = world.tenant_named(name).ok_or_else(|| format!("no tenant '{name}'"))?;
    let World { tenants, registry, settings, .. } = world;
    let tenant = tenants.get_mut(&id).ok_or_else(|| format!("no tenant '{name}'"))?;
    for user in seed.users {
        let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, user.user_principal_name.to_lowercase().as_bytes())
            .to_string();
        let manager = user.manager.and_then(|manager| tenant.user(&manager).map(|found| found.id.clone()));
        let display_name = user.display_name.unwrap_or_else(|| user.user_principal_name.clone());
        let row = User { id: id.clone(), upn: user.user_principal_name, display_name, manager, extra: user.extra };
        tenant.users.put(&id, row);
        object_changed(tenant, &id, now, settings.membership_seconds);
    }
    for application in seed.applications {
        let client_id = application.client_id.to_lowercase();
        let row = Application {
            principal: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, client_id.as_bytes()).to_string(),
            name: "Seeded application".into(),
            secret: application.client_secret,
            roles: application.roles,
            client_id: client_id.clone(),
        };
        tenant.applications.put(&client_id, row);
    }
    let mut ids = Vec::new();
    for seed in seed.devices {
        let hardware = Hardware { serial: seed.serial_number, manufacturer: seed.manufacturer, model: seed.model };
        if let Some((holder, _)) = registry.get(&hardware.key()) {
            return Err(format!("device {} is registered already, in tenant {holder}", hardware.serial));
        }
        let mut device = AutopilotDevice::new(hardware);
        device.purchase_order = seed.purchase_order_identifier;
        device.enrolled = seed.enrolled;
        device.last_contact = seed.enrolled.then_some(now);
        device.synced = true;
        device.set("groupTag", seed.group_tag.as_deref().unwrap_or_default());
        device.set("userPrincipalName", seed.user_principal_name.as_deref().unwrap_or_default());
        ids.push(device.id.clone());
        register(tenant, registry, settings, now, device);
    }
    work::catch_up(world);
    Ok(json!({"devices": ids}))
}
