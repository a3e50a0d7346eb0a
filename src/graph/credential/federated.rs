//! Another issuer's token as an assertion: workload identity federation.
//!
//! Facts: "Workload identity federation"; GitHub "security hardening with OpenID Connect" (`ACTIONS_ID_TOKEN_REQUEST_URL` and
//! its token; the answer's `value`); Azure DevOps REST "Oidctoken - create" (version 7.1, the answer's `oidcToken`).

use super::client_assertion::Assertion;
use super::sender::ask;
use super::source::Carrier;
use super::told;
use crate::graph::cloud::is_loopback;
use crate::graph::error::Error;
use crate::graph::transport::{Answer, Method, Request};
use async_trait::async_trait;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value as Json;
use std::fmt::{self, Debug};

/// Where another issuer's token comes from.
pub enum Federated {
    /// It was given. It ends when it ends.
    Token(String),
    /// A file holds it, which whoever wrote it writes anew before it ends, as Kubernetes does.
    File(String),
    /// GitHub Actions gives it.
    GitHub {
        /// Where it is asked for.
        url: String,
        /// What the run asks with. Never shown.
        token: String,
        /// What it is to be for: what the cloud's federated credentials expect.
        audience: &'static str,
    },
    /// Azure Pipelines gives it.
    AzureDevOps {
        /// Where it is asked for.
        url: String,
        /// What the run asks with. Never shown.
        token: String,
        /// The id of the service connection that holds the application.
        connection: String,
    },
}

impl Debug for Federated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Federated::Token(_) => "Token",
            Federated::File(_) => "File",
            Federated::GitHub { .. } => "GitHub",
            Federated::AzureDevOps { .. } => "AzureDevOps",
        })
    }
}

#[async_trait]
impl Assertion for Federated {
    async fn assert(&self, carrier: &Carrier, _: &str, _: &str) -> Result<String, Error> {
        match self {
            Federated::Token(token) => Ok(token.clone()),
            Federated::File(path) => match tokio::fs::read_to_string(path).await {
                Ok(text) => Ok(text.trim().to_owned()),
                Err(error) => Err(told::because(format!("the token in the file {path} cannot be read: {error}"))),
            },
            Federated::GitHub { url, token, audience } => {
                let mut url = endpoint(url)?;
                url.query_pairs_mut().append_pair("audience", audience);
                let request = Request { method: Method::GET, url, headers: bearer(token)?, body: None };
                named(&asked(carrier, request, &GITHUB).await?, "value", &GITHUB)
            }
            Federated::AzureDevOps { url, token, connection } => {
                let mut url = endpoint(url)?;
                url.query_pairs_mut().append_pair("api-version", "7.1").append_pair("serviceConnectionId", connection);
                let mut headers = bearer(token)?;
                headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
                // Else a token that is no longer good is answered by the page of a sign-in.
                headers.insert(HeaderName::from_static("x-tfs-fedauthredirect"), HeaderValue::from_static("Suppress"));
                let request = Request { method: Method::POST, url, headers, body: None };
                named(&asked(carrier, request, &AZURE_DEVOPS).await?, "oidcToken", &AZURE_DEVOPS)
            }
        }
    }
}

/// The address with its path and query. The run's token goes there.
fn endpoint(given: &str) -> Result<Url, Error> {
    let url = Url::parse(given).map_err(|_| told::because("the OIDC request URL is no URL"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        _ => Err(told::because("the OIDC request URL must begin with https://")),
    }
}

fn bearer(token: &str) -> Result<HeaderMap, Error> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
        .map_err(|_| told::because("the OIDC request token holds characters that a header cannot carry"))?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(AUTHORIZATION, value), (ACCEPT, HeaderValue::from_static("application/json"))]))
}

/// Who runs the pipeline, and what a job needs so that it is given a token.
struct Issuer {
    name: &'static str,
    advice: &'static str,
}

const GITHUB: Issuer = Issuer {
    name: "GitHub",
    advice: "Give the job `permissions: id-token: write`. The request URL and its token are of this run and end with it.",
};

const AZURE_DEVOPS: Issuer = Issuer {
    name: "Azure DevOps",
    advice: "Give the step SYSTEM_ACCESSTOKEN: $(System.AccessToken) in its env, and check the id of the service connection and \
             that the pipeline may use it.",
};

