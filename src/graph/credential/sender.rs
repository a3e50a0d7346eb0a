//! Sends what a credential asks, again where that is safe: fetching a token changes nothing.

use super::source::Carrier;
use super::told;
use crate::graph::error::Error;
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

/// Asks until there is an answer of 2xx. Everything else is an error that tells what was answered.
pub(crate) async fn ask(carrier: &Carrier, request: Request) -> Result<Answer, Error> {
    let attempted = attempted(&request);
    let mut number = 1;
    loop {
        let sent = carrier.0.send(request.clone()).await;
        let outcome = match &sent {
            Ok(answer) => Outcome::Answered {
                status: answer.status,
                code: "",
                message: "",
                retry_after: retry::retry_after(|name| answer.header(name)),
            },
            Err(broken) => Outcome::Broken { sent: broken.sent },
        };
        if let Decision::Again(wait) = retry::decide(number, Kind::Read, &outcome, retry::jitter()) {
            tokio::time::sleep(wait).await;
            number += 1;
            continue;
        }
        return match sent {
            Ok(answer) if (200..300).contains(&answer.status) => Ok(answer),
            Ok(answer) => Err(told::refused(&attempted, &answer)),
            Err(broken) => Err(Error::Connection {
                attempted: attempted.into(),
                message: broken.message.into(),
                may_have_taken_effect: false,
            }),
        };
    }
}

/// Method and address. The query may hold what nobody else should see.
fn attempted(request: &Request) -> String {
    let mut url = request.url.clone();
    url.set_query(None);
    format!("{} {url}", request.method)
}

/// The transport of `azure_identity`'s credentials.
pub(super) struct Sender {
    carrier: Carrier,
    instead_of_invented: Option<Url>,
    /// What was answered instead of a token, kept here since it would not survive azure_identity's own error.
    trouble: Mutex<Option<Error>>,
}

impl Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl Sender {
    pub(super) fn new(carrier: &Carrier, instead_of_invented: Option<Url>) -> Sender {
        Sender { carrier: carrier.clone(), instead_of_invented, trouble: Mutex::default() }
    }

    pub(super) fn take_trouble(&self) -> Option<Error> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn request(&self, request: &azure_core::http::Request) -> Request {
        let mut url = request.url().clone();
        if let Some(base) = &self.instead_of_invented {
            let mut moved = base.clone();
            moved.set_path(url.path());
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
        let request = self.request(request);
        let attempted = attempted(&request);
        let asked = ask(&self.carrier, request).await.and_then(|answer| match told::is_json(&answer) {
            true => Ok(answer),
            false => Err(told::refused(&attempted, &answer)),
        });
        match asked {
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
