//! Many calls in few requests.
//!
//! Source: Microsoft Graph "combine multiple HTTP requests using JSON batching": at most 20 in one, answers in any order,
//! each with a status of its own. A throttled item is not repeated by the service; we repeat it, and only it. Only calls
//! that may be repeated are put into a batch.

use crate::graph::client::Client;
use crate::graph::client::Outgoing;
use crate::graph::error::Error;
use crate::graph::pace::is_intune;
use crate::graph::refusal::{APPROVAL_CODE, unpack};
use crate::graph::retry::{self, Decision, Kind};
use crate::graph::transport::Method;
use futures_util::{StreamExt as _, stream};
use serde_json::Value as Json;
use serde_json::json;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

const IN_ONE: usize = 20;
/// Batches under way at once.
const AT_ONCE: usize = 4;

/// One call of a batch: one that leads to the same state however often it is sent.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    path: String,
    body: Option<Json>,
}

impl Call {
    /// Reads. `path` without a version.
    pub fn get(path: impl Into<String>) -> Call {
        Call { method: Method::GET, path: path.into(), body: None }
    }

    /// Deletes. 404 counts as done.
    pub fn delete(path: impl Into<String>) -> Call {
        Call { method: Method::DELETE, path: path.into(), body: None }
    }

    /// A POST that leads to the same state however often it is sent. A body of null is no body.
    pub fn action(path: impl Into<String>, body: Json) -> Call {
        Call { method: Method::POST, path: path.into(), body: (!body.is_null()).then_some(body) }
    }

    fn kind(&self) -> Kind {
        if self.method == Method::GET { Kind::Read } else { Kind::Idempotent }
    }

    fn attempted(&self, version: &str) -> String {
        format!("{} /{version}{}", self.method, self.path)
    }
}

/// What became of one call: its answer's body.
pub(crate) type Sent = Result<Option<Json>, Error>;

impl Client {
    /// Reads many objects. `version` is `beta` or `v1.0`, the paths come without it. Answers in the order of the paths.
    /// The outer error is told when nothing more can be asked at all; an object's own stands in its place.
    pub async fn get_many(&self, version: &str, paths: &[String]) -> Result<Vec<Result<Json, Error>>, Error> {
        let calls: Vec<Call> = paths.iter().map(Call::get).collect();
        let answers = self.send_many(version, &calls).await;
        let mut found = Vec::with_capacity(answers.len());
        for (answer, call) in answers.into_iter().zip(&calls) {
            found.push(match answer {
                Ok(Some(body)) => Ok(body),
                Ok(None) => Err(Error::Unexpected {
                    attempted: call.attempted(version).into(),
                    status: 200,
                    message: "the answer is empty".into(),
                }),
                Err(error @ Error::Refused { .. }) => Err(error),
                Err(error) => return Err(error),
            });
        }
        Ok(found)
    }

