//! The emulator's own endpoints, under `/_emulator/`. No token is needed.
//!
//! | request | does |
//! |---|---|
//! | `GET requests`, `DELETE requests` | the journal; starts it anew |
//! | `GET clock`, `POST clock {"advance_seconds": n}` | the time; steps it |
//! | `GET settings`, `PATCH settings {...}` | the switches ([`crate::emulator::Settings`]) |
//! | `GET faults`, `PUT faults {"faults": [...]}`, `DELETE faults` | what is to fail ([`super::fault::Fault`]) |
//! | `POST seed {...}` | users, applications, devices that an OEM registered ([`super::seed::Seed`]) |
//! | `POST enroll {"serial_number": s}` | a user switches a registered device on; `tenant` as for seeds. With `"failure": {"phase": "enrollment", "details": "..."}` that fails, or later in phase `device_setup` or `account_setup` |
//! | `POST hardware_change {"serial_number": s, "repairable": b}` | the hardware of a registered device changes; Intune registers it by itself, or cannot |
//! | `GET approvals`, `POST approvals {"id": i}` | calls that wait for Multi Admin Approval; approves one, all without `id`; rejects with `"reject": true` |
//! | `GET sign_ins`, `POST sign_ins {"user_code": c}` | sign-ins by device code that wait; approves one, by `user` if said, or with `"decline": true` does not |
//! | `GET state?tenant=...` | what a tenant holds ([`super::snapshot::Snapshot`]); `devices=n` for so many of them, `names=n` for so many members of each group |

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::exchange::{Incoming, Reply, parse};
use super::fault::Fault;
use super::world::World;
use super::{page, seed, tenants, token};
use crate::emulator::clock::intune_date;
use crate::emulator::desk::approval;
use crate::emulator::odata::query::Query;
use crate::emulator::settings::Settings;
use crate::emulator::tenant::event::Failed;
use crate::emulator::work;

pub(crate) fn serve(world: &mut World, incoming: &Incoming) -> Reply {
    let (path, query) = incoming.target.split_once('?').unwrap_or((&incoming.target, ""));
    let what = path.trim_start_matches("/_emulator").trim_matches('/');
    let outcome = match (incoming.method.as_str(), what) {
        ("GET", "requests") => Ok(json!({"requests": world.journal.requests, "recent": world.journal.recent})),
        ("DELETE", "requests") => {
            world.journal.clear();
            Ok(Value::Null)
        }
        ("GET", "clock") => Ok(clock(world)),
        ("POST", "clock") => advance(world, &incoming.body),
        ("GET", "settings") => Ok(json!(world.settings)),
        ("PATCH", "settings") => settings(world, &incoming.body),
        ("GET", "faults") => Ok(json!({"faults": world.faults.ordered})),
        ("PUT", "faults") => faults(world, &incoming.body),
        ("DELETE", "faults") => {
            world.faults.ordered.clear();
            Ok(Value::Null)
        }
        ("POST", "seed") => seed::plant(world, &incoming.body),
        ("POST", "enroll") => enroll(world, &incoming.body),
        ("POST", "hardware_change") => hardware_change(world, &incoming.body),
        ("GET", "approvals") => Ok(json!({"approvals": world.approvals.asked})),
        ("POST", "approvals") => approve(world, &incoming.body),
        ("GET", "sign_ins") => Ok(json!({"sign_ins": token::waiting(world)})),
        ("POST", "sign_ins") => decide(world, &incoming.body),
        ("GET", "state") => state(world, query),
        _ => {
            return reply(404, &json!({"error": format!("{} {path} is no endpoint of the emulator", incoming.method)}));
        }
    };
    match outcome {
        Ok(Value::Null) => Reply { status: 204, ..Reply::default() },
        Ok(body) => reply(200, &body),
        Err(error) => reply(400, &json!({"error": error})),
    }
}

fn reply(status: u16, body: &Value) -> Reply {
    let headers = vec![("content-type", "application/json".to_owned())];
    Reply { status, headers, body: body.to_string().into_bytes(), ..Reply::default() }
}

fn clock(world: &World) -> Value {
    json!({"now": intune_date(world.clock.now()), "speed": world.clock.speed()})
}

