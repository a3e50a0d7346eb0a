//! Faults, as they show to whoever meets them.

use super::*;
use crate::emulator::gate::journal::Request;

fn order(rig: &mut Rig, fault: &Value) {
    let (status, body) = rig.call("PUT", "/_emulator/faults", &json!({"faults": [fault]}));
    assert_eq!(status, 200, "{body}");
}

fn group(name: &str) -> Value {
    json!({"displayName": name, "mailEnabled": false, "mailNickname": name, "securityEnabled": true})
}

/// A batch that makes three groups.
fn batch(rig: &mut Rig) -> Reply {
    let item = |name: &str| json!({"id": name, "method": "POST", "url": "/groups", "headers": {"Content-Type": "application/json"}, "body": group(name)});
    let body = json!({"requests": [item("a"), item("b"), item("c")]});
    rig.raw(|incoming| {
        incoming.method = "POST".into();
        incoming.target = "/v1.0/$batch".into();
        incoming.content_type = Some("application/json".into());
        incoming.body = body.to_string().into_bytes();
    })
}

fn groups(rig: &Rig) -> usize {
    rig.world.tenants[TENANT_ID].groups.len()
}

/// Status, count, in a batch, lost.
fn journal(rig: &Rig) -> Vec<(u16, u64, bool, bool)> {
    let told = |each: &Request| (each.status, each.count, each.in_batch, each.lost);
    rig.world.journal.requests.iter().map(told).collect()
}

#[test]
fn a_reset_item_cuts_the_whole_batch_and_what_comes_after_it_is_not_done() {
    let mut rig = Rig::new();
    order(&mut rig, &json!({"path": "/v1.0/groups", "reset": true, "after": 1}));
    assert!(batch(&mut rig).cut);
    assert_eq!(groups(&rig), 1);
    assert_eq!(journal(&rig), [(201, 1, true, true), (0, 1, true, false), (0, 1, false, false)]);
}

#[test]
fn a_lost_item_loses_the_answer_of_the_whole_batch_which_was_done() {
    let mut rig = Rig::new();
    order(&mut rig, &json!({"path": "/v1.0/groups", "lose_answer": true, "after": 1}));
    assert!(batch(&mut rig).cut);
    assert_eq!(groups(&rig), 3);
    assert_eq!(journal(&rig), [(201, 3, true, true), (200, 1, false, true)]);
    assert!(!batch(&mut rig).cut);
}

#[test]
fn a_lost_item_with_a_status_is_done_and_answered_so_by_itself() {
    let mut rig = Rig::new();
    order(&mut rig, &json!({"path": "/v1.0/groups", "lose_answer": true, "status": 504, "after": 1}));
    let reply = batch(&mut rig);
    let (_, body) = told(&reply);
    let statuses: Vec<u64> = (0..3).map(|n| body["responses"][n]["status"].as_u64().unwrap()).collect();
    assert_eq!((reply.cut, statuses, groups(&rig)), (false, vec![201, 504, 201], 3));
    assert_eq!(journal(&rig), [(201, 2, true, false), (504, 1, true, true), (200, 1, false, false)]);
}

#[test]
fn a_slow_item_holds_up_the_whole_batch() {
    let mut rig = Rig::new();
    order(&mut rig, &json!({"path": "/v1.0/groups", "delay_seconds": 7, "times": 2}));
    assert_eq!(batch(&mut rig).wait, Duration::from_secs(7));
    assert_eq!(groups(&rig), 3);
}

#[test]
fn a_write_can_be_done_and_answered_504() {
    let mut rig = Rig::new();
    order(&mut rig, &json!({"path": "/v1.0/groups", "lose_answer": true, "status": 504}));
    let (status, body) = rig.post("/v1.0/groups", &group("a"));
    assert_eq!((status, code(&body), groups(&rig)), (504, "GatewayTimeout", 1));
    assert_eq!(journal(&rig), [(504, 1, false, true)]);
    let reset = json!({"faults": [{"path": "*", "reset": true, "lose_answer": true}]});
    assert_eq!(rig.call("PUT", "/_emulator/faults", &reset).0, 400, "a part of it would be ignored");
}

#[test]
fn the_token_endpoint_fails_in_its_own_form() {
    let mut rig = Rig::new();
    for (fault, error, number) in [
        (json!({"status": 503, "retry_after_seconds": 5}), "temporarily_unavailable", 90033),
        (json!({"status": 429}), "temporarily_unavailable", 90055),
        (json!({"status": 500}), "server_error", 50000),
        (json!({"status": 401, "code": "unauthorized_client"}), "unauthorized_client", 7_000_215),
    ] {
        let mut fault = fault;
        fault["path"] = json!("*/oauth2/*");
        order(&mut rig, &fault);
        let (status, body) = rig.token_request(TENANT_ID, "");
        assert_eq!(json!(status), fault["status"]);
        assert_eq!((&body["error"], &body["error_codes"][0]), (&json!(error), &json!(number)));
        assert!(text(&body, "error_description").starts_with(&format!("AADSTS{number}: ")), "{body}");
    }
    assert_eq!(rig.token_request(TENANT_ID, "").0, 400);
}
