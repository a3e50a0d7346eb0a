//! Sign-ins of people: a device code that somebody approves, and refresh tokens after it.
//!
//! Facts: "OAuth 2.0 device authorization grant", "Refresh tokens in the Microsoft identity platform": each use gives another
//! one, and those of before are not revoked.

use serde_json::{Value, json};

use super::client::{application, authenticate, missing};
use super::seal;
use super::seal::{Purpose, Refusal};
use crate::emulator::clock::real_seconds;
use crate::emulator::gate::tenants::administrator;
use crate::emulator::gate::world::World;
use crate::emulator::odata::query::Query;
use crate::emulator::tenant::application::{Application, Decision, SignIn};
use crate::emulator::tenant::directory::User;

/// The grant of a device code.
pub(super) const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// How long a device code can be redeemed, in real seconds.
const CODE_SECONDS: i64 = 900;
/// How long a refresh token is good for, in real seconds: 90 days.
const REFRESH_SECONDS: i64 = 90 * 24 * 60 * 60;
/// Scopes that are no permissions of Graph's.
pub(super) const OPEN_ID: [&str; 4] = ["openid", "profile", "email", "offline_access"];
/// Permissions that exist for applications only (Graph's permission reference).
const APPLICATIONS_ONLY: [&str; 1] = ["Group.Create"];

/// `POST /{tenant}/oauth2/v2.0/devicecode`.
pub(super) fn begin(world: &mut World, root: &str, tenant: &str, form: &Query) -> Result<Value, Refusal> {
    let app = application(world, tenant, form)?;
    let scope = form.get("scope").ok_or_else(|| missing("scope"))?;
    Scopes::read(&app, scope)?;
    if !app.public {
        let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
        return Err(Refusal(401, "invalid_client", 7_000_218, text.into()));
    }
    let device_code = uuid::Uuid::new_v4().simple().to_string();
    let user_code = uuid::Uuid::new_v4().simple().to_string().to_uppercase();
    let user_code = user_code.get(..9).unwrap_or_default().to_owned();
    let interval = world.clock.real_wait(5);
    let at_once = world.settings.sign_ins_approved;
    if let Some(tenant) = world.tenants.get_mut(tenant) {
        let decision = match administrator(tenant).filter(|_| at_once) {
            Some(user) => Decision::Approved(user.id.clone()),
            None => Decision::Pending,
        };
        let sign_in = SignIn {
            user_code: user_code.clone(),
            client_id: app.client_id,
            scope: scope.to_owned(),
            expires: real_seconds() + CODE_SECONDS,
            decision,
        };
        tenant.sign_ins.put(&device_code, sign_in);
    }
    let page = format!("{root}/");
    let message = format!(
        "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
    );
    Ok(json!({
        "user_code": user_code,
        "device_code": device_code,
        "verification_uri": page,
        "expires_in": CODE_SECONDS,
        "interval": interval,
        "message": message,
    }))
}

/// The token endpoint, asked with a device code.
pub(super) fn redeem(world: &mut World, root: &str, tenant: &str, form: &Query) -> Result<Value, Refusal> {
    let app = application(world, tenant, form)?;
    let code = form.get("device_code").or(form.get("code")).ok_or_else(|| missing("device_code"))?;
    let found = world.tenants.get(tenant).and_then(|tenant| tenant.sign_ins.get(code)).cloned();
    let unknown = || {
        let text = "The verification code that was entered is not valid.";
        Refusal(400, "bad_verification_code", 70018, text.into())
    };
    let sign_in = found.filter(|sign_in| sign_in.client_id == app.client_id).ok_or_else(unknown)?;
    if sign_in.expires <= real_seconds() {
        return Err(Refusal(400, "expired_token", 70019, "The verification code has expired.".into()));
    }
    let user = match sign_in.decision {
        Decision::Approved(_) if world.settings.device_codes_blocked => {
            let text = "Access has been blocked by security defaults. The request is deemed unsafe by security defaults \
                        policies.";
            return Err(Refusal(400, "invalid_grant", 530_035, text.into()));
        }
        Decision::Approved(user) => user,
        Decision::Pending => {
            let text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling.";
            return Err(Refusal(400, "authorization_pending", 70016, text.into()));
        }
        Decision::Declined => {
            let text = "User declined to consent to access the app.";
            return Err(Refusal(400, "authorization_declined", 65004, text.into()));
        }
        Decision::Redeemed => {
            let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code.";
            return Err(Refusal(400, "invalid_grant", 54005, text.into()));
        }
    };
    let scopes = Scopes::read(&app, &sign_in.scope)?;
    let session = Session { tenant, app: &app, user: &user, nonce: None };
    let granted = tokens(world, root, &session, &scopes)?;
    if let Some(sign_in) = world.tenants.get_mut(tenant).and_then(|tenant| tenant.sign_ins.edit(code)) {
        sign_in.decision = Decision::Redeemed;
    }
    Ok(granted)
}

