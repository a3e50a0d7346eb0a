//! The sign-in endpoint: what an application or an administrator shows, and the token it gets for that.
//!
//! - Applications: a secret, an assertion signed with a registered certificate, or another issuer's token that was
//!   registered ([`assertion`]).
//! - Administrators: a page in the browser ([`authorization`]) or a device code, then refresh tokens ([`delegated`]).
//!
//! Answers and `AADSTS` numbers as the identity platform gives them ("Microsoft Entra authentication and
//! authorization error codes"; "OAuth 2.0 client credentials flow"; "OAuth 2.0 device authorization grant").

mod assertion;
mod authorization;
mod authorization_page;
mod client;
mod delegated;
mod seal;

use serde_json::{Value, json};

use super::exchange::Reply;
use super::world::World;
use crate::emulator::call::Caller;
use crate::emulator::clock::{entra_date, real_seconds};
use crate::emulator::error::Failure;
use crate::emulator::odata::query::Query;

pub(crate) use assertion::certificate;
use client::{ANY_TENANT, application, authenticate, missing, tenant_of};
pub(crate) use delegated::{decide, revoke, waiting};
use seal::{Purpose, Refusal};

/// `POST /{tenant}/oauth2/v2.0/token`: status and body.
pub(crate) fn issue(world: &mut World, root: &str, tenant: &str, form: &str) -> (u16, Value) {
    let form = Query::parse(form);
    let granted = tenant_of(world, tenant, &form).and_then(|tenant| grant(world, root, &tenant, &form));
    answer(world, granted)
}

/// What the endpoint answers when the tenant's administrator has signed in by this public application; none where nobody can.
pub(crate) fn administrator_signs_in(world: &World, root: &str, tenant: &str, client_id: &str) -> Option<Value> {
    delegated::administrator_signs_in(world, root, tenant, client_id)
}

/// `POST /{tenant}/oauth2/v2.0/devicecode`: status and body.
pub(crate) fn begin(world: &mut World, root: &str, tenant: &str, form: &str) -> (u16, Value) {
    let form = Query::parse(form);
    let begun = tenant_of(world, tenant, &form).and_then(|tenant| delegated::begin(world, root, &tenant, &form));
    answer(world, begun)
}

fn answer(world: &World, outcome: Result<Value, Refusal>) -> (u16, Value) {
    match outcome {
        Ok(body) => (200, body),
        Err(refusal) => {
            let error = refusal.1;
            told(world, &refusal, error)
        }
    }
}

fn told(world: &World, refusal: &Refusal, error: &str) -> (u16, Value) {
    let Refusal(status, _, number, _) = refusal;
    let description = refusal.description(world.clock.now());
    let part = |name: &str| description.split(name).nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let body = json!({
        "error": error,
        "error_description": description,
        "error_codes": [number],
        "timestamp": entra_date(world.clock.now()).replace('T', " "),
        "trace_id": part("Trace ID: "),
        "correlation_id": part("Correlation ID: "),
        "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
    });
    (*status, body)
}

/// What the endpoint says when it fails: with this status, and the words for it unless others are given. A message may begin
/// with its number, as in `AADSTS50078: ...`.
pub(crate) fn failed(world: &World, status: u16, error: Option<&str>, message: Option<&str>) -> (u16, Value) {
    let (word, number, text) = match status {
        401 => ("invalid_client", 7_000_215, "Invalid client secret provided."),
        429 => ("temporarily_unavailable", 90055, "There are too many incoming requests."),
        400..=499 => ("invalid_request", 900_000, "The request is malformed or invalid."),
        500 => ("server_error", 50000, "There's an issue with the sign-in service."),
        _ => ("temporarily_unavailable", 90033, "A transient error has occurred. Please try again."),
    };
    let numbered = message.and_then(|message| message.strip_prefix("AADSTS")?.split_once(": "));
    let numbered = numbered.and_then(|(number, text)| Some((number.parse().ok()?, text)));
    let (number, text) = numbered.unwrap_or((number, message.unwrap_or(text)));
    told(world, &Refusal(status, word, number, text.into()), error.unwrap_or(word))
}

/// A path of the endpoint, asked in a way that it does not know.
pub(crate) fn wrong_method(world: &World, method: &str) -> (u16, Value) {
    let text = format!("The endpoint does not take {method} requests.");
    answer(world, Err(Refusal(405, "invalid_request", 900_561, text)))
}

/// `GET` and `POST /{tenant}/oauth2/v2.0/authorize`; `sent` is the page's form.
pub(crate) fn authorize(world: &mut World, tenant: &str, form: &Query, sent: bool) -> Reply {
    authorization::authorize(world, tenant, form, sent)
}