    /// Sends many calls. What became of each stands in the order of the calls, so nothing that was done is forgotten.
    pub async fn send_many(&self, version: &str, calls: &[Call]) -> Vec<Sent> {
        let mut done: Vec<Option<Sent>> = vec![None; calls.len()];
        let mut pending: Vec<usize> = (0..calls.len()).collect();
        let mut number = 1;
        // Batches of writes to one of Intune's collections go one after another anyway, and each then knows how much room is left.
        let is_intunes = |call: &Call| call.kind() != Kind::Read && is_intune(&format!("/{version}{}", call.path));
        let at_once = if calls.iter().any(is_intunes) { 1 } else { AT_ONCE };
        while !pending.is_empty() {
            // By kind, so that a batch of reads is paced as reads.
            pending.sort_by_key(|at| calls.get(*at).is_some_and(|call| call.kind() != Kind::Read));
            let rounds: Vec<Vec<usize>> = pending
                .chunk_by(|a, b| calls.get(*a).map(Call::kind) == calls.get(*b).map(Call::kind))
                .flat_map(|same| same.chunks(IN_ONE))
                .map(<[usize]>::to_vec)
                .collect();
            let answers: Vec<(usize, Item)> = stream::iter(rounds)
                .map(|chunk| self.send_chunk(version, calls, chunk, number))
                .buffer_unordered(at_once)
                .flat_map(stream::iter)
                .collect()
                .await;
            pending.clear();
            let mut longest = Duration::ZERO;
            for (at, item) in answers {
                let result = match item {
                    Item::Done(result) => result,
                    Item::Again(error, wait) if self.has_time_for(wait) => {
                        pending.push(at);
                        longest = longest.max(wait);
                        Err(error)
                    }
                    Item::Again(error, _) => Err(error),
                };
                if let Some(slot) = done.get_mut(at) {
                    *slot = Some(result);
                }
            }
            // A stop leaves each pending call with its own last error.
            if !pending.is_empty() && self.until_stopped(tokio::time::sleep(longest)).await.is_err() {
                break;
            }
            number += 1;
        }
        let missing = || Error::Unexpected {
            attempted: format!("POST /{version}/$batch").into(),
            status: 200,
            message: "one request of the batch was not answered".into(),
        };
        let done = done.into_iter().map(|result| result.unwrap_or_else(|| Err(missing())));
        let done = done.zip(calls).map(|(sent, call)| self.unless_approval(version, call, sent));
        futures_util::future::join_all(done).await
    }

    /// A call that somebody has to approve goes by itself. All are asked for at once.
    async fn unless_approval(&self, version: &str, call: &Call, sent: Sent) -> Sent {
        let refused = match sent {
            Err(error) if error.awaits_approval() => error,
            sent => return sent,
        };
        let path = format!("/{version}{}", call.path);
        let outgoing = Outgoing::new(call.method.clone(), call.kind(), &path, call.body.as_ref());
        match self.with_approval(&outgoing, refused).await {
            Err(error) if error.is_not_found() && call.method == Method::DELETE => Ok(None),
            sent => Ok(sent?.body),
        }
    }

    fn has_time_for(&self, wait: Duration) -> bool {
        self.deadline().is_none_or(|deadline| Instant::now() + wait < deadline)
    }

    /// Sends calls of one kind, in as many batches as the service's limits have room for.
    async fn send_chunk(
        &self,
        version: &str,
        calls: &[Call],
        mut chunk: Vec<usize>,
        number: u32,
    ) -> Vec<(usize, Item)> {
        let mut answers = Vec::with_capacity(chunk.len());
        while let Some(first) = chunk.first().and_then(|at| calls.get(*at)) {
            let fitting = self.shared.pace.fitting(first.kind(), &format!("/{version}{}", first.path), chunk.len());
            let rest = chunk.split_off(fitting);
            answers.extend(self.send_batch(version, calls, chunk, number).await);
            chunk = rest;
        }
        answers
    }

    async fn send_batch(&self, version: &str, calls: &[Call], chunk: Vec<usize>, number: u32) -> Vec<(usize, Item)> {
        let chosen: Vec<(usize, &Call)> = chunk.iter().filter_map(|at| Some((*at, calls.get(*at)?))).collect();
        let Some((_, first)) = chosen.first() else { return Vec::new() };
        let body = packed(chosen.iter().copied());
        let path = format!("/{version}/$batch");
        let paced_as = format!("/{version}{}", first.path);
        let outgoing = Outgoing {
            counts: u32::try_from(chosen.len()).unwrap_or(u32::MAX),
            paced_as: &paced_as,
            ..Outgoing::new(Method::POST, first.kind(), &path, Some(&body))
        };
        let mut by_id = match self.send(&outgoing).await {
            Ok(answer) => unpacked(answer.body.unwrap_or_default()),
            Err(error) => return chunk.into_iter().map(|at| (at, Item::Done(Err(error.clone())))).collect(),
        };
        chosen
            .into_iter()
            .filter_map(|(at, call)| Some((at, item(version, call, number, by_id.remove(&at.to_string())?))))
            .collect()
    }
}

