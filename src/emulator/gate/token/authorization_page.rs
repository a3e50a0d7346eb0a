//! The pages of a sign-in: the one that asks who it is, the one that tells what is wrong, and the one that a browser sends on to
//! the program. Plain HTML; only the last has a script, which sends its form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::seal::Refusal;
use crate::emulator::clock::Millis;
use crate::emulator::gate::exchange::Reply;
use crate::emulator::gate::tenants::administrator;
use crate::emulator::gate::world::World;
use crate::emulator::odata::query::Query;

/// Nothing from elsewhere, and no script but the one below. Where a form may lead is not said: the answer goes to the program's own
/// port.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// Sends the form to the program.
const SEND: &str = "document.forms[0].submit()";

const STYLE: &str = "\
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, 'Segoe UI', sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1.5rem }
h1 { font-size: 1.3rem } p { margin: .6rem 0 }
input, button { font: inherit; padding: .4rem .8rem } input { width: 100%; box-sizing: border-box; margin: .3rem 0 1rem }
button { margin-right: .5rem } small { opacity: .7 }";

/// How many people the field proposes; anybody can be typed.
const PROPOSED: usize = 50;

/// Asks who signs in. `names` are the form's own fields: the user, and the button that cancels.
pub(super) fn ask(world: &World, tenant: &str, app: &str, form: &Query, names: [&str; 2]) -> Reply {
    let Some(tenant) = world.tenants.get(tenant) else { return Reply::default() };
    let [user, cancel] = names;
    let hint = form.get("login_hint").and_then(|hint| tenant.user(hint)).or_else(|| administrator(tenant));
    let hint = hint.map_or("", |user| user.upn.as_str());
    let hidden = form.all().filter(|(name, _)| !names.contains(name)).map(hidden);
    let proposed = tenant.users.values().take(PROPOSED);
    let proposed =
        proposed.map(|user| format!("<option value=\"{}\">{}</option>", escape(&user.upn), escape(&user.display_name)));
    let asked = form.get("scope").unwrap_or_default();
    page(
        200,
        &format!(
            "<h1>Sign in to {}</h1>\n<p>{} asks for access.</p>\n<form method=\"post\">\n{}\
             <label for=\"user\">Address of the user</label>\n\
             <input id=\"user\" name=\"{user}\" value=\"{}\" list=\"people\" autocomplete=\"off\" required autofocus>\n\
             <datalist id=\"people\">{}</datalist>\n\
             <button>Sign in</button><button name=\"{cancel}\" value=\"yes\" formnovalidate>Cancel</button>\n</form>\n\
             <p><small>This is an emulator. There is no password. Scopes: {}</small></p>",
            escape(&tenant.name),
            escape(app),
            hidden.collect::<String>(),
            escape(hint),
            proposed.collect::<String>(),
            escape(asked),
        ),
    )
}

/// Takes the answer to the program as a form. A browser without scripts shows a button.
pub(super) fn post(redirect: &str, answer: &[(&str, String)]) -> Reply {
    let hidden: String = answer.iter().map(|(name, value)| hidden((*name, value.as_str()))).collect();
    let redirect = escape(redirect);
    page(
        200,
        &format!(
            "<h1>Signed in</h1>\n<form method=\"post\" action=\"{redirect}\">\n{hidden}<button>Continue</button>\n\
             </form>\n<script>{SEND}</script>"
        ),
    )
}

fn hidden((name, value): (&str, &str)) -> String {
    format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(value))
}

/// Tells why nobody can sign in here.
pub(super) fn refused(refusal: &Refusal, now: Millis) -> Reply {
    page(
        refusal.0,
        &format!(
            "<h1>Sorry, but we’re having trouble signing you in</h1>\n<p>{}</p>",
            escape(&refusal.description(now))
        ),
    )
}

fn page(status: u16, body: &str) -> Reply {
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Sign in</title>\n\
         <style>{STYLE}</style>\n<main>\n{body}\n</main>\n</html>\n"
    );
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("content-security-policy", format!("{POLICY}; script-src 'sha256-{}'", STANDARD.encode(Sha256::digest(SEND)))),
        ("cache-control", "no-store".to_owned()),
        ("referrer-policy", "no-referrer".to_owned()),
    ];
    Reply { status, headers, body: html.into_bytes(), ..Reply::default() }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
