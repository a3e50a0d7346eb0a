//! A sign-in by the browser: the authorization code flow with PKCE, back to a port of this machine.
//!
//! Facts: "Microsoft identity platform and OAuth 2.0 authorization code flow", RFC 7636, RFC 8252. Microsoft takes
//! `http://localhost` with any port where the application has `http://localhost` registered as a public client's.

use std::io::ErrorKind;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use ring::rand::{SecureRandom as _, SystemRandom};
use sha2::{Digest as _, Sha256};

use super::app::{App, scope};
use super::endpoint::{self, Granted};
use super::error::Error;
use super::loopback::{self, Brought, Port};
use crate::graph::{Carrier, retry::Kind};

/// A sign-in that waits for the browser.
pub(crate) struct Begun {
    /// Where the browser has to go.
    pub(crate) address: Url,
    port: Port,
    redirect: String,
    scope: String,
    state: String,
    nonce: String,
    verifier: String,
}

impl Begun {
    /// The port that the browser comes back to.
    pub(crate) fn port(&self) -> u16 {
        self.port.number
    }
}

/// Opens the way back. `default` is the scope that stands for all that the application has been given; port 0 is any free
/// one.
pub(crate) async fn begin(app: &App, default: &str, port: u16) -> Result<Begun, Error> {
    let port = loopback::open(port).await.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Error::Here(format!(
            "Port {port} of this machine is taken. Give another one by --port, or none to have any free one."
        )),
        _ => Error::Here(format!("No port of this machine can be opened for the browser's answer: {error}.")),
    })?;
    let redirect = format!("http://localhost:{}", port.number);
    let [state, nonce, verifier] = [random()?, random()?, random()?];
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
    let scope = scope(default);
    let mut address = app.address("authorize")?;
    address.query_pairs_mut().extend_pairs([
        ("client_id", app.client_id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", &redirect),
        ("response_mode", "query"),
        ("scope", &scope),
        ("state", &state),
        ("nonce", &nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        // Whoever is signed in to the browser need not be the administrator.
        ("prompt", "select_account"),
    ]);
    Ok(Begun { address, port, redirect, scope, state, nonce, verifier })
}

fn random() -> Result<String, Error> {
    let mut bytes = [0; 32];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| Error::Here("This machine gives no random numbers, so nobody can sign in safely.".into()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Waits for the browser's answer, at most so long, and takes the tokens for it.
pub(crate) async fn finish(begun: Begun, app: &App, carrier: &Carrier, limit: Duration) -> Result<Granted, Error> {
    let Begun { port, redirect, scope, state, nonce, verifier, .. } = begun;
    let brought = tokio::time::timeout(limit, loopback::answer(port, &state)).await.ok().flatten();
    let code = match brought {
        Some(Brought::Code(code)) => code,
        Some(Brought::Refused(word, text)) => return Err(endpoint::refused(&word, Some(&text), None)),
        None => {
            return Err(Error::Here(format!(
                "Nobody signed in within {} minutes. If the browser's page told an error instead, look at it there: a redirect \
                 URI that is not registered (AADSTS50011) wants http://localhost under Mobile and desktop applications, on the \
                 application's Authentication page.",
                limit.as_secs() / 60
            )));
        }
    };
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &app.client_id),
        ("code", &code),
        ("redirect_uri", &redirect),
        ("code_verifier", &verifier),
        ("scope", &scope),
    ];
    let granted = endpoint::tokens(carrier, app, Kind::Once, &form).await?;
    if granted.person.nonce.as_deref() != Some(&nonce) {
        let text = "The answer belongs to another sign-in than this one (its nonce differs), so it was not taken. Sign in again.";
        return Err(Error::Here(text.into()));
    }
    Ok(granted)
}

#[cfg(test)]
mod tests;