/// A sign-in of the tenant's administrator by a public application, as if it had just been approved.
pub(super) fn administrator_signs_in(world: &World, root: &str, tenant: &str, client_id: &str) -> Option<Value> {
    let app = world.application(tenant, client_id).filter(|app| app.public)?;
    let user = administrator(world.tenants.get(tenant)?)?;
    let scopes = Scopes::read(app, "https://graph.microsoft.com/.default offline_access openid profile").ok()?;
    tokens(world, root, &Session { tenant, app, user: &user.id, nonce: None }, &scopes).ok()
}

/// The token endpoint, asked with a refresh token.
pub(super) fn refresh(world: &World, root: &str, tenant: &str, form: &Query) -> Result<Value, Refusal> {
    let app = application(world, tenant, form)?;
    if !app.public {
        authenticate(world, &app, tenant, form)?;
    }
    let token = form.get("refresh_token").ok_or_else(|| missing("refresh_token"))?;
    let claims = seal::open(Purpose::Refresh, token).map_err(|_| {
        let text = "The provided authorization code or refresh token is malformed or invalid.";
        Refusal(400, "invalid_grant", 9_002_313, text.into())
    })?;
    let text = |name: &str| claims[name].as_str().unwrap_or_default();
    if text("tid") != tenant || text("appid") != app.client_id {
        let text = "The provided grant was issued to another client or tenant.";
        return Err(Refusal(400, "invalid_grant", 70000, text.into()));
    }
    if claims["exp"].as_i64().unwrap_or(0) <= real_seconds() {
        let text = "The refresh token has expired due to inactivity.";
        return Err(Refusal(400, "invalid_grant", 700_082, text.into()));
    }
    let sessions = world.tenants.get(tenant).and_then(|tenant| tenant.users.get(text("oid"))).map(|user| user.sessions);
    if sessions.is_some_and(|sessions| claims["sessions"] != sessions) {
        let text = "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have \
                    changed or reset their password.";
        return Err(Refusal(400, "invalid_grant", 50173, text.into()));
    }
    // A refresh gives again what the sign-in gave, or less when it asks for less.
    let mut scopes = Scopes::read(&app, form.get("scope").unwrap_or(text("scope")))?;
    scopes.offline = true;
    tokens(world, root, &Session { tenant, app: &app, user: text("oid"), nonce: None }, &scopes)
}

/// What was asked for.
pub(super) struct Scopes {
    resource: String,
    permissions: Vec<String>,
    openid: bool,
    offline: bool,
}

impl Scopes {
    pub(super) fn read(app: &Application, text: &str) -> Result<Scopes, Refusal> {
        let mut scopes = Scopes {
            resource: "https://graph.microsoft.com".into(),
            permissions: Vec::new(),
            openid: false,
            offline: false,
        };
        for word in text.split_whitespace() {
            let (resource, name) = word.rsplit_once('/').unwrap_or(("", word));
            if !resource.is_empty() {
                scopes.resource = resource.to_owned();
            }
            match name {
                "openid" => scopes.openid = true,
                "offline_access" => scopes.offline = true,
                name if OPEN_ID.contains(&name) => {}
                ".default" => scopes.permissions.clone_from(&app.delegated),
                name if APPLICATIONS_ONLY.contains(&name) => {
                    let text = format!(
                        "The application '{}' asked for scope '{name}' that doesn't exist on the resource \
                         '00000003-0000-0000-c000-000000000000'. Contact the app vendor.",
                        app.name
                    );
                    return Err(Refusal(400, "invalid_client", 650_053, text));
                }
                name if app.delegated.iter().any(|each| each == name) => scopes.permissions.push(name.to_owned()),
                _ => {
                    let text = format!(
                        "The user or administrator has not consented to use the application with ID '{}' named '{}'. \
                         Send an interactive authorization request for this user and resource.",
                        app.client_id, app.name
                    );
                    return Err(Refusal(400, "invalid_grant", 65001, text));
                }
            }
        }
        scopes.permissions.retain(|each| !APPLICATIONS_ONLY.contains(&each.as_str()));
        Ok(scopes)
    }
}

/// Whom tokens are for.
pub(super) struct Session<'a> {
    pub(super) tenant: &'a str,
    pub(super) app: &'a Application,
    /// The user's object id.
    pub(super) user: &'a str,
    /// What the program wants to find in the id token.
    pub(super) nonce: Option<&'a str>,
}

