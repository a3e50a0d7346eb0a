//! `POST /_emulator/seed`, and `emulator --seed`: what is to be in a tenant before anything is asked of it.

mod shape;

use ecow::EcoString;
use serde_json::{Value, json};

use super::exchange::parse;
use super::world::World;
use super::{tenants, token};
use crate::emulator::call::{ApprovalHeaders, Call, version_of};
use crate::emulator::clock::{Millis, entra_date};
use crate::emulator::desk;
use crate::emulator::intune::connectors;
use crate::emulator::marks::{association_ends, object_changed};
use crate::emulator::model::{check::differing, kind};
use crate::emulator::odata::query::Query;
use crate::emulator::registration::register;
use crate::emulator::tenant::Tenant;
use crate::emulator::tenant::application::Application;
use crate::emulator::tenant::association::Association;
use crate::emulator::tenant::device::{AutopilotDevice, Hardware};
use crate::emulator::tenant::directory::{Group, User};
use crate::emulator::text::shared;
use shape::{NAMES, Seed, SeedApplication, SeedAssociation, SeedDevice, SeedGroup, SeedObject, SeedTenant, SeedUser};

fn register_application(tenant: &mut Tenant, seed: SeedApplication) -> Result<(), String> {
    let client_id = seed.client_id.to_lowercase();
    let mut row = tenant.applications.get(&client_id).cloned().unwrap_or_else(|| Application {
        principal: uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, client_id.as_bytes()).to_string(),
        name: "Seeded application".into(),
        secret: String::new(),
        secret_expired: false,
        roles: Vec::new(),
        certificates: Vec::new(),
        federated: Vec::new(),
        delegated: Vec::new(),
        public: false,
        client_id: client_id.clone(),
    });
    if let Some(secret) = seed.client_secret {
        row.secret = secret;
    }
    if let Some(expired) = seed.client_secret_expired {
        row.secret_expired = expired;
    }
    if let Some(roles) = seed.roles {
        row.roles = roles;
    }
    if let Some(delegated) = seed.delegated {
        row.delegated = delegated;
    }
    if let Some(public) = seed.public {
        row.public = public;
    }
    for pem in &seed.certificates {
        row.certificates.push(token::certificate(pem)?);
    }
    row.federated.extend(seed.federated);
    tenant.applications.put(&client_id, row);
    Ok(())
}

/// Rows are written to the store in portions of so many, so that a large seed is never in memory twice.
const PORTION: usize = 2000;

/// Plants a seed; when this answers, all of it is in the store.
pub(crate) fn plant(world: &mut World, body: &[u8]) -> Result<Value, String> {
    let seed: Seed = parse(body)?;
    let now = world.clock.now();
    for tenant in &seed.tenants {
        plant_tenant(world, tenant)?;
    }
    let name = seed.tenant.as_deref().unwrap_or(tenants::TENANT_ID);
    let id = world.tenant_named(name).ok_or_else(|| format!("no tenant '{name}'"))?;
    for user in seed.users {
        for n in 0..user.count.unwrap_or(1) {
            let address = numbered_address(&user, n);
            plant_user(world, &id, &user, address, now)?;
        }
    }
    let tenant = world.tenants.get_mut(&id).ok_or_else(|| format!("no tenant '{name}'"))?;
    for application in seed.applications {
        register_application(tenant, application)?;
    }
    for group in &seed.groups {
        plant_group(tenant, group, now)?;
    }
    for connector in seed.connectors {
        connectors::plant(tenant, &connector.display_name, &connector.version, &connector.state, now);
    }
    let mut ids = Vec::new();
    for device in seed.devices {
        for n in 0..device.count.unwrap_or(1) {
            let serial = numbered_serial(&device.serial_number, device.count, n);
            ids.push(plant_device(world, &id, &device, &serial, now)?);
            if ids.len().is_multiple_of(PORTION) {
                world.save().map_err(|error| error.to_string())?;
            }
        }
    }
    for association in seed.associations {
        for n in 0..association.count.unwrap_or(1) {
            plant_association(world, &id, &association, n, now)?;
        }
    }
    world.catch_up();
    let mut objects = 0_usize;
    for object in seed.objects {
        for n in 0..object.count.unwrap_or(1) {
            plant_object(world, &id, &object, n)?;
            objects += 1;
            if objects.is_multiple_of(PORTION) {
                world.save().map_err(|error| error.to_string())?;
            }
        }
    }
    Ok(json!({"devices": ids}))
}

fn numbered_serial(serial: &str, count: Option<u32>, n: u32) -> String {
    if count.is_some() { format!("{serial}{n:06}") } else { serial.to_owned() }
}

fn numbered_address(user: &SeedUser, n: u32) -> String {
    match (user.count, user.user_principal_name.split_once('@')) {
        (Some(_), Some((name, domain))) => format!("{name}{n}@{domain}"),
        _ => user.user_principal_name.clone(),
    }
}

fn plant_tenant(world: &mut World, seed: &SeedTenant) -> Result<(), String> {
    let id = uuid::Uuid::parse_str(&seed.id).map_err(|_| format!("'{}' is no id of a tenant", seed.id))?.to_string();
    let domain = seed.domain.to_lowercase();
    match (world.tenant_named(&id), world.tenant_named(&domain)) {
        (None, None) => {}
        (Some(by_id), Some(by_domain)) if by_id == by_domain => return Ok(()),
        _ => return Err(format!("the id or the domain of the tenant '{domain}' is another one's")),
    }
    let mut tenant = Tenant::planted(&id, seed.name.as_deref().unwrap_or(&domain), &domain);
    tenants::furnish(&mut tenant);
    world.tenants.insert(id, tenant);
    Ok(())
}