fn advance(world: &mut World, body: &[u8]) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Step {
        advance_seconds: f64,
    }
    let step: Step = parse(body)?;
    let by = Duration::try_from_secs_f64(step.advance_seconds).map_err(|error| error.to_string())?;
    world.clock.step(by);
    world.catch_up();
    Ok(clock(world))
}

fn settings(world: &mut World, body: &[u8]) -> Result<Value, String> {
    let changes: serde_json::Map<String, Value> = parse(body)?;
    let mut all = json!(world.settings);
    if let Some(all) = all.as_object_mut() {
        all.extend(changes);
    }
    let changed: Settings = serde_json::from_value(all).map_err(|error| error.to_string())?;
    if let Some(word) = changed.approval.iter().find(|word| !approval::is_kind(word)) {
        return Err(format!("'{word}' is nothing that approval can be asked for"));
    }
    world.settings = changed;
    Ok(json!(world.settings))
}

fn faults(world: &mut World, body: &[u8]) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Ordered {
        faults: Vec<Fault>,
    }
    let ordered: Ordered = parse(body)?;
    world.faults.ordered = ordered.faults;
    Ok(json!({"faults": world.faults.ordered}))
}

fn enroll(world: &mut World, body: &[u8]) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Enroll {
        #[serde(default)]
        tenant: Option<String>,
        #[serde(alias = "serialNumber")]
        serial_number: String,
        #[serde(default)]
        failure: Option<Failed>,
    }
    let Enroll { tenant, serial_number, failure } = parse(body)?;
    let tenant = tenant_or_contoso(world, tenant.as_deref())?;
    world.catch_up();
    let now = world.clock.now();
    let World { tenants, settings, .. } = world;
    let tenant = tenants.get_mut(&tenant).ok_or_else(|| format!("no tenant '{tenant}'"))?;
    work::enroll(tenant, settings, now, &serial_number, failure.as_ref())?;
    Ok(Value::Null)
}

fn hardware_change(world: &mut World, body: &[u8]) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct HardwareChange {
        #[serde(default)]
        tenant: Option<String>,
        #[serde(alias = "serialNumber")]
        serial_number: String,
        repairable: bool,
    }
    let HardwareChange { tenant, serial_number, repairable } = parse(body)?;
    let tenant = tenant_or_contoso(world, tenant.as_deref())?;
    world.catch_up();
    let now = world.clock.now();
    let World { tenants, settings, .. } = world;
    let tenant = tenants.get_mut(&tenant).ok_or_else(|| format!("no tenant '{tenant}'"))?;
    work::hardware_changed(tenant, settings, now, &serial_number, repairable)?;
    Ok(Value::Null)
}

fn tenant_or_contoso(world: &World, name: Option<&str>) -> Result<String, String> {
    let name = name.unwrap_or(tenants::TENANT_ID);
    world.tenant_named(name).ok_or_else(|| format!("no tenant '{name}'"))
}

fn decide(world: &mut World, body: &[u8]) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Decide {
        user_code: String,
        #[serde(default)]
        user: Option<String>,
        #[serde(default)]
        decline: bool,
    }
    let Decide { user_code, user, decline } = parse(body)?;
    token::decide(world, &user_code, user.as_deref(), decline)?;
    Ok(Value::Null)
}

fn approve(world: &mut World, body: &[u8]) -> Result<Value, String> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Approve {
        #[serde(default)]
        id: Option<String>,
        #[serde(default)]
        reject: bool,
    }
    let Approve { id, reject } = parse(body)?;
    match (world.approvals.decide(id.as_deref(), reject), id) {
        (0, Some(id)) => Err(format!("no approval {id} waits")),
        (number, _) => Ok(json!({"decided": number})),
    }
}

fn state(world: &World, query: &str) -> Result<Value, String> {
    let query = Query::parse(query);
    let name = query.get("tenant").unwrap_or(tenants::TENANT_ID);
    let tenant =
        world.tenant_named(name).and_then(|id| world.tenants.get(&id)).ok_or_else(|| format!("no tenant '{name}'"))?;
    let number = |name: &str| query.get(name).and_then(|text| text.parse::<usize>().ok());
    Ok(page::state(tenant, number("devices"), number("names").unwrap_or(0)))
}