enum Item {
    Done(Sent),
    Again(Error, Duration),
}

/// Judges one answer of a batch.
fn item(version: &str, call: &Call, number: u32, answer: Json) -> Item {
    let told = told(version, call, answer);
    let again = match &told {
        Err(error) => retry::decide_error(number, call.kind(), error, retry::jitter()),
        Ok(_) => Decision::Final,
    };
    match (told, again) {
        (Err(error), Decision::Again(wait)) => Item::Again(error, wait),
        (told, _) => Item::Done(told),
    }
}

/// The body of a batch: each call under a number of its own.
pub(crate) fn packed<'a>(calls: impl Iterator<Item = (usize, &'a Call)>) -> Json {
    let request = |(at, call): (usize, &Call)| {
        let mut request = json!({"id": at.to_string(), "method": call.method.as_str(), "url": call.path});
        if let Some(body) = &call.body {
            request["body"] = body.clone();
            request["headers"] = json!({"Content-Type": "application/json"});
        }
        // Microsoft Graph "advanced query capabilities on directory objects".
        if call.path.ends_with("/$count") {
            request["headers"] = json!({"ConsistencyLevel": "eventual"});
        }
        request
    };
    json!({ "requests": calls.map(request).collect::<Vec<_>>() })
}

/// The answers of a batch by the numbers of its calls.
pub(crate) fn unpacked(mut answered: Json) -> HashMap<String, Json> {
    let Json::Array(responses) = answered["responses"].take() else { return HashMap::new() };
    responses.into_iter().filter_map(|response| Some((response["id"].as_str()?.to_owned(), response))).collect()
}

