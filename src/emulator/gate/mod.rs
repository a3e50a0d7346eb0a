//! The way of a request: faults first, then what time has done since the last one, then the request itself, then every
//! changed row into the store, and only then the answer. `/_emulator/` is its side door ([`control`]).
//!
//! Tokens are read here. What a call may do is the desk's business, what it does the handlers'.

pub(crate) mod batch;
mod browse;
pub(crate) mod control;
pub(crate) mod deployed;
pub(crate) mod encoding;
pub(crate) mod exchange;
mod exports;
pub(crate) mod fault;
pub(crate) mod journal;
mod page;
pub(crate) mod seed;
mod sign_in;
pub(crate) mod snapshot;
pub(crate) mod tenants;
pub(crate) mod token;
pub(crate) mod visitor;
pub(crate) mod world;

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

use super::call::{Answer, Call, Content, Outcome, version_of};
use super::clock::http_date;
use super::error::{Failure, Stamp};
use super::odata::path::segments;
use super::odata::query::Query;
use super::{desk, route};
use exchange::{End, Fate, Incoming, Reply};
use fault::Fault;
use journal::Note;
use world::World;

const UNREADABLE_JSON: &str = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";

/// Serves one request.
pub(crate) fn serve(world: &mut World, incoming: &Incoming) -> Reply {
    let path = incoming.target.split('?').next().unwrap_or_default();
    let refused = visitor::refuse(incoming, world.open_to_others).filter(|_| path != control::HEALTH);
    if let Some(refused) = refused {
        return refused;
    }
    if let Some(reply) = page::reply(&incoming.method, path) {
        return reply;
    }
    if let Some(what) = path.strip_prefix(control::ROOT) {
        world.catch_up();
        let reply = control::serve(world, incoming, what);
        return saved(world, reply);
    }
    let template = match sign_in::template(path) {
        Some(template) => template.to_owned(),
        None => route::template(&incoming.method.to_ascii_uppercase(), path),
    };
    let fault = world.faults.meet(&incoming.method, path);
    let request_id = uuid::Uuid::new_v4().to_string();
    let made = world.journal.made.len();
    let mut fate = Fate {
        delay: fault.as_ref().map_or(0.0, |fault| fault.delay_seconds),
        without_effect: fault.as_ref().is_some_and(|fault| fault.without_effect),
        end: End::Answered,
    };
    let served = match &fault {
        Some(fault) if !fault.serves() => None,
        _ => {
            world.catch_up();
            let served = serve_call(world, incoming, &template, &request_id, &mut fate);
            Some(saved(world, served))
        }
    };
    let refused =
        fault.as_ref().filter(|fault| fault.status.is_some()).map(|fault| failed(world, incoming, fault, &request_id));
    match &fault {
        Some(fault) if fault.reset => fate.end = End::Reset,
        Some(fault) if fault.lose_answer && refused.is_none() => fate.end = End::Lost,
        _ => {}
    }
    let lost = served.is_some() && (refused.is_some() || fate.end == End::Lost);
    for object in world.journal.made.iter_mut().skip(made) {
        object.answered &= !lost && fate.end == End::Answered;
    }
    let reply = refused.or(served).unwrap_or_default();
    let status = if fate.end == End::Reset { 0 } else { reply.status };
    let method = incoming.method.to_ascii_uppercase();
    let note = Note {
        method: &method,
        path: &template,
        status,
        in_batch: false,
        lost,
        user_agent: incoming.user_agent.as_deref(),
        client_request_id: incoming.client_request_id.as_deref(),
    };
    world.journal.note(world.clock.now(), &note);
    let wait = Duration::from_secs_f64(real(world, fate.delay));
    Reply { wait, cut: fate.end != End::Answered, ..reply }
}

/// Emulated seconds as real ones.
fn real(world: &World, seconds: f64) -> f64 {
    let speed = world.clock.speed().max(1.0);
    if seconds.is_finite() { (seconds / speed).clamp(0.0, 3600.0) } else { 0.0 }
}

/// The answer of a fault, in the form of whoever was asked.
fn failed(world: &mut World, incoming: &Incoming, fault: &Fault, request_id: &str) -> Reply {
    let path = incoming.target.split('?').next().unwrap_or_default();
    if sign_in::template(path).is_some() {
        return sign_in::failed(world, fault, request_id);
    }
    let failure = fault.failure(path).unwrap_or_else(|| Failure::graph(503, "ServiceUnavailable", ""));
    reply(world, Err(failure), incoming, request_id)
}

/// The answer of the sign-in endpoint or of Graph.
fn serve_call(world: &mut World, incoming: &Incoming, template: &str, request_id: &str, fate: &mut Fate) -> Reply {
    match exports::serve(world, incoming).or_else(|| sign_in::serve(world, incoming, request_id)) {
        Some(reply) => reply,
        None => {
            let outcome = graph(world, incoming, fate);
            world.journal.note_made(template, &outcome, true);
            reply(world, outcome, incoming, request_id)
        }
    }
}

fn graph(world: &mut World, incoming: &Incoming, fate: &mut Fate) -> Outcome {
    let path = incoming.target.split('?').next().unwrap_or_default();
    let method = incoming.method.to_ascii_uppercase();
    let version = version_of(path)?;
    let caller = token::caller(incoming.authorization.as_deref())?;
    if incoming.too_large {
        return Err(Failure::too_large());
    }
    let body = body_of(&method, incoming, world.settings.gzip_bodies_refused)?;
    let query = Query::parse(incoming.target.split_once('?').map_or("", |(_, query)| query));
    let call = Call {
        method,
        version,
        path: path.to_owned(),
        ids: Vec::new(),
        query,
        body,
        root: format!("{}://{}", incoming.scheme, incoming.host),
        now: world.clock.now(),
        caller,
        eventual: incoming.eventual,
        accept: incoming.accept.clone(),
        prefer: incoming.prefer.clone(),
        approval: incoming.approval.clone(),
        without_effect: fate.without_effect,
    };
    if is_batch(path) {
        return batch::serve(world, &call, fate);
    }
    desk::dispatch(world.desk(), call)
}

fn is_batch(path: &str) -> bool {
    segments(path).get(1).is_some_and(|segment| segment == "$batch")
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

fn body_of(method: &str, incoming: &Incoming, gzip_refused: bool) -> Result<Option<Value>, Failure> {
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
    let packed = |encoding: &&str| !encoding.trim().eq_ignore_ascii_case("identity");
    let body = match incoming.encoding.as_deref().filter(packed) {
        Some(encoding) => Cow::Owned(encoding::unpack(&incoming.body, encoding, gzip_refused)?),
        None => Cow::Borrowed(&incoming.body),
    };
    serde_json::from_slice(&body).map(Some).map_err(|_| Failure::unreadable(UNREADABLE_JSON))
}