fn grant(world: &mut World, root: &str, tenant: &str, form: &Query) -> Result<Value, Refusal> {
    let grant_type = form.get("grant_type").ok_or_else(|| missing("grant_type"))?;
    match grant_type {
        "client_credentials" => client_credentials(world, tenant, form),
        "authorization_code" => authorization::redeem(world, root, tenant, form),
        delegated::DEVICE_CODE => delegated::redeem(world, root, tenant, form),
        "refresh_token" => delegated::refresh(world, root, tenant, form),
        _ => {
            let text = format!("The app requested an unsupported grant type '{grant_type}'.");
            Err(Refusal(400, "unsupported_grant_type", 70003, text))
        }
    }
}

fn client_credentials(world: &World, tenant: &str, form: &Query) -> Result<Value, Refusal> {
    let app = application(world, tenant, form)?;
    authenticate(world, &app, tenant, form)?;
    let scope = form.get("scope").ok_or_else(|| missing("scope"))?;
    // MSAL for Go names the scopes of a sign-in beside it, which mean nothing here.
    let mut named = scope.split_whitespace().filter(|word| !delegated::OPEN_ID.contains(word));
    let (Some(resource), None) = (named.next().and_then(|word| word.strip_suffix("/.default")), named.next()) else {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(Refusal(400, "invalid_scope", 1_002_012, text));
    };
    let (now, seconds) = (real_seconds(), world.settings.token_seconds);
    let token = seal::close(
        Purpose::Access,
        &json!({
            "aud": resource,
            "iss": format!("https://sts.windows.net/{tenant}/"),
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "app_displayname": app.name,
            "appid": app.client_id,
            "idtyp": "app",
            "oid": app.principal,
            "roles": app.roles,
            "tid": tenant,
            "ver": "1.0",
        }),
    );
    Ok(json!({"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}))
}

/// Who sent a request with this `Authorization` header.
pub(crate) fn caller(authorization: Option<&str>) -> Result<Caller, Failure> {
    let token = authorization
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| Failure::invalid_token("Access token is empty."))?;
    let claims = seal::open(Purpose::Access, token).map_err(|broken| match broken {
        seal::Broken::Form => Failure::invalid_token("IDX14100: JWT is not well formed, there are no dots (.)."),
        seal::Broken::Seal => Failure::invalid_token("Signing key is invalid."),
    })?;
    if claims["exp"].as_i64().unwrap_or(0) <= real_seconds() {
        return Err(Failure::invalid_token("Lifetime validation failed, the token is expired."));
    }
    let text = |name: &str| claims[name].as_str().unwrap_or_default().to_owned();
    let delegated = text("idtyp") == "user";
    let roles = if delegated {
        text("scp").split_whitespace().map(str::to_owned).collect()
    } else {
        claims["roles"].as_array().into_iter().flatten().filter_map(|role| role.as_str().map(str::to_owned)).collect()
    };
    Ok(Caller { tenant: text("tid"), app_id: text("appid"), principal: text("oid"), roles, delegated })
}

/// `GET /common/discovery/instance`.
pub(crate) fn instance_discovery(root: &str) -> Value {
    json!({
        "tenant_discovery_endpoint": format!("{root}/common/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{
            "preferred_network": "login.microsoftonline.com",
            "preferred_cache": "login.windows.net",
            "aliases": ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
        }],
    })
}

/// `GET /{tenant}/discovery/v2.0/keys`: the seal of tokens is not for others to check.
pub(crate) fn keys() -> Value {
    json!({"keys": []})
}

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`: status and body.
pub(crate) fn openid_configuration(world: &World, root: &str, tenant: &str) -> (u16, Value) {
    let id = if ANY_TENANT.contains(&tenant) {
        Ok("{tenantid}".to_owned())
    } else {
        tenant_of(world, tenant, &Query::default())
    };
    let found = id.map(|id| {
        json!({
            "token_endpoint": format!("{root}/{tenant}/oauth2/v2.0/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "authorization_endpoint": format!("{root}/{tenant}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{root}/{tenant}/oauth2/v2.0/devicecode"),
            "end_session_endpoint": format!("{root}/{tenant}/oauth2/v2.0/logout"),
            "jwks_uri": format!("{root}/{tenant}/discovery/v2.0/keys"),
            "response_modes_supported": authorization::MODES,
            "code_challenge_methods_supported": ["S256"],
            "issuer": format!("{root}/{id}/v2.0"),
            "response_types_supported": ["code"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "subject_types_supported": ["pairwise"],
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
            "msgraph_host": root.split("://").nth(1).unwrap_or(root),
        })
    });
    answer(world, found)
}
