//! One attempt: token, pace, and the request itself.

use crate::graph::client::{Client, Outgoing, Sent, Stop};
use crate::graph::error::Error;
use crate::graph::judge::without_query;
use crate::graph::retry::Kind;
use crate::graph::token::Held;
use crate::graph::transport::{CLIENT_REQUEST_ID, Request};
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// A write that is under way when the caller is told to stop has so long to answer, so that what it did is known.
const GRACE: Duration = Duration::from_secs(1);

/// The same where it makes something, which nobody would find again without its id.
const GRACE_TO_MAKE: Duration = Duration::from_secs(5);

const CONSISTENCY_LEVEL: HeaderName = HeaderName::from_static("consistencylevel");

impl Client {
    /// Sends once, and once more where the token is refused: it may have ended early, or this machine's clock may be wrong.
    /// `last` is what the attempt before came to.
    pub(crate) async fn attempt(&self, outgoing: &Outgoing<'_>, attempted: &str, last: &str) -> Result<Sent, Error> {
        let body = outgoing.bytes();
        let mut token_was_refused = false;
        loop {
            let stopped = |stop: Stop| stop.error(attempted, last, false);
            let bearer = self.bearer(attempted).await?;
            let turn = self.shared.pace.turn(outgoing.kind, outgoing.paced_as, outgoing.counts);
            let turn = self.until_stopped(turn).await.map_err(stopped)?;
            let request = self.request(outgoing, body.clone(), &bearer)?;
            let asked = request.headers.get(&CLIENT_REQUEST_ID).cloned();
            let began = Instant::now();
            let sending = self.shared.carrier.0.send(request);
            let sent = match outgoing.kind {
                Kind::Read => self.until_stopped(sending).await.map_err(stopped)?,
                Kind::Idempotent | Kind::Once => {
                    let grace = if outgoing.kind == Kind::Once { GRACE_TO_MAKE } else { GRACE };
                    self.finish(sending, grace).await.map_err(|stop| stop.error(attempted, last, true))?
                }
            };
            drop(turn);
            let (status, request_id) = match &sent {
                Ok(answer) => (answer.status, answer.header("request-id")),
                Err(_) => (0, None),
            };
            tracing::debug!(
                request = attempted,
                status,
                request_id,
                client_request_id = asked.as_ref().and_then(|id| id.to_str().ok()),
                milliseconds = began.elapsed().as_millis(),
                "Graph answered"
            );
            if status != 401 || token_was_refused {
                return Ok(sent);
            }
            token_was_refused = true;
            self.forget(&bearer).await;
        }
    }

    fn request(&self, outgoing: &Outgoing<'_>, body: Option<Vec<u8>>, bearer: &str) -> Result<Request, Error> {
        let mut headers = HeaderMap::new();
        let mut authorization = HeaderValue::from_str(&format!("Bearer {bearer}")).map_err(|_| Error::Credential {
            message: "the access token contains characters that are not allowed in a header".into(),
            codes: Box::default(),
            advice: None,
        })?;
        authorization.set_sensitive(true);
        headers.insert(AUTHORIZATION, authorization);
        let id = uuid::Uuid::new_v4().to_string();
        headers.extend(HeaderValue::from_str(&id).ok().map(|id| (CLIENT_REQUEST_ID, id)));
        if body.as_ref().is_some_and(|body| !body.is_empty()) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        headers.extend(outgoing.approval.clone());
        // Microsoft Graph "advanced query capabilities on directory objects".
        if ["$count=true", "$search="].iter().any(|part| outgoing.path.contains(part)) {
            headers.insert(CONSISTENCY_LEVEL, HeaderValue::from_static("eventual"));
        }
        Ok(Request { method: outgoing.method.clone(), url: self.url(outgoing.path)?, headers, body })
    }

    /// The whole URL of a path. A `nextLink` is taken as it is, but only to the same host: the token goes with it.
    fn url(&self, path: &str) -> Result<Url, Error> {
        let refuse = |message: &str| Error::Endpoint { given: without_query(path).into(), message: message.into() };
        let base = &self.shared.graph;
        if path.starts_with('/') {
            return Url::parse(&format!("{}{path}", base.as_str().trim_end_matches('/')))
                .map_err(|_| refuse("is not a path"));
        }
        let url = Url::parse(path).map_err(|_| refuse("is not a URL"))?;
        if url.origin() != base.origin() {
            return Err(refuse("leads away from Graph and is not followed"));
        }
        Ok(url)
    }

    /// The token in use, or a new one. Whoever comes while one is fetched waits for that one, and shares its failure: a
    /// refresh of many resources does not try an authority that is down once for each.
    pub(super) async fn bearer(&self, attempted: &str) -> Result<String, Error> {
        let failures = || self.shared.failures.load(Ordering::Acquire);
        let failed_before = failures();
        let fetching = async {
            let mut held = self.shared.held.lock().await;
            match &*held {
                Ok(Some(held)) if held.is_fresh() => return Ok(held.bearer.clone()),
                Err(error) if failures() != failed_before => return Err(error.clone()),
                _ => {}
            }
            match self.shared.credential.fetch(&self.shared.carrier, &self.shared.scope).await {
                Ok(fetched) => {
                    let fetched = Held::new(fetched);
                    let bearer = fetched.bearer.clone();
                    *held = Ok(Some(fetched));
                    Ok(bearer)
                }
                Err(error) => {
                    *held = Err(error.clone());
                    self.shared.failures.fetch_add(1, Ordering::Release);
                    Err(error)
                }
            }
        };
        match self.until_stopped(fetching).await {
            Ok(bearer) => bearer,
            Err(stop) => Err(stop.error(attempted, "", false)),
        }
    }

    /// Lets go of a token that Graph refused, unless somebody has replaced it already.
    async fn forget(&self, bearer: &str) {
        let mut held = self.shared.held.lock().await;
        if matches!(&*held, Ok(Some(held)) if held.bearer == bearer) {
            *held = Ok(None);
        }
    }
}
