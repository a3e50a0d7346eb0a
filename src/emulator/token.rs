//! The sign-in endpoint: client credentials with a secret, instance discovery, OpenID configuration.
//!
//! Answers and `AADSTS` numbers as the identity platform gives them ("Microsoft Entra authentication and
//! authorization error codes"). A token looks like a JWT and is sealed with a constant key: this is an emulator on
//! loopback with published credentials, so the seal only finds malformed tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::call::Caller;
use super::clock::{entra_date, real_seconds};
use super::error::Failure;
use super::odata::query::Query;
use super::world::World;

const SEAL: &[u8] = b"the emulator's seal, not a secret";

/// An OAuth error: status, `error`, number, text.
struct Refusal(u16, &'static str, u32, String);

/// `POST /{tenant}/oauth2/v2.0/token`: status and body.
pub(crate) fn issue(world: &World, tenant: &str, form: &str) -> (u16, Value) {
    match grant(world, tenant, &Query::parse(form)) {
        Ok(token) => {
            let seconds = world.settings.token_seconds;
            let body = json!({"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token});
            (200, body)
        }
        Err(Refusal(status, error, number, text)) => {
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
    }
}

fn grant(world: &World, tenant: &str, form: &Query) -> Result<String, Refusal> {
    let missing = |name: &str| {
        Refusal(
            400,
            "invalid_request",
            900144,
            format!("The request body must contain the following parameter: '{name}'."),
        )
    };
    let tenant_id = world.tenant_named(tenant).ok_or_else(|| {
        if uuid::Uuid::try_parse(tenant).is_err() && !tenant.contains('.') {
            let text = format!(
                "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."
            );
            return Refusal(400, "invalid_request", 900_023, text);
        }
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud."
        );
        Refusal(400, "invalid_request", 90002, text)
    })?;
    let grant_type = form.get("grant_type").ok_or_else(|| missing("grant_type"))?;
    if grant_type != "client_credentials" {
        let text = format!("The app requested an unsupported grant type '{grant_type}'.");
        return Err(Refusal(400, "unsupported_grant_type", 70003, text));
    }
    let client = form.get("client_id").ok_or_else(|| missing("client_id"))?;
    let app = world.application(&tenant_id, client).ok_or_else(|| {
        let text = format!("Application with identifier '{client}' was not found in the directory '{tenant_id}'.");
        Refusal(400, "unauthorized_client", 700_016, text)
    })?;
    match form.get("client_secret") {
        None => {
            let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
            return Err(Refusal(401, "invalid_client", 7_000_218, text.into()));
        }
        Some(secret) if secret != app.secret => {
            let text = format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
                 not the client secret ID, for a secret added to app '{client}'."
            );
            return Err(Refusal(401, "invalid_client", 7_000_215, text));
        }
        Some(_) => {}
    }
    let scope = form.get("scope").ok_or_else(|| missing("scope"))?;
    if !scope.ends_with("/.default") {
        let text = format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        );
        return Err(Refusal(400, "invalid_scope", 1_002_012, text));
    }
    let now = real_seconds();
    Ok(seal(&json!({
        "aud": scope.trim_end_matches("/.default"),
        "iss": format!("https://sts.windows.net/{tenant_id}/"),
        "iat": now,
        "nbf": now,
        "exp": now + world.settings.token_seconds,
        "app_displayname": app.name,
        "appid": app.client_id,
        "idtyp": "app",
        "oid": app.principal,
        "roles": app.roles,
        "tid": tenant_id,
        "ver": "1.0",
    })))
}

fn seal(claims: &Value) -> String {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let signed = format!("{}.{}", encode(br#"{"typ":"JWT","alg":"HS256"}"#), encode(claims.to_string().as_bytes()));
    let seal = encode(&digest(&signed));
    format!("{signed}.{seal}")
}

fn digest(signed: &str) -> Vec<u8> {
    Sha256::new().chain_update(SEAL).chain_update(signed).finalize().to_vec()
}

/// Who sent a request with this `Authorization` header.
pub(crate) fn caller(authorization: Option<&str>) -> Result<Caller, Failure> {
    let token = authorization
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .filter(|token| !token.is_empty())
        .ok_or_else(|| Failure::invalid_token("Access token is empty."))?;
    let malformed = || Failure::invalid_token("IDX14100: JWT is not well formed, there are no dots (.).");
    let (signed, seal) = token.rsplit_once('.').ok_or_else(malformed)?;
    let (_, claims) = signed.split_once('.').ok_or_else(malformed)?;
    if URL_SAFE_NO_PAD.decode(seal).ok().as_deref() != Some(&*digest(signed)) {
        return Err(Failure::invalid_token("Signing key is invalid."));
    }
    let claims = URL_SAFE_NO_PAD.decode(claims).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let claims = claims.ok_or_else(malformed)?;
    let text = |name: &str| claims[name].as_str().unwrap_or_default().to_owned();
    if claims["exp"].as_i64().unwrap_or(0) <= real_seconds() {
        return Err(Failure::invalid_token("Lifetime validation failed, the token is expired."));
    }
    let delegated = claims["idtyp"] == "user";
    let roles = claims["roles"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let scopes = claims["scp"].as_str().unwrap_or_default().split_whitespace().map(str::to_owned);
    Ok(Caller {
        tenant: text("tid"),
        app_id: text("appid"),
        principal: text("oid"),
        roles: if delegated { scopes.collect() } else { roles.collect() },
        delegated,
    })
}

/// `GET /common/discovery/instance`.
pub(crate) fn instance_discovery(root: &str) -> Value {
    json!({
        "tenant_discovery_endpoint": format!("{root}/common/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{
            "preferred_network": "login.microsoftonline.com",
            "preferred_cache": "login.windows.net",
            "aliases": ["login.microsoftonline.com", "login.windows.net"],
        }],
    })
}

/// `GET /{tenant}/v2.0/.well-known/openid-configuration`.
pub(crate) fn openid_configuration(root: &str, tenant: &str) -> Value {
    json!({
        "token_endpoint": format!("{root}/{tenant}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "authorization_endpoint": format!("{root}/{tenant}/oauth2/v2.0/authorize"),
        "device_authorization_endpoint": format!("{root}/{tenant}/oauth2/v2.0/devicecode"),
        "issuer": format!("{root}/{tenant}/v2.0"),
        "response_types_supported": ["token"],
        "scopes_supported": ["openid"],
        "tenant_region_scope": "EU",
        "cloud_instance_name": "microsoftonline.com",
        "msgraph_host": root.split("://").nth(1).unwrap_or(root),
    })
}
