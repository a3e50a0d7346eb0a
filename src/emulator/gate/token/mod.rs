//! The sign-in endpoint: what an application or an administrator shows, and the token it gets for that.
//!
//! - Applications: a secret, an assertion signed with a registered certificate, or another issuer's token that was
//!   registered ([`assertion`]).
//! - Administrators: a device code, then refresh tokens ([`delegated`]).
//!
//! Answers and `AADSTS` numbers as the identity platform gives them ("Microsoft Entra authentication and
//! authorization error codes"; "OAuth 2.0 client credentials flow"; "OAuth 2.0 device authorization grant").

mod assertion;
mod client;
mod delegated;
mod seal;

use serde_json::{Value, json};

use super::world::World;
use crate::emulator::call::Caller;
use crate::emulator::clock::{entra_date, real_seconds};
use crate::emulator::error::Failure;
use crate::emulator::odata::query::Query;

pub(crate) use assertion::certificate;
use client::{application, authenticate, missing, tenant_of};
pub(crate) use delegated::{decide, waiting};
use seal::{Purpose, Refusal};

/// `POST /{tenant}/oauth2/v2.0/token`: status and body.
pub(crate) fn issue(world: &mut World, root: &str, tenant: &str, form: &str) -> (u16, Value) {
    let form = Query::parse(form);
    let granted = tenant_of(world, tenant).and_then(|tenant| grant(world, root, &tenant, &form));
    answer(world, granted)
}

/// `POST /{tenant}/oauth2/v2.0/devicecode`: status and body.
pub(crate) fn begin(world: &mut World, root: &str, tenant: &str, form: &str) -> (u16, Value) {
    let form = Query::parse(form);
    let begun = tenant_of(world, tenant).and_then(|tenant| delegated::begin(world, root, &tenant, &form));
    answer(world, begun)
}

fn answer(world: &World, outcome: Result<Value, Refusal>) -> (u16, Value) {
    let Refusal(status, error, number, text) = match outcome {
        Ok(body) => return (200, body),
        Err(refusal) => refusal,
    };
    let now = entra_date(world.clock.now()).replace('T', " ");
    let (trace, correlation) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let body = json!({
        "error": error,
        "error_description": format!(
            "AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {now}"
        ),
        "error_codes": [number],
        "timestamp": now,
        "trace_id": trace.to_string(),
        "correlation_id": correlation.to_string(),
        "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
    });
    (status, body)
}

fn grant(world: &mut World, root: &str, tenant: &str, form: &Query) -> Result<Value, Refusal> {
    let grant_type = form.get("grant_type").ok_or_else(|| missing("grant_type"))?;
    match grant_type {
        "client_credentials" => client_credentials(world, tenant, form),
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
    authenticate(&app, tenant, form)?;
    let scope = form.get("scope").ok_or_else(|| missing("scope"))?;
    let Some(resource) = scope.strip_suffix("/.default") else {
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

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`: status and body.
pub(crate) fn openid_configuration(world: &World, root: &str, tenant: &str) -> (u16, Value) {
    let id = match tenant {
        "common" | "organizations" => Ok(tenant.to_owned()),
        _ => tenant_of(world, tenant),
    };
    let found = id.map(|id| {
        json!({
            "token_endpoint": format!("{root}/{tenant}/oauth2/v2.0/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "authorization_endpoint": format!("{root}/{tenant}/oauth2/v2.0/authorize"),
            "device_authorization_endpoint": format!("{root}/{tenant}/oauth2/v2.0/devicecode"),
            "issuer": format!("{root}/{id}/v2.0"),
            "response_types_supported": ["code", "id_token", "token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "subject_types_supported": ["pairwise"],
            "tenant_region_scope": "EU",
            "cloud_instance_name": "microsoftonline.com",
            "msgraph_host": root.split("://").nth(1).unwrap_or(root),
        })
    });
    answer(world, found)
}
