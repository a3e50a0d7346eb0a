//! Where access tokens come from.
//!
//! The OAuth 2.0 exchange itself is `azure_identity`'s; its requests go through our own transport, so that they share
//! the pool, the retries and the emulator. `azure_identity` refuses authorities without https (its maintainers point to a
//! transport of one's own), so for an emulator on this machine it is given an invented https host, which the transport
//! replaces.

use crate::graph::cloud;
use crate::graph::error::Error;
use crate::graph::retry::{self, Decision, Kind, Outcome};
use crate::graph::transport::{Method, Request, Transport};
use async_trait::async_trait;
use azure_core::cloud::CustomConfiguration;
use azure_core::credentials::{Secret, TokenCredential as _};
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, ClientOptions, HttpClient, RetryOptions};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions};
use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value as Json;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// A token as it came.
pub struct Fetched {
    /// The token itself. Never logged.
    pub token: String,
    /// How long it is good for, from now.
    pub lifetime: Duration,
}

impl Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// Something that sends HTTP requests, as it is handed to a credential.
#[derive(Debug, Clone)]
pub struct Carrier(pub(crate) Arc<dyn Transport>);

/// A source of tokens. It keeps none: [`crate::graph::Client`] holds the one in use and asks for the next.
#[async_trait]
pub trait Credential: Send + Sync + Debug {
    /// Fetches a new token for `scope`, such as `https://graph.microsoft.com/.default`.
    async fn fetch(&self, carrier: &Carrier, scope: &str) -> Result<Fetched, Error>;

    /// Where tokens come from, to open a pool that fits.
    fn authority(&self) -> Option<&str>;
}

/// An application and its secret.
#[derive(Clone)]
pub struct ClientSecret {
    /// The tenant: a GUID or a domain.
    pub tenant_id: String,
    /// The application (client) id.
    pub client_id: String,
    /// The secret's value. Never shown.
    pub client_secret: String,
    /// Login authority, such as `https://login.microsoftonline.com`; plain http to this machine only.
    pub authority: String,
}

impl Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSecret")
            .field("tenant_id", &self.tenant_id)
            .field("client_id", &self.client_id)
            .field("authority", &self.authority)
            .finish_non_exhaustive()
    }
}

/// Stands for an authority on this machine. `.invalid` never resolves (RFC 2606).
const INVENTED: &str = "https://login.emulator.invalid";

#[async_trait]
impl Credential for ClientSecret {
    async fn fetch(&self, carrier: &Carrier, scope: &str) -> Result<Fetched, Error> {
        let authority = cloud::endpoint(&self.authority)?;
        let plain = authority.scheme() == "http";
        let sender = Arc::new(Sender {
            transport: Arc::clone(&carrier.0),
            instead_of_invented: plain.then(|| authority.clone()),
            broken: Mutex::default(),
        });
        let mut custom = CustomConfiguration::default();
        custom.authority_host =
            if plain { INVENTED.to_owned() } else { authority.as_str().trim_end_matches('/').to_owned() };
        let options = ClientSecretCredentialOptions {
            client_options: ClientOptions {
                retry: RetryOptions::none(), // `Sender` does
                transport: Some(azure_core::http::Transport::new(Arc::<Sender>::clone(&sender))),
                cloud: Some(Arc::new(custom.into())),
                ..ClientOptions::default()
            },
        };
        let secret = Secret::new(self.client_secret.clone());
        // A fresh one each time: it caches, and a token that Graph refused could not be replaced.
        let credential = ClientSecretCredential::new(&self.tenant_id, self.client_id.clone(), secret, Some(options))
            .map_err(|error| told(error.to_string()))?;
        let token = credential.get_token(&[scope], None).await.map_err(|error| match sender.take_broken() {
            Some(broken) => broken,
            None => refused(&error),
        })?;
        let lifetime = SystemTime::from(token.expires_on).duration_since(SystemTime::now()).unwrap_or_default();
        Ok(Fetched { token: token.token.secret().to_owned(), lifetime })
    }

    fn authority(&self) -> Option<&str> {
        Some(&self.authority)
    }
}

fn told(message: String) -> Error {
    Error::Credential { message: message.into(), codes: Box::default(), advice: None }
}

/// Says what the token endpoint said, with what to look at.
fn refused(error: &azure_core::Error) -> Error {
    let inner = error.downcast_ref::<azure_core::Error>().unwrap_or(error);
    let (body, status) = match inner.kind() {
        ErrorKind::HttpResponse { status, raw_response: Some(response), .. } => {
            (serde_json::from_slice::<Json>(response.body().as_ref()).unwrap_or_default(), Some(u16::from(*status)))
        }
        _ => (Json::Null, None),
    };
    let codes: Vec<u32> = body["error_codes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|code| code.as_u64().and_then(|code| u32::try_from(code).ok()))
        .collect();
    let message = match (body["error_description"].as_str(), status) {
        // The rest is a trace id, a correlation id and a time.
        (Some(text), _) if !text.is_empty() => {
            text.split(" Trace ID:").next().unwrap_or(text).lines().next().unwrap_or(text).trim().to_owned()
        }
        (_, Some(status)) => format!("the token endpoint answered HTTP {status}"),
        _ => "the token endpoint's answer could not be read".to_owned(),
    };
    let advice = codes.iter().find_map(|code| advice(*code));
    Error::Credential { message: message.into(), codes: codes.into(), advice }
}

/// What to look at, by Microsoft's "Entra authentication and authorization error codes".
fn advice(code: u32) -> Option<&'static str> {
    Some(match code {
        7_000_215 => {
            "The client secret is not the one of this application. Take the secret's value, not its id, from the \
             application's Certificates & secrets page."
        }
        7_000_222 => "The client secret has expired. Make a new one on the application's Certificates & secrets page.",
        700_016 => "This tenant has no application with this client id. Check the client id and the tenant id.",
        7_000_229 | 7_000_218 => {
            "The application has no service principal in this tenant, or it is a public client. Check the tenant id and the application."
        }
        90_002 | 900_021 | 900_023 => "There is no such tenant in this cloud. Check the tenant id and the environment.",
        53_003 => {
            "A Conditional Access policy for workload identities blocks this sign-in. Exclude the application from it, or sign in from an allowed location."
        }
        _ => return None,
    })
}

