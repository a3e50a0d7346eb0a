//! The way of a request: faults first, then what time has done since the last one, then the request itself, then every
//! changed row into the store, and only then the answer. `/_emulator/` is its side door ([`control`]).
//!
//! Tokens are read here. What a call may do is the desk's business, what it does the handlers'.

pub(crate) mod batch;
mod browse;
pub(crate) mod control;
pub(crate) mod exchange;
pub(crate) mod fault;
pub(crate) mod journal;
mod page;
pub(crate) mod seed;
pub(crate) mod snapshot;
pub(crate) mod tenants;
pub(crate) mod token;
pub(crate) mod world;

use std::time::Duration;

use serde_json::Value;

use super::call::{Answer, Call, Content, Outcome, version_of};
use super::clock::http_date;
use super::error::{Failure, Stamp};
use super::odata::path::segments;
use super::odata::query::Query;
use super::{desk, route};
use exchange::{Incoming, Reply};
use world::World;

const UNREADABLE_JSON: &str = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";

/// Serves one request.
pub(crate) fn serve(world: &mut World, incoming: &Incoming) -> Reply {
    let path = incoming.target.split('?').next().unwrap_or_default();
    if let Some(reply) = page::reply(&incoming.method, path) {
        return reply;
    }
    if let Some(what) = path.strip_prefix(control::ROOT) {
        world.catch_up();
        let reply = control::serve(world, incoming, what);
        return saved(world, reply);
    }
    let fault = world.faults.meet(&incoming.method, path);
    let wait = Duration::from_secs_f64(fault.as_ref().map_or(0.0, |fault| real(world, fault.delay_seconds)));
    let request_id = uuid::Uuid::new_v4().to_string();
    if let Some(fault) = fault.as_ref().filter(|fault| fault.reset || fault.status.is_some()) {
        let failure = fault.failure().unwrap_or_else(|| Failure::graph(503, "ServiceUnavailable", ""));
        let status = if fault.reset { 0 } else { failure.status };
        world.journal.note(
            world.clock.now(),
            &incoming.method,
            &route::template(&incoming.method, path),
            status,
            false,
        );
        let reply = reply(world, Err(failure), incoming, &request_id);
        return Reply { wait, cut: fault.reset, ..reply };
    }
    world.catch_up();
    let made = world.journal.made.len();
    let mut reply = match sign_in(world, incoming) {
        Some((status, body, template)) => {
            world.journal.note(world.clock.now(), &incoming.method, &template, status, false);
            let headers =
                vec![("content-type", "application/json; charset=utf-8".into()), ("x-ms-request-id", request_id)];
            Reply { status, headers, body: body.to_string().into_bytes(), ..Reply::default() }
        }
        None => {
            let outcome = graph(world, incoming);
            reply(world, outcome, incoming, &request_id)
        }
    };
    reply.wait = wait;
    reply.cut = fault.is_some_and(|fault| fault.lose_answer);
    for object in world.journal.made.iter_mut().skip(made) {
        object.answered = !reply.cut;
    }
    saved(world, reply)
}

/// Emulated seconds as real ones.
fn real(world: &World, seconds: f64) -> f64 {
    let speed = world.clock.speed().max(1.0);
    if seconds.is_finite() { (seconds / speed).clamp(0.0, 3600.0) } else { 0.0 }
}

fn graph(world: &mut World, incoming: &Incoming) -> Outcome {
    let path = incoming.target.split('?').next().unwrap_or_default();
    let method = incoming.method.to_ascii_uppercase();
    let mut template = route::template(&method, path);
    let outcome = (|| {
        let version = version_of(path)?;
        let caller = token::caller(incoming.authorization.as_deref())?;
        if incoming.too_large {
            return Err(Failure::graph(413, "RequestEntityTooLarge", "The request entity is too large."));
        }
        let body = body_of(&method, incoming)?;
        let query = Query::parse(incoming.target.split_once('?').map_or("", |(_, query)| query));
        let call = Call {
            method: method.clone(),
            version,
            path: path.to_owned(),
            ids: Vec::new(),
            query,
            body,
            root: format!("{}://{}", incoming.scheme, incoming.host),
            now: world.clock.now(),
            caller,
            eventual: incoming.eventual,
            approval: incoming.approval.clone(),
        };
        if segments(path).get(1).is_some_and(|segment| segment == "$batch") {
            template = format!("/{}/$batch", version.name());
            return batch::serve(world, &call);
        }
        desk::dispatch(world.desk(), call)
    })();
    let status = outcome.as_ref().map_or_else(|failure| failure.status, |answer| answer.status);
    world.journal.note(world.clock.now(), &method, &template, status, false);
    world.journal.note_made(&template, &outcome);
    outcome
}

