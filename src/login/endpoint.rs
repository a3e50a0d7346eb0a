//! The sign-in endpoint: a form goes there, and JSON comes back.

use std::fmt::{self, Debug};
use std::time::Duration;

use reqwest::Url;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::Value as Json;

use super::app::App;
use super::error::Error;
use super::person::Person;
use crate::graph::{
    self, Carrier,
    retry::Kind,
    transport::{Method, Request},
};

/// What a sign-in gives.
pub(crate) struct Granted {
    /// Never shown.
    pub(super) access_token: String,
    pub(super) lifetime: Duration,
    /// Never shown. Microsoft gives another one at each use.
    pub(crate) refresh_token: Option<String>,
    pub(crate) person: Person,
}

impl Debug for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Granted").field("person", &self.person).finish_non_exhaustive()
    }
}

/// Asks for tokens. `kind` says what a second request means: a code is good once.
pub(super) async fn tokens(carrier: &Carrier, app: &App, kind: Kind, form: &[(&str, &str)]) -> Result<Granted, Error> {
    let url = app.address("token")?;
    granted(app, &ask(carrier, &url, kind, form).await?)
}

/// What an answer with tokens says.
pub(crate) fn granted(app: &App, body: &Json) -> Result<Granted, Error> {
    let text = |name: &str| body[name].as_str();
    let Some(access_token) = text("access_token").map(str::to_owned) else {
        return Err(unexpected(&app.address("token")?, 200));
    };
    let lifetime = Duration::from_secs(body["expires_in"].as_u64().unwrap_or_default());
    let person = Person::read(&access_token, text("id_token"))?;
    // A tenant that was named by its id is the one that was meant.
    if uuid::Uuid::try_parse(&app.tenant).is_ok() && !app.tenant.eq_ignore_ascii_case(&person.tenant_id) {
        let text = format!(
            "{} signed in to the tenant {}, and not to {}. Sign in with an account of that tenant.",
            person.user, person.tenant_id, app.tenant
        );
        return Err(Error::Here(text));
    }
    Ok(Granted { access_token, lifetime, refresh_token: text("refresh_token").map(str::to_owned), person })
}

/// Sends a form until there is an answer, and reads it.
pub(super) async fn ask(carrier: &Carrier, url: &Url, kind: Kind, form: &[(&str, &str)]) -> Result<Json, Error> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let content_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    let request = Request {
        method: Method::POST,
        url: url.clone(),
        headers: HeaderMap::from_iter([(CONTENT_TYPE, content_type)]),
        body: Some(body.into_bytes()),
    };
    let answer = graph::answer_of(carrier, request, kind).await?;
    let body: Json = serde_json::from_slice(&answer.body).map_err(|_| unexpected(url, answer.status))?;
    if (200..300).contains(&answer.status) {
        return Ok(body);
    }
    let word = body["error"].as_str().ok_or_else(|| unexpected(url, answer.status))?;
    Err(refused(word, body["error_description"].as_str(), body["error_codes"].as_array()))
}

/// An answer that is none of the sign-in endpoint's.
fn unexpected(url: &Url, status: u16) -> Error {
    let message = "the answer is not one of Microsoft's sign-in endpoint".into();
    graph::Error::Unexpected { attempted: format!("POST {url}").into(), status, message }.into()
}

/// What the endpoint said, without the ids and the time behind it.
pub(super) fn refused(word: &str, description: Option<&str>, codes: Option<&Vec<Json>>) -> Error {
    let text = description.filter(|text| !text.is_empty()).unwrap_or(word);
    let message = text.split(" Trace ID:").next().unwrap_or(text).lines().next().unwrap_or(text).trim();
    let told = codes.into_iter().flatten().filter_map(|code| code.as_u64().and_then(|code| u32::try_from(code).ok()));
    let mut codes: Vec<u32> = told.collect();
    // What comes back by the browser has no list of them.
    let number = message.strip_prefix("AADSTS").and_then(|rest| rest.split(':').next()?.parse().ok());
    if codes.is_empty() {
        codes.extend::<Option<u32>>(number);
    }
    Error::Refused { word: word.into(), message: message.into(), codes: codes.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::{Scripted, answer};
    use serde_json::json;
    use std::sync::Arc;

    #[tokio::test(start_paused = true)]
    async fn a_page_of_a_proxy_is_told_as_one_and_a_refusal_by_its_number() {
        let url = Url::parse("http://127.0.0.1:5999/t/oauth2/v2.0/token").unwrap();
        let proxy = Scripted::new(|_, _| Ok(answer(407, &json!("<html>"))));
        let proxy = Carrier(proxy);
        let error = ask(&proxy, &url, Kind::Once, &[]).await.unwrap_err().to_string();
        assert!(error.contains("HTTP 407") && error.contains("proxy"), "{error}");
        let scripted = Scripted::new(|_, request| {
            assert_eq!(request.body.as_deref(), Some(&b"a=b+%26"[..]));
            let text = "AADSTS65004: Declined. Trace ID: 1 Correlation ID: 2 Timestamp: 3";
            Ok(answer(400, &json!({"error": "access_denied", "error_description": text})))
        });
        let error =
            ask(&Carrier(Arc::<Scripted>::clone(&scripted)), &url, Kind::Once, &[("a", "b &")]).await.unwrap_err();
        let Error::Refused { word, message, codes } = error else { panic!("{error}") };
        assert_eq!((&*word, &*message, &*codes), ("access_denied", "AADSTS65004: Declined.", &[65004][..]));
    }
}
