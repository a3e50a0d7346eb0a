//! Reads that arrive together, over a transport that answers from memory.

use crate::graph::client::Client;
use crate::graph::client::tests::{Scripted, answer, client};
use crate::graph::error::Error;
use futures_util::future::join_all;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const GROUPS: &str = "/v1.0/groups";
const PROFILES: &str = "/beta/deviceManagement/windowsAutopilotDeploymentProfiles";
const EXPAND: &str = "$expand=assignments";

fn id(number: usize) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn refused(status: u16) -> (u16, Json) {
    (status, json!({"error": {"code": "No", "message": "no"}}))
}

/// What a tenant answers to a path: objects 0 to 99 are there.
fn tenant(path: &str) -> (u16, Json) {
    let object = |number: usize| json!({"id": id(number)});
    let there = 0..100;
    if path.ends_with("/$count") {
        return (200, json!("100"));
    }
    if path.contains("$filter=") {
        let found: Vec<_> = there.filter(|number| path.contains(&id(*number))).map(object).collect();
        return (200, json!({ "value": found }));
    }
    match path.split(['/', '?']).find(|part| part.len() == 36) {
        Some(one) => match (0..100).find(|number| id(*number) == one) {
            Some(number) => (200, object(number)),
            None => refused(404),
        },
        None => (200, json!({"value": there.map(object).collect::<Vec<_>>()})),
    }
}

/// A service that answers so, but where `odd` says otherwise: by the number of the request and the path, or `$batch`.
fn service(odd: impl Fn(usize, &str) -> Option<(u16, Json)> + Send + Sync + 'static) -> (Client, Arc<Scripted>) {
    let (client, scripted) = client(move |number, request| {
        let path = request.url.as_str().trim_start_matches("http://127.0.0.1:5999").to_owned();
        let serve = |path: &str| odd(number, path).unwrap_or_else(|| tenant(path));
        let throttled = |status: u16| if status == 429 || status == 503 { "7" } else { "" };
        if !path.ends_with("$batch") {
            let (status, body) = serve(&path);
            return Ok(answer(status, &body).with("retry-after", throttled(status)));
        }
        if let Some((status, body)) = odd(number, "$batch") {
            return Ok(answer(status, &body).with("retry-after", throttled(status)));
        }
        let version = path.trim_end_matches("/$batch");
        let asked: Json = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
        let responses = asked["requests"].as_array().unwrap().iter().rev().map(|item| {
            let (status, body) = serve(&format!("{version}{}", item["url"].as_str().unwrap()));
            json!({"id": item["id"], "status": status, "headers": {"Retry-After": throttled(status)}, "body": body})
        });
        Ok(answer(200, &json!({"responses": responses.collect::<Vec<_>>()})))
    });
    // What comes meanwhile waits.
    scripted.slow(Duration::from_millis(100));
    (client, scripted)
}

/// What was sent: a path, or the paths of a batch, each without its ids.
fn sent(scripted: &Scripted) -> Vec<String> {
    let plain = |path: &str| -> String {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let name = path.split('/').rfind(|part| part.len() != 36).unwrap_or_default();
        let ids = path.matches("00000000-").count() + query.matches("00000000-").count();
        if name.starts_with('$') || ids == 0 { format!("{name} list") } else { format!("{name} {ids}") }
    };
    let each = scripted.seen().into_iter().map(|request| match &request.body {
        _ if !request.url.path().ends_with("$batch") => plain(request.url.as_str()),
        None => String::new(),
        Some(body) => {
            let body: Json = serde_json::from_slice(body).unwrap();
            let each: Vec<_> =
                body["requests"].as_array().unwrap().iter().map(|item| plain(item["url"].as_str().unwrap())).collect();
            each.join(" + ")
        }
    });
    each.collect()
}

async fn groups(client: &Client, numbers: impl IntoIterator<Item = usize>) -> Vec<Result<Json, Error>> {
    let reads = numbers.into_iter().map(|number| async move { client.read_listed(GROUPS, &id(number), "").await });
    join_all(reads).await
}

async fn profiles(client: &Client, numbers: impl IntoIterator<Item = usize>) -> Vec<Result<Json, Error>> {
    join_all(numbers.into_iter().map(|number| async move { client.read_listed(PROFILES, &id(number), EXPAND).await }))
        .await
}