fn plant_user(world: &mut World, tenant: &str, user: &SeedUser, upn: String, now: Millis) -> Result<(), String> {
    let World { tenants, settings, .. } = world;
    let tenant = tenants.get_mut(tenant).ok_or("no such tenant")?;
    let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, upn.to_lowercase().as_bytes()).to_string();
    let manager = user.manager.as_deref().and_then(|manager| tenant.user(manager).map(|found| found.id.clone()));
    let display_name = user.display_name.clone().unwrap_or_else(|| upn.clone());
    let sessions = tenant.users.get(&id).map_or(0, |known| known.sessions);
    let row = User { id: id.clone(), upn, display_name, manager, sessions, extra: user.extra.clone() };
    tenant.users.put(&id, row);
    object_changed(tenant, &id, now, settings.membership_seconds);
    Ok(())
}

/// A group that is kept elsewhere. One of its name and kind that is there already stays as it is.
fn plant_group(tenant: &mut Tenant, seed: &SeedGroup, now: Millis) -> Result<(), String> {
    let SeedGroup { display_name, mail_enabled, security_enabled, on_premises_sync_enabled } = seed;
    if !mail_enabled && !on_premises_sync_enabled {
        return Err(format!("the group '{display_name}' is one that Graph makes: it is planted by 'objects'"));
    }
    let told = format!("{} {display_name} {mail_enabled} {security_enabled}", tenant.id);
    let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, told.as_bytes()).to_string();
    let nickname: String = display_name.chars().filter(char::is_ascii_alphanumeric).collect();
    let nickname = if nickname.is_empty() { "group" } else { &nickname };
    let address = format!("{nickname}@{}", tenant.domains.first().map_or("", String::as_str));
    let Value::Object(entity) = json!({
        "displayName": display_name,
        "groupTypes": [],
        "mailNickname": nickname,
        "mailEnabled": mail_enabled,
        "mail": mail_enabled.then_some(address),
        "securityEnabled": security_enabled,
        "onPremisesSyncEnabled": on_premises_sync_enabled.then_some(true),
        "createdDateTime": entra_date(now),
    }) else {
        return Ok(());
    };
    if !tenant.groups.has(&id) {
        tenant.groups.put(&id, Group { id: id.clone(), entity: differing(kind("group"), entity), ..Group::default() });
    }
    Ok(())
}

fn plant_device(
    world: &mut World,
    tenant: &str,
    seed: &SeedDevice,
    serial: &str,
    now: Millis,
) -> Result<EcoString, String> {
    let World { tenants, registry, settings, .. } = world;
    let tenant = tenants.get_mut(tenant).ok_or("no such tenant")?;
    let hardware = Hardware::new(serial, &seed.manufacturer, &seed.model);
    if let Some((holder, _)) = registry.get(&hardware.key()) {
        return Err(format!("device {} is registered already, in tenant {holder}", hardware.serial));
    }
    let mut device = AutopilotDevice::new(hardware);
    device.purchase_order = seed.purchase_order_identifier.as_deref().map(shared);
    device.enrolled = seed.enrolled;
    device.last_contact = seed.enrolled.then_some(now);
    device.lacks_tpm = !seed.tpm;
    device.synced = true;
    device.set("groupTag", seed.group_tag.as_deref().unwrap_or_default());
    device.set("userPrincipalName", seed.user_principal_name.as_deref().unwrap_or_default());
    let id = device.id.clone();
    register(tenant, registry, settings, now, device);
    Ok(id)
}

fn plant_association(
    world: &mut World,
    tenant: &str,
    seed: &SeedAssociation,
    n: u32,
    now: Millis,
) -> Result<(), String> {
    let tenant = world.tenants.get_mut(tenant).ok_or("no such tenant")?;
    let serial = numbered_serial(&seed.serial_number, seed.count, n);
    let hardware = Hardware::new(&serial, &seed.manufacturer, &seed.model);
    // A machine of this name has this mainboard, whenever it is planted.
    let board = uuid::Uuid::from_bytes(hardware.key()).to_string();
    if tenant.associations.values().any(|row| row.identity == board) {
        return Err(format!("device {serial} is associated already"));
    }
    let row = Association::new(hardware, &board, &board, now, tenant.next_number());
    association_ends(tenant, &row);
    tenant.associations.put(row.id.clone(), row);
    Ok(())
}

/// The body, its names numbered where there are several.
fn numbered_body(object: &SeedObject, n: u32) -> Value {
    let mut body = object.body.clone();
    for name in NAMES {
        if let Some(Value::String(text)) = body.get_mut(name)
            && object.count.is_some()
        {
            *text = format!("{text}{n:06}");
        }
    }
    body
}

fn plant_object(world: &mut World, tenant: &str, object: &SeedObject, n: u32) -> Result<(), String> {
    let path = &object.path;
    let version = version_of(path).map_err(|failure| failure.message)?;
    let call = Call {
        method: "POST".into(),
        version,
        path: path.clone(),
        ids: Vec::new(),
        query: Query::default(),
        body: Some(numbered_body(object, n)),
        root: String::new(),
        now: world.clock.now(),
        caller: tenants::owner(tenant),
        eventual: false,
        accept: None,
        prefer: None,
        approval: ApprovalHeaders::default(),
        without_effect: false,
    };
    match desk::run(world.desk(), call) {
        Ok(_) => Ok(()),
        Err(failure) => Err(format!("{path}: {} {}", failure.status, failure.message)),
    }
}
