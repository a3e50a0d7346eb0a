//! One pooled client for one tenant: token, pace, retry.

use crate::graph::cloud::{self, is_loopback};
use crate::graph::credential::Carrier;
use crate::graph::credential::Credential;
use crate::graph::error::Error;
use crate::graph::judge::{attempted, judge, without_query};
use crate::graph::pace::Pace;
use crate::graph::reads::queue::Queue;
use crate::graph::retry::{Decision, Kind};
use crate::graph::service_time::Dated;
use crate::graph::token::Claims;
use crate::graph::token::Held;
use crate::graph::transport::{Answer, Broken, CLIENT_REQUEST_ID, Method, Request, Transport, Wire};
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value as Json;
use std::fmt::{self, Debug};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::oneshot;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// What a client is made of.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Root of Graph, such as `https://graph.microsoft.com`; plain http to this machine only.
    pub graph: String,
    /// What tokens are asked for: the cloud's own Graph root, whatever `graph` is.
    pub audience: String,
    /// Name and version of who asks.
    pub user_agent: String,
    /// Where tokens come from.
    pub credential: Arc<dyn Credential>,
}

/// Speaks to Graph for one tenant. Cheap to clone; all clones share one pool, one token and one pace.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    cancel: CancellationToken,
    deadline: Option<Instant>,
}

struct Shared {
    graph: Url,
    scope: String,
    credential: Arc<dyn Credential>,
    carrier: Carrier,
    dated: Arc<Dated>,
    held: tokio::sync::Mutex<Option<Held>>,
    pace: Pace,
    reads: Mutex<Queue<To>>,
}

/// Where the answer to a read goes.
pub(crate) type To = oneshot::Sender<Result<Json, Error>>;

/// What one attempt came to.
pub(crate) type Sent = Result<Answer, Broken>;

impl Shared {
    fn reads(&self) -> MutexGuard<'_, Queue<To>> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A write that is under way until it is dropped.
struct Write<'a>(&'a Shared);

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.0.reads().wrote();
    }
}

impl Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("graph", &self.shared.graph.as_str()).finish_non_exhaustive()
    }
}

/// A write that is under way when the caller is told to stop has so long to answer, so that what it did is known.
const GRACE: Duration = Duration::from_secs(1);

/// The same where it makes something, which nobody would find again without its id.
const GRACE_TO_MAKE: Duration = Duration::from_secs(5);

/// Why a future was not waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    Cancelled,
    TimedOut,
}

impl Stop {
    pub(crate) fn error(self, attempted: &str, last: &str, may_have_taken_effect: bool) -> Error {
        let attempted = attempted.into();
        match self {
            Stop::Cancelled => Error::Cancelled { attempted, may_have_taken_effect },
            Stop::TimedOut => Error::TimedOut { attempted, last: last.into(), may_have_taken_effect },
        }
    }
}

/// One request to Graph before it is sent.
pub(crate) struct Outgoing<'a> {
    pub(crate) kind: Kind,
    pub(crate) method: Method,
    /// Version and path, such as `/beta/deviceManagement`, or a `nextLink`.
    pub(crate) path: &'a str,
    pub(crate) body: Option<&'a Json>,
    /// As how many requests the service counts it.
    pub(crate) counts: u32,
    /// The path that the service's limits see: that of a batch's items.
    pub(crate) paced_as: &'a str,
    /// Whether to wait and send again when throttled.
    pub(crate) waits: bool,
    /// Whether it may change what reads answer.
    pub(crate) changes: bool,
}

/// An answer of Graph's that is no error.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) body: Option<Json>,
}

