//! The authorization code flow with PKCE: a page on which a user signs in, a code on the way back to the program that
//! asked, and the tokens that the program gets for it.
//!
//! Facts: "Microsoft identity platform and OAuth 2.0 authorization code flow", RFC 7636, RFC 8252 (loopback redirects,
//! on any port). An application or a redirect that is not known is told on the page; everything else goes back to the
//! program. The emulator insists on S256, which Microsoft recommends for every application.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::authorization_page;
use super::client::{application, authenticate, missing, tenant_of};
use super::delegated::{Scopes, Session, tokens};
use super::seal::{Refusal, encode};
use crate::emulator::clock::real_seconds;
use crate::emulator::gate::exchange::Reply;
use crate::emulator::gate::tenants::administrator;
use crate::emulator::gate::world::World;
use crate::emulator::odata::query::Query;
use crate::emulator::tenant::application::{Application, AuthorizationCode};

/// How long a code can be redeemed, in real seconds.
const CODE_SECONDS: i64 = 600;

/// How the answer goes back: in the redirect's query or fragment, or as a form that the browser sends.
const QUERY: &str = "query";
const FRAGMENT: &str = "fragment";
const FORM_POST: &str = "form_post";
pub(super) const MODES: [&str; 3] = [QUERY, FRAGMENT, FORM_POST];

/// What the page's form says besides what it was asked with: who signs in,
const USER: &str = "emulator_user";
/// and that nobody does.
const CANCEL: &str = "emulator_cancel";

/// `GET /{tenant}/oauth2/v2.0/authorize` shows the page, or signs in at once where sign-ins are approved. `POST` is what
/// the page sends.
pub(super) fn authorize(world: &mut World, tenant: &str, form: &Query, sent: bool) -> Reply {
    let asked = match known(world, tenant, form) {
        Ok(asked) => asked,
        Err(refusal) => return authorization_page::refused(&refusal, world.clock.now()),
    };
    let outcome = check(&asked.app, form).and_then(|()| {
        if form.get(CANCEL).is_some() {
            let text = "User declined to consent to access the app.";
            return Err(Refusal(400, "access_denied", 65004, text.into()));
        }
        let hint = form.get(if sent { USER } else { "login_hint" });
        Ok((sent || world.settings.sign_ins_approved).then_some(hint.unwrap_or_default()))
    });
    let user = match outcome {
        Ok(Some(user)) => user,
        Ok(None) => return authorization_page::ask(world, &asked.tenant, &asked.app.name, form, [USER, CANCEL]),
        Err(refusal) => return back(world, &asked, form, Err(&refusal)),
    };
    match code(world, &asked, form, user, sent) {
        Ok(code) => back(world, &asked, form, Ok(&code)),
        Err(refusal) => authorization_page::refused(&refusal, world.clock.now()),
    }
}

/// Who asks, and where the answer goes.
struct Asked {
    tenant: String,
    app: Application,
    redirect: String,
}

fn known(world: &World, tenant: &str, form: &Query) -> Result<Asked, Refusal> {
    let tenant = tenant_of(world, tenant, form)?;
    let app = application(world, &tenant, form)?;
    let redirect = form.get("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    if !is_loopback(redirect) {
        let text = format!(
            "The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured for the \
             application '{}'. Make sure the redirect URI sent in the request matches one added to your application in \
             the Azure portal.",
            app.client_id
        );
        return Err(Refusal(400, "invalid_request", 50011, text));
    }
    Ok(Asked { tenant, app, redirect: redirect.to_owned() })
}

/// `http://localhost` with any port and path, as every native application here has it registered.
fn is_loopback(redirect: &str) -> bool {
    let parsed = redirect.parse::<axum::http::Uri>().ok().filter(|_| !redirect.contains(['#', '?', '@']));
    parsed.is_some_and(|uri| {
        uri.scheme_str() == Some("http")
            && uri.host().is_some_and(|host| ["localhost", "127.0.0.1", "[::1]"].contains(&host))
    })
}

fn check(app: &Application, form: &Query) -> Result<(), Refusal> {
    let response_type = form.get("response_type").ok_or_else(|| missing("response_type"))?;
    if response_type != "code" {
        let text = format!("The response_type '{response_type}' is not enabled for the application.");
        return Err(Refusal(400, "unsupported_response_type", 700_054, text));
    }
    if let Some(mode) = form.get("response_mode").filter(|mode| !MODES.contains(mode)) {
        let text = format!("'{mode}' is not a supported value for 'response_mode' when requesting a token.");
        return Err(Refusal(400, "invalid_request", 70007, text));
    }
    Scopes::read(app, form.get("scope").ok_or_else(|| missing("scope"))?)?;
    if form.get("code_challenge").is_none_or(str::is_empty) || form.get("code_challenge_method") != Some("S256") {
        let text = "Proof Key for Code Exchange with the method S256 is required for authorization code redemption.";
        return Err(Refusal(400, "invalid_request", 9_002_325, text.into()));
    }
    Ok(())
}

