//! Sends what a credential asks, again where that is safe: fetching a token changes nothing.

use super::source::Carrier;
use super::told;
use crate::graph::error::Error;
use crate::graph::proxy;
use crate::graph::retry::{self, Decision, Kind, Outcome};
use crate::graph::transport::{Answer, Method, Request};
use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, HttpClient};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::fmt::{self, Debug};
use std::sync::{Mutex, PoisonError};

/// Asks until there is an answer of 2xx in JSON. Everything else is an error that tells what was answered.
pub(crate) async fn ask(carrier: &Carrier, request: Request) -> Result<Answer, Error> {
    ask_as(carrier, request, AUTHORITY).await
}

/// What is asked, as far as sending again goes.
#[derive(Clone, Copy)]
struct Asked {
    /// What a status means.
    status: fn(u16) -> u16,
    /// Whether somebody who is not there may come.
    may_come: bool,
}

const AUTHORITY: Asked = Asked { status: |status| status, may_come: true };

/// The metadata service of a machine says 404 and 410 while it is brought up to date ("How to use managed identities on an
/// Azure VM", error handling). Where there is none, none will come.
const MACHINE: Asked =
    Asked { status: |status| if matches!(status, 404 | 410) { 503 } else { status }, may_come: false };

async fn ask_as(carrier: &Carrier, request: Request, asked: Asked) -> Result<Answer, Error> {
    let attempted = attempted(&request);
    let answer = persist(carrier, request, Kind::Read, asked).await?;
    if (200..300).contains(&answer.status) && told::is_json(&answer) {
        return Ok(answer);
    }
    Err(told::refused(&attempted, &answer))
}

/// Asks until there is an answer that asking again would not better, whatever it says; a proxy's is an error. `kind` says what
/// a second request means.
pub(crate) async fn answer_of(carrier: &Carrier, request: Request, kind: Kind) -> Result<Answer, Error> {
    let attempted = attempted(&request);
    let answer = persist(carrier, request, kind, AUTHORITY).await?;
    proxy::answered(&attempted, &answer).map_or(Ok(answer), Err)
}

async fn persist(carrier: &Carrier, request: Request, kind: Kind, asked: Asked) -> Result<Answer, Error> {
    let mut number = 1;
    loop {
        let sent = carrier.0.send(request.clone()).await;
        let outcome = match &sent {
            Ok(answer) => Outcome::Answered {
                status: (asked.status)(answer.status),
                code: "",
                message: "",
                retry_after: retry::retry_after(|name| answer.header(name)),
            },
            Err(broken) => Outcome::Broken { sent: broken.sent },
        };
        let again = asked.may_come || sent.is_ok();
        if let (Decision::Again(wait), true) = (retry::decide(number, kind, &outcome, retry::jitter()), again) {
            tokio::time::sleep(wait).await;
            number += 1;
            continue;
        }
        return sent.map_err(|broken| Error::Connection {
            attempted: attempted(&request).into(),
            message: broken.message.into(),
            may_have_taken_effect: false,
        });
    }
}

/// Method and address. The query, and what is before the host, may hold what nobody else should see.
fn attempted(request: &Request) -> String {
    let mut url = request.url.clone();
    url.set_query(None);
    // An address without a host has neither.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    format!("{} {url}", request.method)
}

/// What a credential's address is replaced by.
pub(super) enum Instead {
    Nothing,
    /// Another scheme, host and port.
    Host(Url),
    /// Another address altogether; the query stays.
    Address(Url),
}

/// The transport of `azure_identity`'s credentials.
pub(super) struct Sender {
    carrier: Carrier,
    instead: Instead,
    asked: Asked,
    /// What was answered instead of a token, kept here since it would not survive azure_identity's own error.
    trouble: Mutex<Option<Error>>,
}

impl Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl Sender {
    pub(super) fn new(carrier: &Carrier, instead: Instead) -> Sender {
        Sender { carrier: carrier.clone(), instead, asked: AUTHORITY, trouble: Mutex::default() }
    }

    /// Asks the metadata service of the machine.
    pub(super) fn of_this_machine(self) -> Sender {
        Sender { asked: MACHINE, ..self }
    }

    pub(super) fn take_trouble(&self) -> Option<Error> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn request(&self, request: &azure_core::http::Request) -> Request {
        let mut url = request.url().clone();
        if let Instead::Host(other) | Instead::Address(other) = &self.instead {
            let mut moved = other.clone();
            if matches!(self.instead, Instead::Host(_)) {
                moved.set_path(url.path());
            }
            moved.set_query(url.query());
            url = moved;
        }
        let mut headers = HeaderMap::new();
        for (name, value) in request.headers().iter() {
            let name = HeaderName::from_bytes(name.as_str().as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value.as_str())) {
                // Ours is set for all requests of the pool.
                if name != reqwest::header::USER_AGENT {
                    headers.insert(name, value);
                }
            }
        }
        let method = match request.method() {
            azure_core::http::Method::Get => Method::GET,
            _ => Method::POST,
        };
        let body = match request.body() {
            Body::Bytes(bytes) => Some(bytes.to_vec()),
            // No credential streams its body.
            _ => None,
        };
        Request { method, url, headers, body }
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn execute_request(&self, request: &azure_core::http::Request) -> azure_core::Result<AsyncRawResponse> {
        match ask_as(&self.carrier, self.request(request), self.asked).await {
            Ok(answer) => {
                let mut headers = Headers::new();
                for (name, value) in &answer.headers {
                    if let Ok(value) = value.to_str() {
                        headers.insert(name.as_str().to_owned(), value.to_owned());
                    }
                }
                Ok(AsyncRawResponse::from_bytes(answer.status.into(), headers, answer.body))
            }
            Err(error) => {
                *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                // Of a kind that azure_core does not send again: that was done here.
                Err(azure_core::Error::with_message(ErrorKind::Other, "no token was answered"))
            }
        }
    }
}