/// Sends the credential's requests over our transport, again where that is safe: fetching a token changes nothing.
struct Sender {
    transport: Arc<dyn Transport>,
    instead_of_invented: Option<Url>,
    /// Why no answer came, kept here since it would not survive azure_identity's own error.
    broken: Mutex<Option<Error>>,
}

impl Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender")
    }
}

impl Sender {
    fn take_broken(&self) -> Option<Error> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn execute_request(&self, request: &azure_core::http::Request) -> azure_core::Result<AsyncRawResponse> {
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
        let host = url.host_str().unwrap_or_default().to_owned();
        let request = Request { method, url, headers, body };
        let mut number = 1;
        loop {
            let sent = self.transport.send(request.clone()).await;
            let outcome = match &sent {
                Ok(answer) => Outcome::Answered {
                    status: answer.status,
                    code: "",
                    message: "",
                    retry_after: retry::retry_after(|name| answer.headers.get(name)?.to_str().ok()),
                },
                Err(broken) => Outcome::Broken { sent: broken.sent },
            };
            if let Decision::Again(wait) = retry::decide(number, Kind::Read, &outcome, retry::jitter()) {
                tokio::time::sleep(wait).await;
                number += 1;
                continue;
            }
            return match sent {
                Ok(answer) => {
                    let mut headers = Headers::new();
                    for (name, value) in &answer.headers {
                        if let Ok(value) = value.to_str() {
                            headers.insert(name.as_str().to_owned(), value.to_owned());
                        }
                    }
                    Ok(AsyncRawResponse::from_bytes(answer.status.into(), headers, answer.body))
                }
                Err(broken) => {
                    let error = Error::Connection {
                        attempted: format!("token endpoint {host}").into(),
                        message: broken.message.into(),
                        may_have_taken_effect: false,
                    };
                    *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    Err(azure_core::Error::with_message(ErrorKind::Connection, "no answer"))
                }
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::{Scripted, answer};
    use serde_json::json;

    fn credential() -> ClientSecret {
        ClientSecret {
            tenant_id: "contoso.example".into(),
            client_id: "app-1".into(),
            client_secret: "very-secret".into(),
            authority: "http://127.0.0.1:5999".into(),
        }
    }

    async fn fetch(scripted: &Arc<Scripted>) -> Result<Fetched, Error> {
        credential().fetch(&Carrier(Arc::<Scripted>::clone(scripted)), "https://graph.microsoft.com/.default").await
    }

    #[tokio::test(start_paused = true)]
    async fn an_authority_on_this_machine_is_asked_in_place_of_the_invented_one() {
        let scripted = Scripted::new(|_, _| {
            Ok(answer(200, &json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "abc"})))
        });
        let fetched = fetch(&scripted).await.unwrap();
        assert_eq!(fetched.token, "abc");
        assert!(fetched.lifetime > Duration::from_secs(3590));
        let seen = scripted.seen();
        assert_eq!(seen[0].url.as_str(), "http://127.0.0.1:5999/contoso.example/oauth2/v2.0/token");
        let body = String::from_utf8(seen[0].body.clone().unwrap()).unwrap();
        assert!(body.contains("grant_type=client_credentials") && body.contains("client_secret=very-secret"), "{body}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_wrong_secret_says_what_to_check_and_does_not_show_it() {
        let body = json!({
            "error": "invalid_client", "error_codes": [7000215],
            "error_description": "AADSTS7000215: Invalid client secret provided. Trace ID: 1 Correlation ID: 2 Timestamp: 3",
        });
        let scripted = Scripted::new(move |_, _| Ok(answer(401, &body)));
        let error = fetch(&scripted).await.unwrap_err();
        let Error::Credential { message, codes, advice } = &error else { panic!("{error:?}") };
        assert_eq!((&**message, &**codes), ("AADSTS7000215: Invalid client secret provided.", &[7_000_215][..]));
        assert!(advice.unwrap().contains("not its id"));
        assert!(!format!("{error:?}{:?}", credential()).contains("very-secret"));
        assert_eq!(scripted.seen().len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_throttled_token_endpoint_is_asked_again() {
        let scripted = Scripted::new(|number, _| match number {
            0 => Ok(answer(429, &json!({})).with("retry-after", "3")),
            1 => Ok(answer(503, &json!("<html>"))),
            _ => Ok(answer(200, &json!({"token_type": "Bearer", "expires_in": 60, "access_token": "abc"}))),
        });
        assert_eq!(fetch(&scripted).await.unwrap().token, "abc");
    }

    #[tokio::test(start_paused = true)]
    async fn an_authority_that_is_not_there_is_a_connection_error() {
        let scripted = Scripted::new(|_, _| {
            Err(crate::graph::transport::Broken { sent: false, message: "connection refused".into() })
        });
        let error = fetch(&scripted).await.unwrap_err();
        assert_eq!(error.to_string(), "token endpoint 127.0.0.1: connection refused");
        let scripted = Scripted::new(|_, _| Ok(answer(404, &json!("<html>"))));
        let error = fetch(&scripted).await.unwrap_err();
        assert!(matches!(error, Error::Credential { .. }), "{error:?}");
    }
}
