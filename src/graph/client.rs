//! One pooled client for one tenant: token, pace, retry.

use crate::graph::cloud;
use crate::graph::credential::Carrier;
use crate::graph::credential::Credential;
use crate::graph::error::Error;
use crate::graph::judge::{attempted, judge};
use crate::graph::ledger::{Approvals, Ledger};
use crate::graph::pace::Pace;
use crate::graph::reads::queue::Queue;
use crate::graph::retry::{Decision, Kind};
use crate::graph::service_time::Dated;
use crate::graph::token::Claims;
use crate::graph::token::Held;
use crate::graph::transport::{Answer, Broken, Method, Transport, Wire};
use reqwest::Url;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value as Json;
use std::fmt::{self, Debug};
use std::future::Future;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::{OnceCell, oneshot};
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
    pub(super) shared: Arc<Shared>,
    cancel: CancellationToken,
    deadline: Option<Instant>,
    approvals: Arc<Approvals>,
    ledger: Ledger,
}

/// What all clients of a tenant share.
pub(super) struct Shared {
    pub(super) graph: Url,
    pub(super) scope: String,
    pub(super) credential: Arc<dyn Credential>,
    pub(super) carrier: Carrier,
    dated: Arc<Dated>,
    /// The token in use, or how the last sign-in failed.
    pub(super) held: tokio::sync::Mutex<Result<Option<Held>, Error>>,
    /// How many sign-ins have failed.
    pub(super) failures: AtomicU64,
    /// What the first sign-in came to.
    signed_in: OnceCell<Result<Claims, Error>>,
    pub(super) pace: Pace,
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
#[derive(Clone)]
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
    /// The header of an approval.
    pub(super) approval: Option<(HeaderName, HeaderValue)>,
}

/// An answer of Graph's that is no error.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) body: Option<Json>,
}

/// So long a sign-in is waited for that nobody needs yet.
const SIGN_IN: Duration = Duration::from_secs(10);

impl Client {
    /// Opens the pool. Nothing is sent yet.
    pub fn new(settings: Settings) -> Result<Client, Error> {
        Client::with(settings, |graph| cloud::is_paced(graph).then_some(1.0))
    }

    /// The same where the service's limits are kept on this machine too: for an emulator whose budgets are on, and whose
    /// clock is so many times as fast. The service's own is not faster.
    pub fn paced(settings: Settings, speed: f64) -> Result<Client, Error> {
        Client::with(settings, |graph| Some(if cloud::is_paced(graph) { 1.0 } else { speed }))
    }

    fn with(settings: Settings, speed: impl FnOnce(&Url) -> Option<f64>) -> Result<Client, Error> {
        let graph = cloud::endpoint(&settings.graph)?;
        let wire = Wire::new(&settings.user_agent)?;
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
            held: tokio::sync::Mutex::new(Ok(None)),
            failures: AtomicU64::new(0),
            reads: Mutex::default(),
            signed_in: OnceCell::new(),
        };
        Client {
            shared: Arc::new(shared),
            cancel: CancellationToken::new(),
            deadline: None,
            approvals: Arc::default(),
            ledger: Ledger::default(),
        }
    }

    /// The same client for one caller: every wait and request ends when `cancel` is cancelled or `deadline` passes.
    #[must_use]
    pub fn under(&self, cancel: CancellationToken, deadline: Instant) -> Client {
        Client { cancel, deadline: Some(deadline), ..self.clone() }
    }

    /// The same client for a caller that has no deadline of its own.
    #[must_use]
    pub fn ended_by(&self, cancel: &CancellationToken) -> Client {
        Client { cancel: cancel.clone(), ..self.clone() }
    }

    /// The same with what is said where another administrator has to approve a write.
    #[must_use]
    pub fn with_approvals(self, approvals: Approvals) -> Client {
        Client { approvals: Arc::new(approvals), ..self }
    }

    /// The same with the approvals of one caller's writes.
    #[must_use]
    pub fn entered_in(&self, ledger: &Ledger) -> Client {
        Client { ledger: ledger.clone(), ..self.clone() }
    }

    /// The same with more time, or less. A cancellation still ends it.
    #[must_use]
    pub fn until(&self, deadline: Instant) -> Client {
        Client { deadline: Some(deadline), ..self.clone() }
    }

    /// Whether the service's limits are kept.
    #[cfg(feature = "emulator")] // only a command tells it
    pub(crate) fn is_paced(&self) -> bool {
        self.shared.pace.is_kept()
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

    /// Where the approvals of its caller's writes stand.
    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub(super) fn approvals(&self) -> &Approvals {
        &self.approvals
    }

    /// What the first sign-in of this process came to within ten seconds; it is left to whoever needs Graph first where it
    /// takes longer. It is made now if there was none, and not again where it failed or did not end: a plan of a hundred
    /// resources does not wait a hundred times for a network that is down.
    pub async fn signed_in(&self) -> Result<Claims, Error> {
        let first = self.shared.signed_in.get_or_try_init(|| async {
            let end = Instant::now() + SIGN_IN;
            let is_short = self.deadline.is_some_and(|deadline| deadline < end);
            let bounded = if is_short { self.clone() } else { self.until(end) };
            match bounded.claims().await {
                // Its caller's own end.
                Err(stop) if stop.is_cancelled() || (stop.is_stop() && is_short) => Err(stop),
                ended => Ok(ended),
            }
        });
        first.await?.clone()
    }

    /// Sends until there is an answer that is no error, or an error that repeating does not help.
    pub(super) async fn persist(&self, outgoing: &Outgoing<'_>) -> Result<Answered, Error> {
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

    /// The service said "not before" to a request: nobody else needs to find out by asking.
    pub(crate) fn hold(&self, outgoing: &Outgoing<'_>, wait: Duration) {
        self.shared.pace.hold(outgoing.kind, outgoing.paced_as, wait);
    }

    /// How many writes of this process have ended in this tenant: what was read before answers nobody who comes after one.
    pub(crate) fn writes(&self) -> u64 {
        self.reads().writes()
    }

    /// The reads that wait for an answer.
    pub(crate) fn reads(&self) -> MutexGuard<'_, Queue<To>> {
        self.shared.reads()
    }

    /// The same client for nobody in particular.
    pub(crate) fn unbound(&self) -> Client {
        Client { cancel: CancellationToken::new(), deadline: None, ..self.clone() }
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
    pub(super) async fn finish<F: Future>(&self, future: F, grace: Duration) -> Result<F::Output, Stop> {
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

impl<'a> Outgoing<'a> {
    pub(crate) fn new(method: Method, kind: Kind, path: &'a str, body: Option<&'a Json>) -> Outgoing<'a> {
        Outgoing {
            kind,
            method,
            path,
            body,
            counts: 1,
            paced_as: path,
            waits: true,
            changes: kind != Kind::Read,
            approval: None,
        }
    }

    /// The same with the header of an approval.
    pub(super) fn with(&self, name: HeaderName, value: HeaderValue) -> Outgoing<'a> {
        Outgoing { approval: Some((name, value)), ..self.clone() }
    }

    /// The body as it is sent. A body of null is no body.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        self.body.map(|body| if body.is_null() { Vec::new() } else { body.to_string().into_bytes() })
    }
}

#[cfg(test)]
pub(crate) mod tests;
