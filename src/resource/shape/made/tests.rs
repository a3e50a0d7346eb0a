//! Making over a service that answers from memory, so that tokio's paused clock is exact.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    graph::client::tests::{answer, client},
    resource::Tenant,
    schema::{id, string, timestamp},
    value::Value,
};

const NOW: &str = "Sat, 21 Nov 2026 08:00:30 GMT";
const SINCE: &str = "2026-11-21T08:00:31Z";
const EARLIER: &str = "2026-11-21T07:59:31Z";

fn spec(with_time: bool) -> Spec {
    let mut attributes = vec![id(), string("display_name", "").required(), string("description", "")];
    attributes.extend(with_time.then(|| timestamp("created_date_time", "").read_only().stable()));
    Spec::new("thing", "").collection("/beta/deviceManagement/things").attributes(attributes)
}

fn planned(spec: &Spec) -> Value {
    let attributes = spec.attributes.iter().map(|attribute| (attribute.name.to_owned(), Value::Null));
    let mut planned = Value::Map(attributes.collect());
    planned.insert("id", Value::Unknown);
    planned.insert("display_name", "a".into());
    planned.insert("created_date_time", Value::Unknown);
    planned
}

fn thing(id: &str, made: &str) -> Json {
    json!({"id": id, "displayName": "a", "description": "", "createdDateTime": made})
}

/// What a service holds, and how it answers POSTs.
#[derive(Default)]
struct Service {
    things: Vec<Json>,
    posts: usize,
    /// What the n-th POST makes, and the status of its answer.
    made: Vec<(Option<Json>, u16)>,
}

/// A verb in a tenant of its own. What it is to make is seen by reads only after so long.
fn cx(
    spec: &Spec,
    service: Service,
    seen_after: Duration,
    time: Duration,
) -> (Cx, Arc<Mutex<Service>>, CancellationToken) {
    let service = Arc::new(Mutex::new(service));
    let (held, start) = (Arc::clone(&service), Instant::now());
    let (client, _) = client(move |_, request| {
        let mut service = held.lock().expect("no test panics in it");
        let there = json!({"value": service.things});
        if request.body.is_none() {
            let shown = if start.elapsed() >= seen_after { there } else { json!({"value": []}) };
            return Ok(answer(200, &shown).with("date", NOW));
        }
        let last = service.made.len() - 1;
        let (made, status) = service.made[service.posts.min(last)].clone();
        service.posts += 1;
        service.things.extend(made.clone());
        let body = if status == 201 { made.unwrap_or_default() } else { Json::Null };
        Ok(answer(status, &body).with("date", NOW))
    });
    let cancel = CancellationToken::new();
    let cx = Cx::new(&Tenant::Ready(client), &cancel, time).of(&Arc::new(spec.clone()));
    (cx, service, cancel)
}

/// What is made where the n-th POST makes that and answers so, beside what is there; and how many POSTs there were.
async fn made(spec: &Spec, there: &[Json], posts: &[(Option<Json>, u16)]) -> (Result<Json>, usize) {
    let service = Service { things: there.to_vec(), posts: 0, made: posts.to_vec() };
    let (cx, service, _) = cx(spec, service, Duration::ZERO, Duration::from_secs(600));
    // The service has told what time it is.
    cx.graph().expect("a tenant").list("/beta/else").await.expect("it is answered");
    let made = send(&cx, &Post::of(spec, &planned(spec))).await;
    let posts = service.lock().expect("no test panics in it").posts;
    (made, posts)
}

fn id_of(made: &Result<Json>) -> &str {
    made.as_ref().expect("it is made")["id"].as_str().expect("it has an id")
}