pub(super) fn tokens(world: &World, root: &str, session: &Session<'_>, scopes: &Scopes) -> Result<Value, Refusal> {
    let Session { tenant, app, user, nonce } = *session;
    let user: &User = world.tenants.get(tenant).and_then(|tenant| tenant.users.get(user)).ok_or_else(|| {
        let text = format!("The user account {user} does not exist in the tenant '{tenant}'.");
        Refusal(400, "invalid_grant", 50034, text)
    })?;
    let (now, seconds) = (real_seconds(), world.settings.token_seconds);
    let permissions = scopes.permissions.join(" ");
    let access = json!({
        "aud": scopes.resource,
        "iss": format!("https://sts.windows.net/{tenant}/"),
        "iat": now,
        "nbf": now,
        "exp": now + seconds,
        "app_displayname": app.name,
        "appid": app.client_id,
        "idtyp": "user",
        "name": user.display_name,
        "oid": user.id,
        "scp": permissions,
        "tid": tenant,
        "upn": user.upn,
        "ver": "1.0",
    });
    let shown: Vec<String> = scopes.permissions.iter().map(|name| format!("{}/{name}", scopes.resource)).collect();
    let mut body = json!({
        "token_type": "Bearer",
        "scope": shown.join(" "),
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": seal::close(Purpose::Access, &access),
        "client_info": seal::encode(json!({"uid": user.id, "utid": tenant}).to_string().as_bytes()),
    });
    if scopes.offline {
        let refresh = json!({
            "tid": tenant,
            "appid": app.client_id,
            "oid": user.id,
            "scope": shown.join(" "),
            "sessions": user.sessions,
            "jti": uuid::Uuid::new_v4().to_string(),
            "exp": now + REFRESH_SECONDS,
        });
        body["refresh_token"] = seal::close(Purpose::Refresh, &refresh).into();
    }
    if scopes.openid {
        let mut identity = json!({
            "aud": app.client_id,
            "iss": format!("{root}/{tenant}/v2.0"),
            "iat": now,
            "nbf": now,
            "exp": now + seconds,
            "name": user.display_name,
            "oid": user.id,
            "preferred_username": user.upn,
            "sub": user.id,
            "tid": tenant,
            "ver": "2.0",
        });
        if let Some(nonce) = nonce {
            identity["nonce"] = nonce.into();
        }
        body["id_token"] = seal::close(Purpose::Identity, &identity).into();
    }
    Ok(body)
}

/// The sign-ins that nobody has decided on.
pub(crate) fn waiting(world: &World) -> Vec<Value> {
    let now = real_seconds();
    let of_tenant = |tenant: &crate::emulator::tenant::Tenant| -> Vec<Value> {
        let open = |each: &&SignIn| each.decision == Decision::Pending && each.expires > now;
        let shown = |each: &SignIn| json!({"tenant": tenant.id, "user_code": each.user_code, "client_id": each.client_id, "scope": each.scope});
        tenant.sign_ins.values().filter(open).map(shown).collect()
    };
    world.tenants.values().flat_map(of_tenant).collect()
}

/// Ends the sessions of a user: the refresh tokens of before are good for nothing.
pub(crate) fn revoke(world: &mut World, user: &str) -> Result<(), String> {
    for tenant in world.tenants.values_mut() {
        let Some(id) = tenant.user(user).map(|user| user.id.clone()) else { continue };
        if let Some(user) = tenant.users.edit(&id) {
            user.sessions += 1;
        }
        return Ok(());
    }
    Err(format!("no user '{user}'"))
}

/// A user approves a sign-in, the administrator if nobody is named, or declines it.
pub(crate) fn decide(world: &mut World, user_code: &str, user: Option<&str>, decline: bool) -> Result<(), String> {
    for tenant in world.tenants.values_mut() {
        let found = tenant.sign_ins.iter().find(|(_, each)| each.user_code.eq_ignore_ascii_case(user_code));
        let Some((code, sign_in)) = found else { continue };
        if sign_in.decision != Decision::Pending || sign_in.expires <= real_seconds() {
            return Err(format!("code {user_code} does not wait for anybody"));
        }
        let code = code.to_owned();
        let found = match user {
            Some(user) => tenant.user(user),
            None => administrator(tenant),
        };
        let user =
            found.map(|user| user.id.clone()).ok_or_else(|| format!("no user '{}'", user.unwrap_or_default()))?;
        if let Some(sign_in) = tenant.sign_ins.edit(&code) {
            sign_in.decision = if decline { Decision::Declined } else { Decision::Approved(user) };
        }
        return Ok(());
    }
    Err(format!("no sign-in has the code {user_code}"))
}