fn are_found(found: &[Result<Json, Error>], numbers: impl IntoIterator<Item = usize>) {
    let ids: Vec<_> = found.iter().map(|found| found.as_ref().expect("it is found")["id"].as_str().unwrap()).collect();
    assert_eq!(ids, numbers.into_iter().map(id).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn one_read_alone_is_a_plain_get_and_waits_for_nobody() {
    let (client, scripted) = service(|_, _| None);
    let start = Instant::now();
    are_found(&groups(&client, [1]).await, [1]);
    are_found(&groups(&client, [2]).await, [2]);
    assert_eq!(Instant::now() - start, Duration::from_millis(200));
    assert_eq!(sent(&scripted)[0], "groups 1");
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_a_request_is_under_way_goes_out_together() {
    let (client, scripted) = service(|_, _| None);
    let late = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        groups(&client, 1..40).await
    };
    let (first, rest) = tokio::join!(groups(&client, [0]), late);
    are_found(&first, 0..1);
    are_found(&rest, 1..40);
    // 39 ids: fifteen in a filter at most. How many groups there are is asked along with them.
    assert_eq!(sent(&scripted), ["groups 1", "groups 15 + groups 15 + groups 9 + $count list"]);
}

#[tokio::test(start_paused = true)]
async fn what_two_read_is_asked_for_once() {
    let (client, scripted) = service(|_, _| None);
    are_found(&profiles(&client, [5, 5, 5]).await, [5, 5, 5]);
    assert_eq!(sent(&scripted), ["windowsAutopilotDeploymentProfiles 1"]);
}

#[tokio::test(start_paused = true)]
async fn versions_and_services_have_requests_of_their_own() {
    let (client, scripted) = service(|_, _| None);
    let both = tokio::join!(groups(&client, 0..3), profiles(&client, 0..3));
    are_found(&both.0, 0..3);
    are_found(&both.1, 0..3);
    let profile = "windowsAutopilotDeploymentProfiles 1";
    assert_eq!(sent(&scripted), [[profile; 3].join(" + "), "groups 3".to_owned()]);
}

#[tokio::test(start_paused = true)]
async fn a_list_is_read_when_as_much_was_spent_and_answers_the_rest_without_a_request() {
    let (client, scripted) = service(|_, _| None);
    for numbers in [0..1, 1..10, 10..20, 20..30, 30..100] {
        are_found(&groups(&client, numbers.clone()).await, numbers);
    }
    assert_eq!(sent(&scripted), ["groups 1", "groups 9 + $count list", "groups list"]);
    for numbers in [0..1, 1..10, 10..20] {
        are_found(&profiles(&client, numbers.clone()).await, numbers);
    }
    assert_eq!(sent(&scripted).len(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_list_answers_for_thirty_seconds_and_until_a_write_of_ours() {
    let (client, scripted) = service(|_, _| None);
    are_found(&profiles(&client, 0..2).await, 0..2);
    are_found(&profiles(&client, 0..2).await, 0..2);
    are_found(&profiles(&client, 3..5).await, 3..5);
    assert_eq!(sent(&scripted).len(), 2);
    client.patch(&format!("{PROFILES}/{}", id(3)), &json!({"description": "x"})).await.unwrap();
    are_found(&profiles(&client, 3..5).await, 3..5);
    are_found(&profiles(&client, 3..5).await, 3..5);
    assert_eq!(sent(&scripted).len(), 5, "asked, then listed anew");
    tokio::time::sleep(Duration::from_secs(31)).await;
    are_found(&profiles(&client, 3..5).await, 3..5);
    assert_eq!(sent(&scripted).len(), 6);
}

#[tokio::test(start_paused = true)]
async fn what_neither_a_filter_nor_a_list_shows_is_asked_for_by_its_id() {
    let (client, scripted) =
        service(|_, path| (path.contains("$filter") || path.contains("$top")).then(|| (200, json!({"value": []}))));
    are_found(&groups(&client, 0..3).await, 0..3);
    assert_eq!(sent(&scripted), ["groups 3", "groups 1 + groups 1 + groups 1 + $count list"]);
    are_found(&groups(&client, 0..3).await, 0..3);
    assert_eq!(sent(&scripted)[2..], ["groups list", "groups 1 + groups 1 + groups 1"]);
    let gone = groups(&client, [500]).await.remove(0).unwrap_err();
    assert_eq!(gone.to_string(), format!("GET {GROUPS}/{}: HTTP 404 No: no", id(500)));
}

#[tokio::test(start_paused = true)]
async fn a_throttled_item_is_its_readers_own() {
    let (client, _) = service(|number, path| (number == 0 && path.contains(&id(2))).then(|| refused(429)));
    let start = Instant::now();
    let quick = async {
        are_found(&profiles(&client, [0, 1, 3]).await, [0, 1, 3]);
        Instant::now() - start
    };
    let impatient = client.under(CancellationToken::new(), start + Duration::from_secs(3));
    let (quick, slow, refused) = tokio::join!(quick, profiles(&client, [2]), profiles(&impatient, [2]));
    assert_eq!(quick, Duration::from_millis(100));
    are_found(&slow, [2]);
    assert_eq!(Instant::now() - start, Duration::from_millis(7200), "after its own Retry-After");
    assert_eq!(refused[0].as_ref().unwrap_err().status(), Some(429));
    assert!(refused[0].as_ref().unwrap_err().to_string().starts_with(&format!("GET {PROFILES}/{}", id(2))));
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_throttled_or_not_available_is_waited_for() {
    for status in [429, 503] {
        let (client, scripted) =
            service(move |number, path| (number == 0 && path == "$batch").then(|| refused(status)));
        let start = Instant::now();
        are_found(&profiles(&client, 0..3).await, 0..3);
        assert_eq!(Instant::now() - start, Duration::from_millis(7200), "{status}");
        let profile = "windowsAutopilotDeploymentProfiles 1";
        let list = "windowsAutopilotDeploymentProfiles list".to_owned();
        assert_eq!(sent(&scripted), [[profile; 3].join(" + "), list]);
    }
}

#[tokio::test(start_paused = true)]
async fn where_batches_are_refused_each_is_read_alone() {
    let (client, scripted) = service(|_, path| (path == "$batch" || !path.contains("00000000-")).then(|| refused(403)));
    are_found(&profiles(&client, 0..3).await, 0..3);
    assert_eq!(sent(&scripted)[1..], ["windowsAutopilotDeploymentProfiles 1"; 3]);
}

#[tokio::test(start_paused = true)]
async fn a_filter_that_is_refused_and_a_list_that_is_refused_cost_nobody_his_answer() {
    let odd = |path: &str| path.contains("$filter") || path.contains("$top") || path.ends_with("$count");
    let (client, _) = service(move |_, path| odd(path).then(|| refused(400)));
    for numbers in [0..3, 3..9, 9..30, 30..60] {
        are_found(&groups(&client, numbers.clone()).await, numbers);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_of_one_is_told_to_him_alone() {
    let (client, _) = service(|_, path| path.contains(&id(1)).then(|| refused(403)));
    let found = profiles(&client, 0..3).await;
    assert!(found[0].is_ok() && found[2].is_ok());
    let error = found[1].as_ref().unwrap_err();
    assert_eq!(error.to_string(), format!("GET {PROFILES}/{}?{EXPAND}: HTTP 403 No: no", id(1)));
}

#[tokio::test(start_paused = true)]
async fn who_leaves_leaves_the_others_where_they_are() {
    let (client, scripted) = service(|_, _| None);
    scripted.slow(Duration::from_secs(1));
    let cancel = CancellationToken::new();
    let start = Instant::now();
    let stopped = client.under(cancel.clone(), start + Duration::from_secs(60));
    let late = client.under(CancellationToken::new(), start + Duration::from_millis(500));
    let stop = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cancel.cancel();
    };
    let (found, stopped, late, ()) =
        tokio::join!(profiles(&client, 0..3), profiles(&stopped, [3]), profiles(&late, [4]), stop);
    are_found(&found, 0..3);
    let path = |number| format!("GET {PROFILES}/{}?{EXPAND}", id(number));
    assert_eq!(stopped[0].as_ref().unwrap_err().to_string(), format!("{}: interrupted", path(3)));
    assert_eq!(late[0].as_ref().unwrap_err().to_string(), format!("{}: timed out", path(4)));
    assert_eq!((Instant::now() - start, sent(&scripted).len()), (Duration::from_secs(1), 1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_holds_nobody_else_up() {
    let (client, scripted) = service(|_, _| None);
    scripted.slow(Duration::from_secs(100));
    let slow = groups(&client, [0]);
    let quick = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        scripted.slow(Duration::ZERO);
        let start = Instant::now();
        are_found(&groups(&client, 1..3).await, 1..3);
        Instant::now() - start
    };
    let (slow, quick) = tokio::join!(slow, quick);
    are_found(&slow, [0]);
    assert!(quick < Duration::from_secs(3), "{quick:?}");
}

#[tokio::test(start_paused = true)]
async fn what_asks_by_a_post_ends_no_list() {
    let (client, scripted) = service(|_, path| path.ends_with("/ask").then(|| (200, json!({}))));
    are_found(&profiles(&client, 0..2).await, 0..2);
    are_found(&profiles(&client, 0..2).await, 0..2);
    client.query(&format!("{PROFILES}/ask"), &Json::Null).await.unwrap();
    are_found(&profiles(&client, 2..9).await, 2..9);
    assert_eq!(sent(&scripted).len(), 3);
}
