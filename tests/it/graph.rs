//! The Graph client against the emulator: real sockets, the real credential, real pages.

use std::time::{Duration, Instant};

use autopilot::{
    emulator::{Emulator, Fault, OTHER_CLIENT_ID, OTHER_CLIENT_SECRET, OTHER_TENANT_ID, Options},
    graph::{Call, Client, Error},
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::tenant_client::{client, settings, settings_of};

const GROUPS: &str = "/v1.0/groups";
const TAGS: &str = "/beta/deviceManagement/roleScopeTags";

async fn emulator() -> Emulator {
    Emulator::start(Options::default()).await.expect("an emulator")
}

fn client_of(emulator: &Emulator, tenant_id: &str, client_id: &str, client_secret: &str) -> Client {
    Client::new(settings_of(emulator, tenant_id, client_id, client_secret)).expect("a client")
}

fn group(name: &str) -> serde_json::Value {
    json!({"displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true})
}

fn fault(method: &str, path: &str) -> Fault {
    serde_json::from_value(json!({"method": method, "path": path})).expect("a fault")
}

fn asked(emulator: &Emulator, path: &str) -> u64 {
    emulator.requests().iter().filter(|each| each.path.ends_with(path)).map(|each| each.count).sum()
}

#[tokio::test]
async fn a_token_tells_its_tenant_and_its_permissions_and_is_fetched_once() {
    let emulator = emulator().await;
    let ours = client(&emulator);
    let (left, right) = tokio::join!(ours.tenant_id(), ours.list(GROUPS));
    assert_eq!(left.as_deref(), Ok(emulator.tenant_id()));
    assert_eq!(right, Ok(Vec::new()));
    assert!(ours.claims().await.unwrap().roles.iter().any(|role| role == "Group.ReadWrite.All"));
    let theirs = client_of(&emulator, "fabrikam.com", OTHER_CLIENT_ID, OTHER_CLIENT_SECRET);
    assert_eq!(theirs.tenant_id().await.as_deref(), Ok(OTHER_TENANT_ID), "a domain names a tenant too");
}

#[tokio::test]
async fn refused_credentials_say_what_to_check() {
    let emulator = emulator().await;
    let (tenant, id) = (emulator.tenant_id(), emulator.client_id());
    let nobody = "0f8fad5b-d9cb-469f-a165-70867728950e";
    for (tenant, id, secret, code, word) in [
        (tenant, id, "wrong-secret", 7_000_215, "not its id"),
        (tenant, nobody, "x", 700_016, "client id"),
        (nobody, id, "x", 90_002, "tenant id"),
    ] {
        let error = client_of(&emulator, tenant, id, secret).list(GROUPS).await.unwrap_err();
        let Error::Credential { codes, advice, .. } = &error else { panic!("{error:?}") };
        assert_eq!(codes.as_ref(), [code]);
        assert!(advice.unwrap().contains(word), "{advice:?}");
        assert!(!format!("{error:?}").contains("wrong-secret"));
    }
}

#[tokio::test]
async fn an_object_is_made_read_changed_and_deleted() {
    let emulator = emulator().await;
    let client = client(&emulator);
    let made = client.post(GROUPS, &group("sales")).await.unwrap().unwrap();
    let path = format!("{GROUPS}/{}", made["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.unwrap()["displayName"], "sales");
    assert_eq!(client.patch(&path, &json!({"displayName": "Sales"})).await, Ok(None));
    assert_eq!(client.get(&path).await.unwrap()["displayName"], "Sales");
    assert_eq!(client.delete(&path).await, Ok(()));
    assert_eq!(client.get_optional(&path).await, Ok(None));
    let error = client.post(GROUPS, &json!({"displayName": "x"})).await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    assert!(error.to_string().contains("request id"), "{error}");
}

#[tokio::test]
async fn many_are_made_listed_over_pages_read_in_batches_and_deleted() {
    let emulator = emulator().await;
    let client = client(&emulator);
    for n in 0..130 {
        client.post(GROUPS, &group(&format!("g{n}"))).await.unwrap();
    }
    let all = client.list(GROUPS).await.unwrap();
    assert_eq!(all.len(), 130);
    let ids: Vec<_> = all.iter().map(|group| group["id"].as_str().unwrap()).collect();
    let mut paths: Vec<_> = ids.iter().map(|id| format!("/groups/{id}")).collect();
    paths.push("/groups/0f8fad5b-d9cb-469f-a165-70867728950e".to_owned());
    let found = client.get_many("v1.0", &paths).await.unwrap();
    assert!(found.iter().zip(&ids).all(|(found, id)| found.as_ref().is_ok_and(|found| found["id"] == **id)));
    assert!(found[130].as_ref().unwrap_err().is_not_found());
    assert_eq!(asked(&emulator, "/$batch"), 7);
    let calls: Vec<_> = paths.into_iter().map(Call::delete).collect();
    assert!(client.send_many("v1.0", &calls).await.iter().all(Result::is_ok));
    assert_eq!(client.list(GROUPS).await, Ok(Vec::new()));
}

#[tokio::test]
async fn throttled_waits_and_a_lost_answer_is_told_and_not_repeated() {
    let emulator = emulator().await;
    let client = client(&emulator);
    client.list(GROUPS).await.unwrap();
    emulator.fail(vec![Fault { status: Some(429), retry_after_seconds: Some(1), ..fault("GET", GROUPS) }]);
    let before = Instant::now();
    assert!(client.list(GROUPS).await.is_ok());
    assert!(before.elapsed() >= Duration::from_secs(1));

    emulator.fail(vec![Fault { lose_answer: true, ..fault("POST", GROUPS) }]);
    let error = client.post(GROUPS, &group("lost")).await.unwrap_err();
    assert!(error.is_lost(), "{error:?}");
    assert_eq!(client.list(GROUPS).await.unwrap().len(), 1, "it was made, once");

    emulator.fail(vec![Fault { reset: true, ..fault("GET", GROUPS) }]);
    assert!(client.list(GROUPS).await.is_ok(), "a read is repeated");
}

#[tokio::test]
async fn a_token_that_ended_early_is_replaced() {
    let emulator = emulator().await;
    let client = client(&emulator);
    client.list(GROUPS).await.unwrap();
    emulator.fail(vec![Fault { status: Some(401), ..fault("GET", GROUPS) }]);
    assert!(client.list(GROUPS).await.is_ok());
    assert_eq!(asked(&emulator, "/token"), 2);
}

#[tokio::test]
async fn a_cancellation_ends_a_request_that_is_under_way() {
    let emulator = emulator().await;
    let client = client(&emulator);
    client.list(GROUPS).await.unwrap();
    emulator.fail(vec![Fault { delay_seconds: 60.0, ..fault("GET", GROUPS) }]);
    let cancel = CancellationToken::new();
    let under = client.under(cancel.clone(), tokio::time::Instant::now() + Duration::from_secs(600));
    let before = Instant::now();
    let (result, ()) = tokio::join!(under.list(GROUPS), async {
        tokio::task::yield_now().await;
        cancel.cancel();
    });
    assert!(result.unwrap_err().is_cancelled());
    assert!(before.elapsed() < Duration::from_secs(2));
}

/// The service's budgets are on, and its clock is twenty times as fast.
#[tokio::test]
async fn whoever_runs_alone_keeps_intunes_budgets_and_is_never_throttled() {
    const SPEED: f64 = 20.0;
    let emulator = Emulator::start(Options { speed: SPEED, ..Options::default() }).await.expect("an emulator");
    emulator.configure(|settings| settings.throttling = true);
    let settings = settings(&emulator, emulator.client_secret());
    let client = Client::paced(settings, SPEED).expect("a client");
    let began = Instant::now();
    let tag = |number: usize| json!({"displayName": format!("Tag {number}")});
    let tags: Vec<_> = (0..150).map(tag).collect();
    let made = futures_util::future::join_all(tags.iter().map(|tag| client.post(TAGS, tag))).await;
    let calls: Vec<_> = made
        .iter()
        .map(|made| {
            made.as_ref().expect("it is made").as_ref().expect("it is told")["id"].as_str().expect("it has an id")
        })
        .map(|id| Call::delete(format!("/deviceManagement/roleScopeTags/{id}")))
        .collect();
    assert!(client.send_many("beta", &calls).await.iter().all(Result::is_ok));
    let asked = emulator.requests();
    assert_eq!(asked.iter().find(|each| each.status == 429), None);
    let writes = asked.iter().filter(|each| each.path.contains("roleScopeTags"));
    assert_eq!(writes.map(|each| each.count).sum::<u64>(), 300);
    // Two windows have to pass; on an idle machine it takes but little more.
    assert!(began.elapsed().mul_f64(SPEED) >= Duration::from_secs(40));
}
