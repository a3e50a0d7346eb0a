//! A replay is asked as a command asks it.

use super::*;
use crate::cli::recording::form::Refused;

const TENANT: &str = "00000000-0000-0000-0000-000000000001";

fn read(path: &str, answer: Json) -> Line {
    Line::Exchange(Exchange { method: "GET".into(), path: path.into(), status: 200, answer, ..Exchange::default() })
}

async fn ask(replay: &Replay, method: &str, target: &str, body: &str) -> (u16, Json) {
    let asked = Asked {
        method: method.parse().unwrap(),
        target: target.into(),
        headers: HeaderMap::new(),
        body: body.as_bytes().into(),
    };
    let answered = replay.answer(asked).await;
    (answered.status, serde_json::from_slice(&answered.body).unwrap_or_default())
}

#[tokio::test]
async fn a_batch_is_answered_call_by_call_and_links_lead_to_the_replay() {
    let next = format!("{GRAPH}/v1.0/groups?$skiptoken=token-2");
    let replay = Replay::of(
        vec![read("/v1.0/groups", json!({"@odata.nextLink": next})), read("/v1.0/users", json!([]))],
        "http://127.0.0.1:1",
    );
    let calls = json!({"requests": [
        {"id": "a", "method": "GET", "url": "/users"},
        {"id": "b", "method": "GET", "url": "/groups"},
        {"id": "c", "method": "GET", "url": "/devices"},
    ]});
    let (status, told) = ask(&replay, "POST", "/v1.0/$batch", &calls.to_string()).await;
    let status_of = |at: usize| told["responses"][at]["status"].as_u64();
    assert_eq!((status, status_of(0), status_of(1), status_of(2)), (200, Some(200), Some(200), Some(501)));
    let link = &told["responses"][1]["body"]["@odata.nextLink"];
    assert_eq!(link, "http://127.0.0.1:1/v1.0/groups?$skiptoken=token-2");
    let Outcome { answered, left, missing } = replay.outcome();
    assert_eq!((answered, left, missing), (2, vec![], vec!["GET /v1.0/devices".to_owned()]));
}

#[tokio::test]
async fn a_sign_in_that_was_refused_is_refused_and_then_given_for_the_tenant_that_is_asked_for() {
    let refused = Refused { status: 401, answer: json!({"error": "invalid_client"}) };
    let sign_ins = [
        SignIn { tenant: TENANT.into(), refused: Some(refused), ..SignIn::default() },
        SignIn { tenant: TENANT.into(), roles: vec!["Group.Read.All".into()], ..SignIn::default() },
    ];
    let lines = sign_ins.map(|sign_in| Line::SignIn { sign_in });
    let replay = Replay::of(lines.into(), "http://127.0.0.1:1");
    let mine = "743f0000-0000-4000-8000-000000000001";
    let target = format!("/{mine}/oauth2/v2.0/token");
    let form = "grant_type=client_credentials";
    assert_eq!(ask(&replay, "POST", &target, form).await, (401, json!({"error": "invalid_client"})));
    for _ in 0..2 {
        let (status, told) = ask(&replay, "POST", &target, form).await;
        let claims = crate::graph::Claims::read(told["access_token"].as_str().unwrap()).unwrap();
        assert_eq!((status, claims.tenant_id.as_str(), claims.roles), (200, mine, vec!["Group.Read.All".to_owned()]));
    }
    let other = "/743f0000-0000-4000-8000-000000000002/oauth2/v2.0/token";
    assert_eq!(ask(&replay, "POST", other, form).await.0, 501, "nobody signed in there");
}