impl Client {
    /// Opens the pool. Nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Client, Error> {
        Client::with(settings, |graph| (!is_loopback(graph)).then_some(1.0))
    }

    /// The same where the service's limits are kept on this machine too: for an emulator whose budgets are on, and whose
    /// clock is so many times as fast.
    pub fn paced(settings: Settings, speed: f64) -> Result<Client, Error> {
        Client::with(settings, |_| Some(speed))
    }

    fn with(settings: Settings, speed: impl FnOnce(&Url) -> Option<f64>) -> Result<Client, Error> {
        let graph = cloud::endpoint(&settings.graph)?;
        let here = |url: &Url| url.scheme() == "http" && is_loopback(url);
        let authority = settings.credential.authority().map(cloud::endpoint).transpose()?;
        let local = here(&graph) && authority.as_ref().is_none_or(here);
        let wire = Wire::new(&settings.user_agent, local)?;
        let pace = Pace::new(speed(&graph));
        Ok(Client::over(graph, settings, pace, Arc::new(wire)))
    }

    fn over(graph: Url, settings: Settings, pace: Pace, transport: Arc<dyn Transport>) -> Client {
        let Settings { audience, credential, .. } = settings;
        let dated = Arc::new(Dated::new(transport));
        let shared = Shared {
            pace,
            graph,
            scope: format!("{}/.default", audience.trim_end_matches('/')),
            credential,
            carrier: Carrier(Arc::clone(&dated) as Arc<dyn Transport>),
            dated,
            held: tokio::sync::Mutex::default(),
            reads: Mutex::default(),
        };
        Client { shared: Arc::new(shared), cancel: CancellationToken::new(), deadline: None }
    }

    /// The same client for one caller: every wait and request ends when `cancel` is cancelled or `deadline` passes.
    #[must_use]
    pub fn under(&self, cancel: CancellationToken, deadline: Instant) -> Client {
        Client { shared: Arc::clone(&self.shared), cancel, deadline: Some(deadline) }
    }

    /// The same with more time, or less. A cancellation still ends it.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Client {
        Client { deadline: Some(deadline), ..self.clone() }
    }

    /// Whether it is the client of the same provider: one tenant, one token, one pace.
    pub fn is_same(&self, other: &Client) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// The time at the service when it last answered anything.
    pub fn service_time(&self) -> Option<SystemTime> {
        self.shared.dated.latest()
    }

    /// Whether so much time has passed at the service since then.
    pub fn has_passed(&self, since: Option<SystemTime>, time: Duration) -> bool {
        let passed = self.service_time().zip(since).and_then(|(now, since)| now.duration_since(since).ok());
        passed.is_some_and(|passed| passed >= time)
    }

    /// The same client for what has to be ended in so much time although the caller was told to stop.
    #[must_use]
    pub fn although_stopped(&self, time: Duration) -> Client {
        self.under(CancellationToken::new(), Instant::now() + time)
    }

    /// The address of an object, as a body names it to Graph: under the cloud's own name, wherever requests go.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.shared.scope.trim_end_matches("/.default"))
    }

    /// Whether the caller was told to stop. What needs no more requests may still be finished.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// The id of the tenant that the token is for (`tid`).
    pub async fn tenant_id(&self) -> Result<String, Error> {
        Ok(self.claims().await?.tenant_id)
    }

    /// What the token says: tenant and permissions.
    pub async fn claims(&self) -> Result<Claims, Error> {
        Claims::read(&self.bearer("access token").await?)
    }

    /// Sends until there is an answer that is no error, or an error that repeating does not help.
    pub(crate) async fn send(&self, outgoing: &Outgoing<'_>) -> Result<Answered, Error> {
        let attempted = attempted(&outgoing.method, outgoing.path);
        let _write = outgoing.changes.then(|| Write(&self.shared));
        let mut number = 1;
        let mut last = String::new();
        loop {
            let sent = self.attempt(outgoing, &attempted, &last).await?;
            let status = sent.as_ref().map_or(0, |answer| answer.status);
            match &sent {
                Ok(answer) if answer.is_success() => {
                    return Ok(Answered { status, body: answer.json(&attempted)? });
                }
                _ if status == 404 && number > 1 && outgoing.method == Method::DELETE => {
                    return Ok(Answered { status, body: None });
                }
                _ => {}
            }
            let (error, decision) = judge(&attempted, outgoing.kind, number, &sent);
            let Decision::Again(wait) = decision else { return Err(error) };
            if status == 429 && !outgoing.waits {
                return Err(error);
            }
            if self.deadline.is_some_and(|deadline| Instant::now() + wait >= deadline) {
                return Err(error);
            }
            if status == 429 {
                self.hold(outgoing, wait);
            }
            tracing::info!(request = &*attempted, status, seconds = wait.as_secs_f64(), "sending again");
            last = error.to_string();
            self.until_stopped(tokio::time::sleep(wait)).await.map_err(|stop| stop.error(&attempted, &last, false))?;
            number += 1;
        }
    }

    /// Sends once, and once more where the token is refused: it may have ended early, or this machine's clock may be wrong.
    /// `last` is what the attempt before came to.
    pub(crate) async fn attempt(&self, outgoing: &Outgoing<'_>, attempted: &str, last: &str) -> Result<Sent, Error> {
        let body = outgoing.body.map(|body| if body.is_null() { Vec::new() } else { body.to_string().into_bytes() });
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

    /// The service said "not before" to a request: nobody else needs to find out by asking.
    pub(crate) fn hold(&self, outgoing: &Outgoing<'_>, wait: Duration) {
        self.shared.pace.hold(outgoing.kind, outgoing.paced_as, wait);
    }

    /// The reads that wait for an answer.
    pub(crate) fn reads(&self) -> MutexGuard<'_, Queue<To>> {
        self.shared.reads()
    }

    /// The same client for nobody in particular.
    pub(crate) fn unbound(&self) -> Client {
        Client { shared: Arc::clone(&self.shared), cancel: CancellationToken::new(), deadline: None }
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

    /// The token in use, or a new one. Whoever comes while one is fetched waits for that one.
    async fn bearer(&self, attempted: &str) -> Result<String, Error> {
        let fetching = async {
            let mut held = self.shared.held.lock().await;
            if let Some(held) = held.as_ref().filter(|held| held.is_fresh()) {
                return Ok(held.bearer.clone());
            }
            let fetched = self.shared.credential.fetch(&self.shared.carrier, &self.shared.scope).await?;
            Ok(held.insert(Held::new(fetched)).bearer.clone())
        };
        match self.until_stopped(fetching).await {
            Ok(bearer) => bearer,
            Err(stop) => Err(stop.error(attempted, "", false)),
        }
    }

    /// Lets go of a token that Graph refused, unless somebody has replaced it already.
    async fn forget(&self, bearer: &str) {
        let mut held = self.shared.held.lock().await;
        if held.as_ref().is_some_and(|held| held.bearer == bearer) {
            *held = None;
        }
    }

    /// Waits for a future until the caller is told to stop.
    pub(crate) async fn until_stopped<F: Future>(&self, future: F) -> Result<F::Output, Stop> {
        tokio::select! {
            biased;
            stop = self.stopped() => Err(stop),
            output = future => Ok(output),
        }
    }

    /// Waits for a write; one that is under way when the caller is told to stop may still answer.
    async fn finish<F: Future>(&self, future: F, grace: Duration) -> Result<F::Output, Stop> {
        tokio::pin!(future);
        let stop = tokio::select! {
            biased;
            output = &mut future => return Ok(output),
            stop = self.stopped() => stop,
        };
        tokio::time::timeout(grace, future).await.map_err(|_| stop)
    }

    async fn stopped(&self) -> Stop {
        let late = async {
            match self.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Stop::Cancelled,
            () = late => Stop::TimedOut,
        }
    }

    /// When the caller's time ends.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }
}

const CONSISTENCY_LEVEL: HeaderName = HeaderName::from_static("consistencylevel");

impl<'a> Outgoing<'a> {
    pub(crate) fn new(method: Method, kind: Kind, path: &'a str, body: Option<&'a Json>) -> Outgoing<'a> {
        Outgoing { kind, method, path, body, counts: 1, paced_as: path, waits: true, changes: kind != Kind::Read }
    }
}

#[cfg(test)]
pub(crate) mod tests;