#[tokio::test(start_paused = true)]
async fn what_a_lost_post_made_is_found_and_not_made_twice() {
    for with_time in [true, false] {
        for status in [500, 502, 503, 504] {
            let (made, posts) = made(&spec(with_time), &[], &[(Some(thing("1", SINCE)), status)]).await;
            assert_eq!((id_of(&made), posts), ("1", 1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_made_nothing_is_sent_again_when_looking_ends() {
    let start = Instant::now();
    let (made, posts) = made(&spec(true), &[], &[(None, 503), (Some(thing("1", SINCE)), 201)]).await;
    assert_eq!((id_of(&made), posts), ("1", 2));
    let waited = start.elapsed();
    assert!((Duration::from_secs(10)..Duration::from_secs(20)).contains(&waited), "{waited:?}");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_stays_away_is_told_after_some_sendings() {
    for (status, sendings) in [(503, SENDINGS), (500, SENDINGS_AFTER_500)] {
        let (made, posts) = made(&spec(true), &[], &[(None, status)]).await;
        assert_eq!(posts, sendings);
        assert_eq!(made.expect_err("nothing is made").graph().and_then(graph::Error::status), Some(status));
    }
}

#[tokio::test(start_paused = true)]
async fn an_older_namesake_is_never_taken() {
    for (with_time, status) in [(true, 503), (false, 503)] {
        let posts = [(None, status), (Some(thing("2", SINCE)), 201)];
        let (made, posts) = made(&spec(with_time), &[thing("1", EARLIER)], &posts).await;
        assert_eq!((id_of(&made), posts), ("2", 2));
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_that_are_alike_none_is_taken_and_both_are_named() {
    let (made, _) = made(&spec(true), &[thing("1", SINCE)], &[(Some(thing("2", SINCE)), 504)]).await;
    let told = made.expect_err("they are alike").to_string();
    assert!(told.contains("exactly alike: 1, 2. None was taken."), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_sibling_of_count_is_no_find() {
    let spec = spec(true);
    let posts = vec![(Some(thing("1", SINCE)), 504), (Some(thing("2", SINCE)), 504)];
    let service = Service { made: posts, ..Service::default() };
    let (cx, _, _) = cx(&spec, service, Duration::ZERO, Duration::from_secs(600));
    cx.graph().expect("a tenant").list("/beta/else").await.expect("it is answered");
    let post = Post::of(&spec, &planned(&spec));
    let (one, other) = tokio::join!(send(&cx, &post), send(&cx, &post));
    assert_eq!([id_of(&one), id_of(&other)], ["1", "2"]);
}

#[tokio::test(start_paused = true)]
async fn h8_what_is_seen_only_after_20_seconds_of_replication_is_found() {
    let spec = spec(true).replicates_within(Duration::from_secs(60));
    let service = Service { made: vec![(Some(thing("1", SINCE)), 504)], ..Service::default() };
    let (cx, service, _) = cx(&spec, service, Duration::from_secs(20), Duration::from_secs(600));
    let post = Post::of(&spec, &planned(&spec)).marked("mailNickname eq 'x'".to_owned());
    let made = send(&cx, &post).await;
    assert_eq!((id_of(&made), service.lock().expect("no test panics in it").posts), ("1", 1));
}

/// What is left of the time is for sending again.
#[tokio::test(start_paused = true)]
async fn half_of_a_short_time_is_spent_looking() {
    let spec = spec(true).replicates_within(Duration::from_secs(60));
    let service = Service { made: vec![(None, 503), (Some(thing("1", SINCE)), 201)], ..Service::default() };
    let (cx, service, _) = cx(&spec, service, Duration::ZERO, Duration::from_secs(20));
    let post = Post::of(&spec, &planned(&spec)).marked("mailNickname eq 'x'".to_owned());
    assert_eq!(id_of(&send(&cx, &post).await), "1");
    assert_eq!(service.lock().expect("no test panics in it").posts, 2);
}

#[tokio::test(start_paused = true)]
async fn after_ctrl_c_what_a_lost_post_made_is_looked_for_once_more() {
    let spec = spec(true);
    let service = Service { made: vec![(Some(thing("1", SINCE)), 504)], ..Service::default() };
    let (cx, service, cancel) = cx(&spec, service, Duration::from_secs(3), Duration::from_secs(600));
    cx.graph().expect("a tenant").list("/beta/else").await.expect("it is answered");
    let post = Post::of(&spec, &planned(&spec));
    let (made, ()) = tokio::join!(send(&cx, &post), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        cancel.cancel();
    });
    assert_eq!((id_of(&made), service.lock().expect("no test panics in it").posts), ("1", 1));
}