/// A code for the user of this id or address. A hint that names nobody is the administrator's.
fn code(world: &mut World, asked: &Asked, form: &Query, user: &str, sent: bool) -> Result<String, Refusal> {
    let unknown = || {
        let text = format!("The user account {user} does not exist in the tenant '{}'.", asked.tenant);
        Refusal(400, "access_denied", 50034, text)
    };
    let tenant = world.tenants.get_mut(&asked.tenant).ok_or_else(unknown)?;
    let found = tenant.user(user).or_else(|| administrator(tenant).filter(|_| !sent)).ok_or_else(unknown)?;
    let owned = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let row = AuthorizationCode {
        client_id: asked.app.client_id.clone(),
        user: found.id.clone(),
        scope: owned("scope"),
        redirect: asked.redirect.clone(),
        challenge: owned("code_challenge"),
        nonce: form.get("nonce").map(str::to_owned),
        expires: real_seconds() + CODE_SECONDS,
        redeemed: false,
    };
    let over: Vec<_> = tenant.codes.iter().filter(|(_, each)| each.expires <= real_seconds()).collect();
    let over: Vec<String> = over.into_iter().map(|(code, _)| code.to_owned()).collect();
    for code in over {
        tenant.codes.take(&code);
    }
    let code = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    tenant.codes.put(&code, row);
    Ok(code)
}

/// Leads the browser back to the program, with a code or with what went wrong.
fn back(world: &World, asked: &Asked, form: &Query, outcome: Result<&str, &Refusal>) -> Reply {
    let mut answer = match outcome {
        Ok(code) => vec![("code", code.to_owned())],
        Err(refusal) => {
            vec![("error", refusal.1.to_owned()), ("error_description", refusal.description(world.clock.now()))]
        }
    };
    if let Some(state) = form.get("state") {
        answer.push(("state", state.to_owned()));
    }
    answer.push(("session_state", uuid::Uuid::new_v4().to_string()));
    let mode = form.get("response_mode").unwrap_or(QUERY);
    if mode == FORM_POST {
        return authorization_page::post(&asked.redirect, &answer);
    }
    let answer = form_urlencoded::Serializer::new(String::new()).extend_pairs(answer).finish();
    let location = format!("{}{}{answer}", asked.redirect, if mode == FRAGMENT { '#' } else { '?' });
    let headers = vec![("location", location), ("cache-control", "no-store".to_owned())];
    Reply { status: 302, headers, ..Reply::default() }
}

/// The token endpoint, asked with a code.
pub(super) fn redeem(world: &mut World, root: &str, tenant: &str, form: &Query) -> Result<Value, Refusal> {
    let app = application(world, tenant, form)?;
    if !app.public {
        authenticate(world, &app, tenant, form)?;
    }
    let code = form.get("code").ok_or_else(|| missing("code"))?;
    let invalid = |number, text: &str| Refusal(400, "invalid_grant", number, text.into());
    let found = world.tenants.get(tenant).and_then(|tenant| tenant.codes.get(code)).cloned();
    let row = found.ok_or_else(|| {
        invalid(9_002_313, "Invalid request. Request is malformed or invalid. The code is not one of this tenant.")
    })?;
    if row.client_id != app.client_id {
        return Err(invalid(70000, "The provided grant was issued to another client or tenant."));
    }
    if row.redeemed {
        let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing \
                    refresh token.";
        return Err(invalid(54005, text));
    }
    if row.expires <= real_seconds() {
        let text = "The provided authorization code or refresh token has expired due to inactivity. Send a new interactive \
                    authorization request for this user and resource.";
        return Err(invalid(70008, text));
    }
    let redirect = form.get("redirect_uri").ok_or_else(|| missing("redirect_uri"))?;
    if redirect != row.redirect {
        let text = format!(
            "The reply address '{redirect}' does not match the reply address '{}' provided when requesting Authorization \
             code.",
            row.redirect
        );
        return Err(Refusal(400, "invalid_client", 500_112, text));
    }
    let verifier = form.get("code_verifier").unwrap_or_default();
    if encode(&Sha256::digest(verifier)) != row.challenge {
        let text = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
        return Err(invalid(501_481, text));
    }
    let scopes = Scopes::read(&app, &row.scope)?;
    let session = Session { tenant, app: &app, user: &row.user, nonce: row.nonce.as_deref() };
    let granted = tokens(world, root, &session, &scopes)?;
    if let Some(row) = world.tenants.get_mut(tenant).and_then(|tenant| tenant.codes.edit(code)) {
        row.redeemed = true;
    }
    Ok(granted)
}
