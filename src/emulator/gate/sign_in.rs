//! The paths of the sign-in endpoint.

use serde_json::Value;

use super::exchange::{Incoming, Reply};
use super::fault::Fault;
use super::token;
use super::world::World;
use crate::emulator::clock::http_date;
use crate::emulator::odata::path::segments;
use crate::emulator::odata::query::Query;

/// What the sign-in endpoint does, of a tenant where that says which.
enum Place {
    Authorize(String),
    Token(String),
    DeviceCode(String),
    Instances,
    OpenId(String),
    Keys,
}

fn place(path: &str) -> Option<Place> {
    let segments = segments(path);
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        [tenant, "oauth2", "v2.0", "authorize"] => Some(Place::Authorize((*tenant).to_owned())),
        [tenant, "oauth2", "v2.0", "token"] => Some(Place::Token((*tenant).to_owned())),
        [tenant, "oauth2", "v2.0", "devicecode"] => Some(Place::DeviceCode((*tenant).to_owned())),
        ["common", "discovery", "instance"] => Some(Place::Instances),
        [tenant, "v2.0", ".well-known", "openid-configuration"] => Some(Place::OpenId((*tenant).to_owned())),
        [_, "discovery", "v2.0", "keys"] => Some(Place::Keys),
        _ => None,
    }
}

/// The path for the journal, if it is the sign-in endpoint's.
pub(super) fn template(path: &str) -> Option<&'static str> {
    Some(match place(path)? {
        Place::Authorize(_) => "/{tenant}/oauth2/v2.0/authorize",
        Place::Token(_) => "/{tenant}/oauth2/v2.0/token",
        Place::DeviceCode(_) => "/{tenant}/oauth2/v2.0/devicecode",
        Place::Instances => "/common/discovery/instance",
        Place::OpenId(_) => "/{tenant}/v2.0/.well-known/openid-configuration",
        Place::Keys => "/{tenant}/discovery/v2.0/keys",
    })
}

/// The answer, if the path is the sign-in endpoint's.
pub(super) fn serve(world: &mut World, incoming: &Incoming, request_id: &str) -> Option<Reply> {
    let (path, query) = incoming.target.split_once('?').unwrap_or((&incoming.target, ""));
    let place = place(path)?;
    let root = format!("{}://{}", incoming.scheme, incoming.host);
    let body = String::from_utf8_lossy(&incoming.body);
    let (status, body) = match (incoming.method.as_str(), place) {
        ("GET", Place::Authorize(tenant)) => {
            return Some(token::authorize(world, &tenant, &Query::parse(query), false));
        }
        ("POST", Place::Authorize(tenant)) => {
            return Some(token::authorize(world, &tenant, &Query::parse(&body), true));
        }
        ("POST", Place::Token(tenant)) => token::issue(world, &root, &tenant, &body),
        ("POST", Place::DeviceCode(tenant)) => token::begin(world, &root, &tenant, &body),
        ("GET", Place::Instances) => (200, token::instance_discovery(&root)),
        ("GET", Place::OpenId(tenant)) => token::openid_configuration(world, &root, &tenant),
        ("GET", Place::Keys) => (200, token::keys()),
        _ => token::wrong_method(world, &incoming.method),
    };
    Some(reply(world, status, &body, request_id))
}

/// The answer of a fault, in the form in which the sign-in endpoint fails.
pub(super) fn failed(world: &World, fault: &Fault, request_id: &str) -> Reply {
    let (status, body) =
        token::failed(world, fault.status.unwrap_or(503), fault.code.as_deref(), fault.message.as_deref());
    let mut reply = reply(world, status, &body, request_id);
    if let Some(seconds) = fault.retry_after_seconds {
        reply.headers.push(("retry-after", world.clock.real_wait(seconds).to_string()));
    }
    reply
}

fn reply(world: &World, status: u16, body: &Value, request_id: &str) -> Reply {
    let headers = vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("x-ms-request-id", request_id.to_owned()),
        ("date", http_date(world.clock.now())),
    ];
    Reply { status, headers, body: body.to_string().into_bytes(), ..Reply::default() }
}
