//! The emulator's own endpoints, under `/_emulator/`. No token is needed.
//!
//! [`ENDPOINTS`] is all of them; `GET /_emulator/` lists it. An endpoint's path is exact. It answers 200 with JSON, 204
//! where there is nothing to say, and 400 with the reason where something is wrong with the request.

mod decisions;
mod deployment;
mod switches;

use serde_json::{Value, json};

use super::exchange::{Asked, Incoming, Reply};
use super::world::World;
use super::{browse, seed, snapshot};
use crate::emulator::odata::query::Query;

/// One endpoint: method, path below `/_emulator/`, what it does, and the function that does it.
pub(crate) struct Endpoint {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) does: &'static str,
    run: fn(&mut World, &Asked<'_>) -> Result<Value, String>,
}

const fn endpoint(
    method: &'static str,
    path: &'static str,
    does: &'static str,
    run: fn(&mut World, &Asked<'_>) -> Result<Value, String>,
) -> Endpoint {
    Endpoint { method, path, does, run }
}

/// All endpoints. The bodies are shown as they are sent.
pub(crate) const ENDPOINTS: &[Endpoint] = &[
    endpoint("GET", "", "This list", |_, _| Ok(list())),
    endpoint("GET", "health", "That it serves; answered to whatever host it is asked as", |_, _| {
        Ok(json!({"status": "healthy"}))
    }),
    endpoint("GET", "requests", "The journal: every request, counted, and the last ones", |world, _| {
        Ok(json!({"requests": world.journal.requests, "recent": world.journal.recent}))
    }),
    endpoint("DELETE", "requests", "Begins the journal anew", |world, _| {
        world.journal.clear();
        Ok(Value::Null)
    }),
    endpoint("GET", "clock", "The time and how fast it runs", |world, _| Ok(switches::clock(world))),
    endpoint("POST", "clock", r#"Steps the clock: {"advance_seconds": n}"#, switches::advance),
    endpoint("GET", "settings", "The switches", |world, _| Ok(json!(world.settings))),
    endpoint("PATCH", "settings", "Changes the switches that are named", switches::change),
    endpoint("GET", "faults", "What is left of the faults that were ordered", |world, _| Ok(switches::faults(world))),
    endpoint("PUT", "faults", r#"Orders faults, in the place of those before: {"faults": [...]}"#, switches::order),
    endpoint("DELETE", "faults", "Orders no faults", |world, _| {
        world.faults.ordered.clear();
        Ok(Value::Null)
    }),
    endpoint(
        "POST",
        "seed",
        "Plants users, applications, devices that an OEM registered, and objects",
        |world, asked| seed::plant(world, asked.body),
    ),
    endpoint(
        "POST",
        "enroll",
        r#"A laptop is switched on: {"serial_number": s}; by "user": u, or to be pre-provisioned: "technician": true"#,
        deployment::enroll,
    ),
    endpoint(
        "POST",
        "hardware_change",
        r#"The hardware of a registered device changes: {"serial_number": s, "repairable": b}"#,
        deployment::hardware_change,
    ),
    endpoint("GET", "approvals", "Requests for Multi Admin Approval, with what became of them", |world, _| {
        Ok(decisions::approvals(world))
    }),
    endpoint(
        "POST",
        "approvals",
        r#"Approves what waits, or one by "id"; as "user": u, who asked for none of it; with "reject": true rejects"#,
        decisions::approve,
    ),
    endpoint("GET", "sign_ins", "Sign-ins that wait for a person", |world, _| Ok(decisions::sign_ins(world))),
    endpoint(
        "POST",
        "sign_ins",
        r#"Approves one as "user": {"user_code": c}; with "decline": true does not. Ends sessions: {"user": u, "revoke": true}"#,
        decisions::decide,
    ),
    endpoint(
        "GET",
        "overview",
        "How much a tenant holds, by kind, and its devices by status: ?tenant=t",
        browse::overview,
    ),
    endpoint("GET", "browse", "Rows of one kind: ?tenant=t&kind=k&search=s&status=s&skip=n&top=n", browse::browse),
    endpoint("GET", "object", "An object as Graph shows it: ?tenant=t&path=p", browse::object),
    endpoint("GET", "state", "What a tenant holds: ?tenant=t&devices=n&names=n", state),
];

/// Switches a laptop on, as the endpoint does.
pub(crate) fn enroll(world: &mut World, body: &[u8]) -> Result<(), String> {
    deployment::enroll(world, &Asked { query: Query::parse(""), body }).map(drop)
}

/// Where the endpoints are.
pub(super) const ROOT: &str = "/_emulator/";

/// What answers to any host.
pub(super) const HEALTH: &str = "/_emulator/health";

/// Answers a request to `what`, the path below [`ROOT`].
pub(crate) fn serve(world: &mut World, incoming: &Incoming, what: &str) -> Reply {
    let query = incoming.target.split_once('?').map_or("", |(_, query)| query);
    let mut allowed = ENDPOINTS.iter().filter(|each| each.path == what).peekable();
    if allowed.peek().is_none() {
        let error = format!("There is no {ROOT}{what}. GET {ROOT} lists what there is.");
        return reply(404, &json!({"error": error}));
    }
    let methods: Vec<&str> = allowed.clone().map(|each| each.method).collect();
    let Some(endpoint) = allowed.find(|each| each.method == incoming.method) else {
        let methods = methods.join(", ");
        let error = format!("{ROOT}{what} takes {methods}, not {}.", incoming.method);
        let mut reply = reply(405, &json!({"error": error}));
        reply.headers.push(("allow", methods));
        return reply;
    };
    match (endpoint.run)(world, &Asked { query: Query::parse(query), body: &incoming.body }) {
        Ok(Value::Null) => Reply { status: 204, ..Reply::default() },
        Ok(body) => reply(200, &body),
        Err(error) => reply(400, &json!({"error": error})),
    }
}

fn reply(status: u16, body: &Value) -> Reply {
    let headers = vec![("content-type", "application/json".to_owned())];
    Reply { status, headers, body: body.to_string().into_bytes(), ..Reply::default() }
}

fn list() -> Value {
    let shown =
        |each: &Endpoint| json!({"method": each.method, "path": format!("{ROOT}{}", each.path), "does": each.does});
    json!({"endpoints": ENDPOINTS.iter().map(shown).collect::<Vec<_>>()})
}

fn state(world: &mut World, asked: &Asked<'_>) -> Result<Value, String> {
    let id = world.tenant_or_contoso(asked.query.get("tenant"))?;
    let tenant = world.tenants.get(&id).ok_or_else(|| format!("no tenant '{id}'"))?;
    let number = |name: &str| asked.query.get(name).and_then(|text| text.parse::<usize>().ok());
    Ok(snapshot::state(tenant, number("devices"), number("names").unwrap_or(0)))
}