/// What a batch tells of one call.
pub(crate) fn told(version: &str, call: &Call, mut answer: Json) -> Sent {
    let status = answer["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
    let done = (200..300).contains(&status) || (status == 404 && call.method == Method::DELETE);
    if done {
        let body = answer["body"].take();
        return Ok((!body.is_null() && status < 300).then_some(body));
    }
    let mut refusal = unpack(status, &answer["body"]);
    let headers = &answer["headers"];
    let header = |name: &str| -> Option<&str> {
        headers.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1.as_str()
    };
    refusal.retry_after = retry::retry_after(header).or(refusal.retry_after);
    refusal.tell_approval(header(APPROVAL_CODE));
    Err(refusal.into_error(&call.attempted(version), status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::client::tests::{Scripted, answer, client, paced};
    use std::sync::Arc;
    use tokio_util::sync::CancellationToken;

    /// A service that answers each item by its path and round.
    fn service(reply: impl Fn(usize, &str) -> Json + Send + Sync + 'static) -> (Client, Arc<Scripted>) {
        client(move |round, request| {
            let body: Json = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
            let responses: Vec<Json> = body["requests"]
                .as_array()
                .unwrap()
                .iter()
                .rev()
                .map(|item| {
                    let mut response = reply(round, item["url"].as_str().unwrap());
                    response["id"] = item["id"].clone();
                    response
                })
                .collect();
            Ok(answer(200, &json!({ "responses": responses })))
        })
    }

    fn paths(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("/things/{n}")).collect()
    }

    fn sizes(scripted: &Scripted) -> Vec<usize> {
        let size = |body: &[u8]| serde_json::from_slice::<Json>(body).unwrap()["requests"].as_array().unwrap().len();
        scripted.seen().iter().map(|request| size(request.body.as_deref().unwrap())).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn twenty_in_one_and_answers_in_the_order_of_the_paths() {
        let (client, scripted) = service(|_, url| json!({"status": 200, "body": {"url": url}}));
        let found = client.get_many("beta", &paths(45)).await.unwrap();
        assert_eq!(found.len(), 45);
        for (n, found) in found.iter().enumerate() {
            assert_eq!(found.as_ref().unwrap()["url"], format!("/things/{n}"));
        }
        let mut sizes = sizes(&scripted);
        sizes.sort_unstable();
        assert_eq!(sizes, [5, 20, 20]);
        assert_eq!(scripted.seen()[0].url.path(), "/beta/$batch");
        assert!(client.get_many("beta", &[]).await.unwrap().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_throttled_item_is_repeated_after_its_own_retry_after() {
        let (client, scripted) = service(|round, url| match (round, url) {
            (0, "/things/3") => json!({"status": 429, "headers": {"retry-after": "7"}, "body": {}}),
            (_, "/things/4") => {
                json!({"status": 404, "body": {"error": {"code": "Request_ResourceNotFound", "message": "gone"}}})
            }
            _ => json!({"status": 200, "body": {"url": url}}),
        });
        let start = Instant::now();
        let found = client.get_many("v1.0", &paths(6)).await.unwrap();
        assert_eq!(Instant::now() - start, Duration::from_secs(7));
        assert_eq!(sizes(&scripted), [6, 1]);
        assert_eq!(found[3].as_ref().unwrap()["url"], "/things/3");
        let error = found[4].as_ref().unwrap_err();
        assert!(error.is_not_found());
        assert_eq!(error.to_string(), "GET /v1.0/things/4: HTTP 404 Request_ResourceNotFound: gone");
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_done_is_told_when_time_runs_out() {
        let (client, _) = service(|_, url| match url {
            "/things/1" => json!({"status": 429, "headers": {"Retry-After": "600"}, "body": {}}),
            _ => json!({"status": 204}),
        });
        let client = client.under(CancellationToken::new(), Instant::now() + Duration::from_secs(60));
        let calls: Vec<Call> = paths(3).into_iter().map(|path| Call::action(path, json!({}))).collect();
        let results = client.send_many("beta", &calls).await;
        assert_eq!((&results[0], &results[2]), (&Ok(None), &Ok(None)));
        assert_eq!(results[1].as_ref().unwrap_err().status(), Some(429));
    }

    #[tokio::test(start_paused = true)]
    async fn an_item_without_an_answer_is_an_error_and_a_404_to_a_delete_is_not() {
        let (client, _) =
            client(|_, _| Ok(answer(200, &json!({"responses": [{"id": "0", "status": 404, "body": {"error": {}}}]}))));
        let results = client.send_many("beta", &[Call::delete("/things/0"), Call::delete("/things/1")]).await;
        assert_eq!(results[0], Ok(None));
        assert!(results[1].as_ref().unwrap_err().to_string().contains("not answered"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_batch_is_each_items_error_and_get_many_returns_it() {
        let (client, _) = client(|_, _| Ok(answer(400, &json!({"error": {"code": "BadRequest", "message": "no"}}))));
        let results = client.send_many("beta", &[Call::get("/a"), Call::get("/b")]).await;
        assert!(results.iter().all(|r| r.as_ref().is_err_and(|e| e.status() == Some(400))));
    }

    /// Beside single writes, batches would leave up to nineteen places of each window empty.
    #[tokio::test(start_paused = true)]
    async fn single_writes_and_batches_together_use_all_that_intune_allows() {
        let (client, _) = paced(client(|_, request| {
            let body: Json = serde_json::from_slice(request.body.as_deref().unwrap_or_default()).unwrap_or_default();
            let Some(items) = body["requests"].as_array() else { return Ok(answer(204, &Json::Null)) };
            let responses: Vec<_> = items.iter().map(|item| json!({"id": item["id"], "status": 204})).collect();
            Ok(answer(200, &json!({ "responses": responses })))
        }));
        let start = Instant::now();
        for number in 0..150 {
            client.delete(&format!("/beta/deviceManagement/roleScopeTags/{number}")).await.unwrap();
        }
        let tag = |number| Call::delete(format!("/deviceManagement/roleScopeTags/{number}"));
        let calls: Vec<_> = (150..300).map(tag).collect();
        assert!(client.send_many("beta", &calls).await.iter().all(Result::is_ok));
        assert!(Instant::now() - start <= Duration::from_secs(40).mul_f64(1.2), "{:?}", Instant::now() - start);
    }
}