/// Asks the issuer. What keeps it from giving a token is told as its own, and not as Microsoft's.
async fn asked(carrier: &Carrier, request: Request, issuer: &Issuer) -> Result<Answer, Error> {
    let Issuer { name, advice } = issuer;
    ask(carrier, request).await.map_err(|error| match error {
        Error::Credential { message, codes, advice: None } => {
            let message = format!("{name} gave no token: {message}").into();
            Error::Credential { message, codes, advice: Some(advice) }
        }
        Error::Connection { attempted, message, .. } => {
            let message = format!("{name} was not reached for a token: {attempted}: {message}").into();
            Error::Credential { message, codes: Box::default(), advice: Some(advice) }
        }
        other => other,
    })
}

fn named(answer: &Answer, name: &str, issuer: &Issuer) -> Result<String, Error> {
    let body: Json = serde_json::from_slice(&answer.body).unwrap_or_default();
    let token = body[name].as_str().filter(|token| !token.is_empty());
    token.map(str::to_owned).ok_or_else(|| told::because(format!("{} answered without a token", issuer.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::{Scripted, answer};
    use serde_json::json;
    use std::sync::Arc;

    async fn assert(federated: &Federated, scripted: &Arc<Scripted>) -> Result<String, Error> {
        federated.assert(&Carrier(Arc::<Scripted>::clone(scripted)), "app", "audience").await
    }

    #[tokio::test(start_paused = true)]
    async fn github_is_asked_for_the_audience_of_the_cloud() {
        let github = Federated::GitHub {
            url: "https://pipelines.example/x?api-version=2.0".into(),
            token: "run-token".into(),
            audience: "api://AzureADTokenExchangeChina",
        };
        let scripted = Scripted::new(|_, _| Ok(answer(200, &json!({"count": 1, "value": "its-token"}))));
        assert_eq!(assert(&github, &scripted).await.unwrap(), "its-token");
        let seen = &scripted.seen()[0];
        assert_eq!(seen.method, Method::GET);
        let query = "api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchangeChina";
        assert_eq!(seen.url.query(), Some(query));
        assert_eq!(seen.headers[AUTHORIZATION], "Bearer run-token");
        assert!(seen.headers[AUTHORIZATION].is_sensitive());
        assert_eq!(format!("{github:?}"), "GitHub");
    }

    #[tokio::test(start_paused = true)]
    async fn azure_devops_is_asked_for_a_service_connection() {
        let azure_devops = Federated::AzureDevOps {
            url: "https://dev.azure.example/oidctoken".into(),
            token: "job-token".into(),
            connection: "c-1".into(),
        };
        let scripted = Scripted::new(|_, _| Ok(answer(200, &json!({"oidcToken": "its-token"}))));
        assert_eq!(assert(&azure_devops, &scripted).await.unwrap(), "its-token");
        let seen = &scripted.seen()[0];
        assert_eq!((&seen.method, seen.url.query()), (&Method::POST, Some("api-version=7.1&serviceConnectionId=c-1")));
        assert_eq!(seen.headers["x-tfs-fedauthredirect"], "Suppress");
        let scripted = Scripted::new(|_, _| Ok(answer(200, &json!({}))));
        let error = assert(&azure_devops, &scripted).await.unwrap_err();
        assert!(error.to_string().contains("Azure DevOps answered without a token"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_token_of_a_run_goes_over_https_only() {
        let scripted = Scripted::new(|_, _| Ok(answer(200, &json!({"value": "x"}))));
        for url in ["http://10.0.0.1/x", "ftp://a", "x"] {
            let github = Federated::GitHub { url: url.into(), token: "t".into(), audience: "a" };
            assert!(assert(&github, &scripted).await.is_err(), "{url}");
        }
        assert!(scripted.seen().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn of_its_address_no_secret_is_told() {
        let nobody = crate::graph::transport::Broken { sent: false, message: "nobody is there".into() };
        let scripted = Scripted::new(move |_, _| Err(nobody.clone()));
        let url = "https://user:SECRET@issuer.example/token?sig=SECRET".into();
        let github = Federated::GitHub { url, token: "t".into(), audience: "a" };
        let told = assert(&github, &scripted).await.unwrap_err().to_string();
        assert!(told.contains("GET https://issuer.example/token: nobody is there"), "{told}");
    }
}