fn reply(world: &mut World, outcome: Outcome, incoming: &Incoming, request_id: &str) -> Reply {
    let client_request_id = incoming.client_request_id.as_deref().unwrap_or(request_id);
    let mut headers = vec![
        ("request-id", request_id.to_owned()),
        ("client-request-id", client_request_id.to_owned()),
        ("x-ms-ags-diagnostic", r#"{"ServerInfo":{"DataCenter":"Emulator","Slice":"E","Ring":"1"}}"#.into()),
        ("date", http_date(world.clock.now())),
    ];
    if let Some(units) = world.throttle.units.take() {
        headers.push(("x-ms-resource-unit", units.to_string()));
    }
    let json = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";
    match outcome {
        Ok(Answer { status, content }) => {
            let body = match content {
                Content::None => Vec::new(),
                Content::Text(text) => {
                    headers.push(("content-type", "text/plain".into()));
                    text.into_bytes()
                }
                Content::Json(body) => {
                    headers.push(("content-type", json.into()));
                    headers.push(("odata-version", "4.0".into()));
                    serde_json::to_vec(&body).unwrap_or_default()
                }
            };
            Reply { status, headers, body, ..Reply::default() }
        }
        Err(failure) => {
            headers.push(("content-type", "application/json".into()));
            if let Some(seconds) = failure.retry_after {
                headers.push(("retry-after", world.clock.real_wait(seconds).to_string()));
            }
            if let Some(code) = &failure.approval_code {
                headers.push(("x-msft-approval-code", code.clone()));
            }
            let path = incoming.target.splitn(3, '/').nth(2).unwrap_or_default();
            let path = format!("/{path}");
            let stamp = Stamp { now: world.clock.now(), request_id, client_request_id, path: &path };
            let body = failure.body(&stamp).to_string().into_bytes();
            Reply { status: failure.status, headers, body, ..Reply::default() }
        }
    }
}

/// The reply once everything is in the store; a store that fails is the service's fault.
fn saved(world: &mut World, reply: Reply) -> Reply {
    match world.save() {
        Ok(()) => reply,
        Err(error) => {
            tracing::error!(%error, "the emulator could not write its state");
            Reply { status: 500, body: br#"{"error":{"code":"InternalServerError","message":""}}"#.into(), ..reply }
        }
    }
}

fn body_of(method: &str, incoming: &Incoming) -> Result<Option<Value>, Failure> {
    if incoming.body.is_empty() || matches!(method, "GET" | "DELETE") {
        return Ok(None);
    }
    let Some(content_type) = incoming.content_type.as_deref() else {
        return Err(Failure::unreadable(
            "Write requests (excluding DELETE) must contain the Content-Type header declaration.",
        ));
    };
    if !content_type.to_ascii_lowercase().starts_with("application/json") {
        return Err(Failure::unreadable(UNREADABLE_JSON));
    }
    serde_json::from_slice(&incoming.body).map(Some).map_err(|_| Failure::unreadable(UNREADABLE_JSON))
}

/// Requests to the sign-in endpoint: status, body, template.
fn sign_in(world: &mut World, incoming: &Incoming) -> Option<(u16, Value, String)> {
    let path = incoming.target.split('?').next().unwrap_or_default();
    let segments = segments(path);
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let root = format!("{}://{}", incoming.scheme, incoming.host);
    match (incoming.method.as_str(), segments.as_slice()) {
        ("POST", [tenant, "oauth2", "v2.0", "token"]) => {
            let (status, body) = token::issue(world, &root, tenant, &String::from_utf8_lossy(&incoming.body));
            Some((status, body, "/{tenant}/oauth2/v2.0/token".into()))
        }
        ("POST", [tenant, "oauth2", "v2.0", "devicecode"]) => {
            let (status, body) = token::begin(world, &root, tenant, &String::from_utf8_lossy(&incoming.body));
            Some((status, body, "/{tenant}/oauth2/v2.0/devicecode".into()))
        }
        ("GET", ["common", "discovery", "instance"]) => {
            Some((200, token::instance_discovery(&root), "/common/discovery/instance".into()))
        }
        ("GET", [tenant, "v2.0", ".well-known", "openid-configuration"]) => {
            let (status, body) = token::openid_configuration(world, &root, tenant);
            Some((status, body, "/{tenant}/v2.0/.well-known/openid-configuration".into()))
        }
        _ => None,
    }
}
