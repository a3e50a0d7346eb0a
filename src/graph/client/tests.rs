//! The client over a transport that answers from memory, so that tokio's paused clock is exact.

mod sign_in;

use super::*;
use crate::graph::credential::Fetched;
use crate::graph::transport::{Answer, Broken, Request};
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::json;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

type Script = dyn Fn(usize, &Request) -> Result<Answer, Broken> + Send + Sync;

/// Answers the n-th request as the script says, and keeps what was asked.
pub(crate) struct Scripted {
    script: Box<Script>,
    seen: Mutex<Vec<Request>>,
    /// How long each answer takes.
    delay: Mutex<Duration>,
}

impl Debug for Scripted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scripted")
    }
}

impl Scripted {
    pub(crate) fn new(
        script: impl Fn(usize, &Request) -> Result<Answer, Broken> + Send + Sync + 'static,
    ) -> Arc<Scripted> {
        Arc::new(Scripted { script: Box::new(script), seen: Mutex::default(), delay: Mutex::default() })
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn slow(&self, delay: Duration) {
        *self.delay.lock().unwrap() = delay;
    }
}

#[async_trait::async_trait]
impl Transport for Scripted {
    async fn send(&self, request: Request) -> Result<Answer, Broken> {
        let number = {
            let mut seen = self.seen.lock().unwrap();
            seen.push(request.clone());
            seen.len() - 1
        };
        let delay = *self.delay.lock().unwrap();
        tokio::time::sleep(delay).await;
        (self.script)(number, &request)
    }
}

pub(crate) fn answer(status: u16, body: &Json) -> Answer {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    Answer { status, headers: HeaderMap::new(), body }
}

impl Answer {
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Answer {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        self
    }
}

/// Hands out `token-1`, `token-2` and so on, each for an hour.
#[derive(Debug, Default)]
struct Counting(AtomicU32, Duration);

#[async_trait::async_trait]
impl Credential for Counting {
    async fn fetch(&self, _: &Carrier, _: &str) -> Result<Fetched, Error> {
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        tokio::time::sleep(self.1).await;
        Ok(Fetched { token: format!("token-{number}"), lifetime: Duration::from_secs(3600) })
    }
}

/// A client of an emulator (not paced) with that script.
pub(crate) fn client(
    script: impl Fn(usize, &Request) -> Result<Answer, Broken> + Send + Sync + 'static,
) -> (Client, Arc<Scripted>) {
    client_of("http://127.0.0.1:5999", Counting::default(), script)
}

fn client_of(
    graph: &str,
    credential: impl Credential + 'static,
    script: impl Fn(usize, &Request) -> Result<Answer, Broken> + Send + Sync + 'static,
) -> (Client, Arc<Scripted>) {
    let settings = Settings {
        graph: graph.into(),
        audience: "https://graph.microsoft.com".into(),
        user_agent: "test".into(),
        credential: Arc::new(credential),
    };
    let scripted = Scripted::new(script);
    (Client::over(Url::parse(graph).unwrap(), settings, Pace::new(None), Arc::<Scripted>::clone(&scripted)), scripted)
}

/// The same that keeps the service's limits.
pub(crate) fn paced((mut client, scripted): (Client, Arc<Scripted>)) -> (Client, Arc<Scripted>) {
    Arc::get_mut(&mut client.shared).unwrap().pace = Pace::new(Some(1.0));
    (client, scripted)
}

/// A client that is never answered.
pub(crate) fn silent() -> Client {
    client(|_, _| Err(Broken { sent: false, message: "nobody is there".into() })).0
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.get(name)?.to_str().ok()
}

const GROUPS: &str = "/v1.0/groups";

#[tokio::test(start_paused = true)]
async fn each_verb_says_what_it_sends() {
    let (client, scripted) = client(|number, _| {
        Ok(match number {
            0 => answer(200, &json!({"id": "1"})),
            1 => answer(201, &json!({"id": "2"})),
            _ => answer(204, &Json::Null),
        })
    });
    assert_eq!(client.get(&format!("{GROUPS}/1?$select=id")).await.unwrap()["id"], "1");
    assert_eq!(client.post(GROUPS, &json!({"a": 1})).await.unwrap().unwrap()["id"], "2");
    assert_eq!(client.patch("/v1.0/groups/1", &json!({"b": null})).await, Ok(None));
    assert_eq!(client.put("/v1.0/groups/1", &json!({})).await, Ok(None));
    assert_eq!(client.action("/v1.0/groups/1/x", &json!({})).await, Ok(None));
    assert_eq!(client.delete("/v1.0/groups/1").await, Ok(()));
    let seen = scripted.seen();
    let methods: Vec<_> = seen.iter().map(|r| r.method.as_str()).collect();
    assert_eq!(methods, ["GET", "POST", "PATCH", "PUT", "POST", "DELETE"]);
    assert_eq!(seen[0].url.as_str(), "http://127.0.0.1:5999/v1.0/groups/1?$select=id");
    assert_eq!(seen[2].body.as_deref(), Some(&br#"{"b":null}"#[..]));
    assert_eq!(header(&seen[1], "content-type"), Some("application/json"));
    assert_eq!(header(&seen[0], "content-type"), None);
    assert_eq!(header(&seen[0], "authorization"), Some("Bearer token-1"));
    let ids: std::collections::HashSet<_> = seen.iter().map(|r| header(r, "client-request-id").unwrap()).collect();
    assert_eq!(ids.len(), seen.len());
}

#[tokio::test(start_paused = true)]
async fn advanced_queries_ask_for_eventual_consistency() {
    let (client, scripted) = client(|_, _| Ok(answer(200, &json!({"value": []}))));
    client.list("/v1.0/groups?$count=true&$filter=x").await.unwrap();
    client.list("/v1.0/groups?$filter=x").await.unwrap();
    let levels: Vec<_> = scripted.seen().iter().map(|r| header(r, "consistencylevel").map(str::to_owned)).collect();
    assert_eq!(levels, [Some("eventual".to_owned()), None]);
}

#[tokio::test(start_paused = true)]
async fn throttled_is_not_failed() {
    let (client, scripted) = client(|number, _| match number {
        0 => Ok(answer(429, &json!({"error": {"code": "TooManyRequests"}})).with("retry-after", "11")),
        1 => Ok(answer(503, &Json::Null).with("retry-after", "5")),
        _ => Ok(answer(201, &json!({"id": "1"}))),
    });
    let start = Instant::now();
    assert!(client.post(GROUPS, &json!({})).await.is_ok());
    assert_eq!(Instant::now() - start, Duration::from_secs(16));
    assert_eq!(scripted.seen().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_try_is_told_with_its_retry_after() {
    let (client, scripted) = client(|_, _| Ok(answer(429, &json!({})).with("retry-after", "590")));
    let error =
        client.try_action("/beta/deviceManagement/windowsAutopilotSettings/sync", &Json::Null).await.unwrap_err();
    assert_eq!((error.status(), error.retry_after()), (Some(429), Some(Duration::from_secs(590))));
    let seen = scripted.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].body.as_deref(), header(&seen[0], "content-type")), (Some(&b""[..]), None));
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_the_deadline_is_told_at_once() {
    let (client, _) = client(|_, _| Ok(answer(429, &json!({})).with("retry-after", "600")));
    let start = Instant::now();
    let client = client.under(CancellationToken::new(), start + Duration::from_secs(60));
    assert_eq!(client.get(GROUPS).await.unwrap_err().status(), Some(429));
    assert_eq!(Instant::now(), start);
}

#[tokio::test(start_paused = true)]
async fn a_post_whose_answer_was_lost_is_not_sent_again() {
    for lost in [Err(502), Err(500), Ok(())] {
        let (client, scripted) = client(move |_, _| match lost {
            Err(status) => Ok(answer(status, &Json::Null)),
            Ok(()) => Err(Broken { sent: true, message: "connection reset".into() }),
        });
        assert!(client.post(GROUPS, &json!({})).await.unwrap_err().is_lost());
        assert_eq!(scripted.seen().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_connection_is_tried_again_and_told() {
    let (client, scripted) = client(|_, _| Err(Broken { sent: false, message: "connection refused".into() }));
    let error = client.post(GROUPS, &json!({})).await.unwrap_err();
    assert_eq!(error.to_string(), "POST /v1.0/groups: connection refused");
    assert!(!error.is_lost());
    assert_eq!(scripted.seen().len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_delete_whose_answer_was_lost_may_find_it_gone() {
    let (client, _) = client(|number, _| match number {
        0 => Err(Broken { sent: true, message: "reset".into() }),
        _ => Ok(answer(404, &Json::Null)),
    });
    assert_eq!(client.delete("/v1.0/groups/1").await, Ok(()));
    let (client, _) = super::tests::client(|_, _| Ok(answer(404, &Json::Null)));
    assert!(client.delete("/v1.0/groups/1").await.unwrap_err().is_not_found());
    assert_eq!(client.get_optional("/v1.0/groups/1").await, Ok(None));
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once() {
    let (client, scripted) = client(|number, _| match number {
        0 => Ok(answer(401, &json!({"error": {"code": "InvalidAuthenticationToken"}}))),
        _ => Ok(answer(200, &json!({}))),
    });
    assert!(client.get(GROUPS).await.is_ok());
    let bearers: Vec<_> = scripted.seen().iter().map(|r| header(r, "authorization").unwrap().to_owned()).collect();
    assert_eq!(bearers, ["Bearer token-1", "Bearer token-2"]);
    let (client, scripted) = super::tests::client(|_, _| Ok(answer(401, &Json::Null)));
    assert_eq!(client.get(GROUPS).await.unwrap_err().status(), Some(401));
    assert_eq!(scripted.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn one_token_is_fetched_for_all_who_wait_and_renewed_in_time() {
    let credential = Counting(AtomicU32::new(0), Duration::from_millis(300));
    let (client, scripted) =
        client_of("http://127.0.0.1:5999", credential, |_, _| Ok(answer(200, &json!({"value": []}))));
    let asked = futures_util::future::join_all((0..8).map(|_| client.get(GROUPS))).await;
    assert!(asked.iter().all(Result::is_ok));
    tokio::time::advance(Duration::from_secs(3300)).await;
    client.get(GROUPS).await.unwrap();
    let seen = scripted.seen();
    assert!(seen[..8].iter().all(|r| header(r, "authorization") == Some("Bearer token-1")));
    assert_eq!(header(&seen[8], "authorization"), Some("Bearer token-2"));
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_that_is_more_than_time_can_hold_is_told() {
    let script = |_: usize, _: &Request| Ok(answer(429, &json!({})).with("retry-after", "10000000000000000000"));
    let (client, _) = paced(client(script));
    let client = client.under(CancellationToken::new(), Instant::now() + Duration::from_secs(60));
    for result in [client.get(GROUPS).await.map(drop), client.post(GROUPS, &json!({})).await.map(drop)] {
        assert_eq!(result.unwrap_err().status(), Some(429));
    }
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_read_ends_at_once_and_nothing_more_is_sent() {
    let (client, scripted) = client(|_, _| Ok(answer(200, &json!({}))));
    scripted.slow(Duration::from_secs(30));
    let cancel = CancellationToken::new();
    let start = Instant::now();
    let under = client.under(cancel.clone(), start + Duration::from_secs(600));
    let (result, ()) = tokio::join!(under.get(GROUPS), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        cancel.cancel();
    });
    assert_eq!(result, Err(Error::Cancelled { attempted: "GET /v1.0/groups".into(), may_have_taken_effect: false }));
    assert_eq!(Instant::now() - start, Duration::from_secs(2));
    assert!(under.post(GROUPS, &json!({})).await.unwrap_err().is_cancelled());
    assert_eq!(scripted.seen().len(), 1);
    // Others go on.
    assert!(client.get(GROUPS).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_write_under_way_may_answer_for_a_second_after_a_cancellation_and_longer_where_it_makes_something() {
    for (method, takes, end) in
        [("PUT", 2500, None), ("PUT", 3500, Some(3)), ("POST", 6500, None), ("POST", 7500, Some(7))]
    {
        let (client, scripted) = client(|_, _| Ok(answer(201, &json!({"id": "1"}))));
        scripted.slow(Duration::from_millis(takes));
        let cancel = CancellationToken::new();
        let start = Instant::now();
        let client = client.under(cancel.clone(), start + Duration::from_secs(600));
        let body = json!({});
        let write =
            async { if method == "POST" { client.post(GROUPS, &body).await } else { client.put(GROUPS, &body).await } };
        let (result, ()) = tokio::join!(write, async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            cancel.cancel();
        });
        match end {
            None => assert_eq!(result.unwrap().unwrap()["id"], "1"),
            Some(end) => {
                assert!(result.unwrap_err().is_cancelled());
                assert_eq!(Instant::now() - start, Duration::from_secs(end));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_bounds_retries_and_says_what_was_seen_last() {
    let (client, scripted) =
        client(|_, _| Ok(answer(429, &json!({"error": {"code": "TooManyRequests", "message": "slow down"}}))));
    let start = Instant::now();
    let client = client.under(CancellationToken::new(), start + Duration::from_secs(20));
    let error = client.get(GROUPS).await.unwrap_err();
    assert_eq!(error.status(), Some(429));
    assert!(Instant::now() - start < Duration::from_secs(20) && scripted.seen().len() >= 4);
    scripted.slow(Duration::from_secs(60));
    let error = client.get(GROUPS).await.unwrap_err();
    assert!(matches!(error, Error::TimedOut { .. }), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_no_json_is_told_without_its_text() {
    let (client, _) = client(|_, _| Ok(Answer { status: 200, headers: HeaderMap::new(), body: b"{\"a\":".to_vec() }));
    assert_eq!(client.get(GROUPS).await.unwrap_err().to_string(), "GET /v1.0/groups: HTTP 200: the answer is not JSON");
    let page = || Answer { status: 200, headers: HeaderMap::new(), body: b"<html>".to_vec() };
    let (client, scripted) = super::tests::client(move |_, _| Ok(page()));
    assert!(matches!(client.get(GROUPS).await, Err(Error::Proxy { status: 200, .. })));
    assert_eq!(scripted.seen().len(), 1);
    let (client, _) = super::tests::client(|_, _| Ok(answer(204, &Json::Null)));
    assert!(matches!(client.get(GROUPS).await, Err(Error::Unexpected { .. })));
}

#[tokio::test(start_paused = true)]
async fn the_service_tells_what_time_it_is() {
    let dates = ["Sat, 21 Nov 2026 08:00:30 GMT", "Sat, 21 Nov 2026 08:00:10 GMT"];
    let (client, _) = client(move |number, _| Ok(answer(503, &Json::Null).with("date", dates[number.min(1)])));
    assert_eq!(client.service_time(), None);
    assert!(client.get(GROUPS).await.is_err());
    assert_eq!(client.service_time(), httpdate::parse_http_date(dates[0]).ok(), "whichever of its machines answered");
}

#[tokio::test(start_paused = true)]
async fn the_request_id_of_the_header_is_told() {
    let (client, _) = client(|_, _| {
        Ok(answer(403, &json!({"error": {"code": "Authorization_RequestDenied", "message": "No."}}))
            .with("request-id", "r-9"))
    });
    let error = client.get(GROUPS).await.unwrap_err();
    assert_eq!(error.to_string(), "GET /v1.0/groups: HTTP 403 Authorization_RequestDenied: No (request id r-9)");
}

#[test]
fn plain_http_goes_to_this_machine_only() {
    let settings = |graph: &str| Settings {
        graph: graph.into(),
        audience: "https://graph.microsoft.com".into(),
        user_agent: "test".into(),
        credential: Arc::new(Counting::default()),
    };
    assert!(matches!(Client::new(settings("http://graph.example")), Err(Error::Endpoint { .. })));
    assert!(Client::new(settings("http://127.0.0.1:1")).is_ok());
}
