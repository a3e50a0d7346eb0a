//! One request, one answer: the seam between what we ask and the wire.
//!
//! One pooled `reqwest` client, HTTP/2 where the other side speaks it, on rustls with ring. A machine without a CA store
//! still speaks plain http to this machine; https then fails with a sentence that says so.

use crate::graph::cloud::is_near;
use crate::graph::error::Error;
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName};
use std::fmt::Debug;
use std::sync::OnceLock;
use std::time::Duration;

pub(crate) use reqwest::Method;

/// A request, ready to be sent as often as needed.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Vec<u8>>,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// The header by which a caller names a request.
pub(crate) const CLIENT_REQUEST_ID: HeaderName = HeaderName::from_static("client-request-id");

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Whether the request may have reached the other side.
    pub(crate) sent: bool,
    pub(crate) message: String,
}

/// What carries requests. The tests have one that answers from memory, so that their clock can be stepped.
#[async_trait::async_trait]
pub(crate) trait Transport: Send + Sync + Debug {
    async fn send(&self, request: Request) -> Result<Answer, Broken>;
}

/// The network.
#[derive(Debug)]
pub(crate) struct Wire {
    user_agent: String,
    /// For plain http to this machine and its link: neither a CA store nor a proxy is asked for.
    near: reqwest::Client,
    /// For everything else. Made when it is first needed: reading the CA store takes a while.
    far: OnceLock<Result<Far, Broken>>,
}

#[derive(Debug)]
struct Far {
    http: reqwest::Client,
    has_ca_store: bool,
}

/// A connection that does not come about in this time does not come about.
const CONNECT: Duration = Duration::from_secs(20);
/// Nor does one that does not leave this machine, in this time.
const CONNECT_NEAR: Duration = Duration::from_secs(5);
/// What to do where a proxy opens no tunnel, by hyper-util's words for its answer: a 407, and any other that is no success.
const NO_TUNNEL: [(&str, &str); 2] = [
    (
        "proxy authorization required",
        "; a proxy answered HTTP 407 instead, which asks for a sign-in: give its user and password in HTTPS_PROXY, or name the \
         host in NO_PROXY",
    ),
    (
        "tunnel error: unsuccessful",
        "; a proxy refused to open a tunnel, as by HTTP 403: let it allow the host, or name another proxy in HTTPS_PROXY or the \
         host in NO_PROXY",
    ),
];
/// Graph's own gateway gives up earlier than this.
const SILENCE: Duration = Duration::from_secs(150);

impl Wire {
    /// Opens the pool.
    pub(crate) fn new(user_agent: &str) -> Result<Wire, Error> {
        // Whoever is first decides for the process; all of ours decide for ring.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let near = builder(user_agent).no_proxy().connect_timeout(CONNECT_NEAR).tls_certs_only([]).build();
        let near = near.map_err(|error| Error::Connection {
            attempted: "setting up the HTTP client".into(),
            message: chain(&error).into(),
            may_have_taken_effect: false,
        })?;
        Ok(Wire { user_agent: user_agent.to_owned(), near, far: OnceLock::new() })
    }

    fn far(&self) -> Result<&Far, Broken> {
        let make = || {
            let (built, has_ca_store) = match builder(&self.user_agent).build() {
                Ok(http) => (Ok(http), true),
                Err(_) => (builder(&self.user_agent).tls_certs_only([]).build(), false),
            };
            let http = built.map_err(|error| Broken { sent: false, message: chain(&error) })?;
            Ok(Far { http, has_ca_store })
        };
        self.far.get_or_init(make).as_ref().map_err(Broken::clone)
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one client")]
fn builder(user_agent: &str) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(user_agent)
        .redirect(reqwest::redirect::Policy::none()) // a token must not follow
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .pool_idle_timeout(Duration::from_secs(60))
}

#[async_trait::async_trait]
impl Transport for Wire {
    async fn send(&self, request: Request) -> Result<Answer, Broken> {
        let (http, has_ca_store) = match is_near(&request.url) {
            true => (&self.near, true),
            false => self.far().map(|far| (&far.http, far.has_ca_store))?,
        };
        let broken = |error: reqwest::Error, connected: bool| {
            let mut message = chain(&error.without_url());
            if let Some((_, advice)) = NO_TUNNEL.iter().find(|(words, _)| message.contains(words)) {
                message.push_str(advice);
            }
            if !has_ca_store && !connected {
                message.push_str(
                    "; this machine has no CA certificates: install the package ca-certificates, or name a file of them with \
                     SSL_CERT_FILE",
                );
            }
            Broken { sent: connected, message }
        };
        let Request { method, url, mut headers, body } = request;
        // By it Microsoft's support finds a request whose answer never came.
        if let (false, Ok(id)) = (headers.contains_key(CLIENT_REQUEST_ID), uuid::Uuid::new_v4().to_string().try_into())
        {
            headers.insert(CLIENT_REQUEST_ID, id);
        }
        let mut outgoing = http.request(method, url).headers(headers);
        if let Some(body) = body {
            outgoing = outgoing.body(body);
        }
        let response = outgoing.send().await.map_err(|error| {
            let sent = !(error.is_connect() || error.is_builder());
            broken(error, sent)
        })?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| broken(error, true))?;
        Ok(Answer { status, headers, body: body.into() })
    }
}

/// An error with its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        if !text.ends_with(&next) {
            text.push_str(": ");
            text.push_str(&next);
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderMap as Headers, StatusCode, header};
    use axum::routing::get;

    async fn serve() -> String {
        let router = axum::Router::new()
            .route("/agent", get(async |headers: Headers| format!("{:?}", headers.get(header::USER_AGENT))))
            .route("/moved", get(async || (StatusCode::FOUND, [(header::LOCATION, "/agent")])));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn get_of(url: &str) -> Request {
        Request { method: Method::GET, url: Url::parse(url).unwrap(), headers: HeaderMap::new(), body: None }
    }

    #[tokio::test]
    async fn says_who_asks_and_follows_no_redirect() {
        let base = serve().await;
        let wire = Wire::new("terraform-provider-autopilot/test").unwrap();
        let answer = wire.send(get_of(&format!("{base}/agent"))).await.unwrap();
        assert_eq!(String::from_utf8(answer.body).unwrap(), r#"Some("terraform-provider-autopilot/test")"#);
        assert_eq!(wire.send(get_of(&format!("{base}/moved"))).await.unwrap().status, 302);
    }

    #[tokio::test]
    async fn a_refused_connection_was_not_sent_and_a_broken_one_was() {
        let wire = Wire::new("test").unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/secret-path", listener.local_addr().unwrap());
        let (sent, ()) = tokio::join!(wire.send(get_of(&url)), async {
            let (mut stream, _) = listener.accept().await.unwrap();
            tokio::io::AsyncReadExt::read(&mut stream, &mut [0; 16]).await.unwrap();
        });
        let broken = sent.err().unwrap();
        assert!(broken.sent && !broken.message.contains("secret-path"), "{broken:?}");
        drop(listener);
        let broken = wire.send(get_of(&url)).await.err().unwrap();
        assert!(!broken.sent, "{broken:?}");
    }

    #[tokio::test]
    async fn https_without_a_ca_store_says_what_is_missing() {
        let base = serve().await.replace("http:", "https:");
        let wire = Wire::new("test").unwrap();
        let http = wire.near.clone();
        wire.far.set(Ok(Far { http, has_ca_store: false })).unwrap();
        let broken = wire.send(get_of(&base)).await.err().unwrap();
        assert!(!broken.sent && broken.message.contains("SSL_CERT_FILE"), "{broken:?}");
    }
}
