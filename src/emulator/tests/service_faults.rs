//! Faults that are told in the words of the service: a conflict, a backend that is throttled, a success that does nothing.

use super::*;

fn order(rig: &mut Rig, fault: &Value) -> Told {
    rig.call("PUT", "/_emulator/faults", &json!({"faults": [fault]}))
}

#[test]
fn a_fault_of_412_is_condition_not_met() {
    let mut rig = Rig::new();
    let device = rig.seed(&json!([{"serialNumber": "S1"}])).remove(0);
    let action = format!("{DEVICES}/{device}/updateDeviceProperties");
    order(&mut rig, &json!({"path": "*/updateDeviceProperties", "status": 412}));
    let (status, body) = rig.post(&action, &json!({"groupTag": "x"}));
    assert_eq!((status, code(&body), inner(&body)), (412, "ConditionNotMet", "An error has occurred".into()));
    assert_eq!(rig.post(&action, &json!({"groupTag": "x"})).0, 204);
}

#[test]
fn a_fault_has_the_form_of_whoever_is_asked() {
    let mut rig = Rig::new();
    for (at, status, says, wrapped) in [
        (PROFILES, 403, "Forbidden", true),
        (PROFILES, 409, "Conflict", true),
        (PROFILES, 500, "InternalServerError", true),
        (PROFILES, 429, "TooManyRequests", false),
        (PROFILES, 503, "ServiceUnavailable", false),
        ("/v1.0/groups", 403, "Authorization_RequestDenied", false),
        ("/v1.0/groups", 409, "Directory_ConcurrencyViolation", false),
        ("/v1.0/groups", 500, "InternalServerError", false),
    ] {
        order(&mut rig, &json!({"path": at, "status": status}));
        let (answered, body) = rig.get(at);
        assert_eq!((answered, code(&body)), (status, says));
        assert_eq!(message(&body).contains("_version"), wrapped, "{body}");
    }
}

#[test]
fn throttling_is_told_as_500_of_the_query_broker() {
    let mut rig = Rig::new();
    order(&mut rig, &json!({"path": PROFILES, "status": 500, "query_broker": true}));
    let reply = rig.raw(|incoming| {
        incoming.method = "GET".into();
        incoming.target = PROFILES.into();
    });
    let (status, body) = told(&reply);
    assert_eq!(status, 500);
    assert!(message(&body).starts_with("Rate limit reached because of too many requests to query broker"), "{body}");
    assert!(!reply.headers.iter().any(|(name, _)| *name == "retry-after"));
    assert_eq!(order(&mut rig, &json!({"path": PROFILES, "query_broker": true})).0, 400);
}

#[test]
fn a_change_without_effect_is_answered_204_and_done_when_it_is_sent_again() {
    let mut rig = Rig::new();
    let device = rig.seed(&json!([{"serialNumber": "S1"}])).remove(0);
    let action = format!("{DEVICES}/{device}/updateDeviceProperties");
    let tag = |rig: &mut Rig| {
        rig.wait(600);
        text(&rig.get(&format!("{DEVICES}/{device}")).1, "groupTag")
    };
    let fault = json!({"path": "*/updateDeviceProperties", "without_effect": true});
    assert_eq!(order(&mut rig, &fault).0, 200);
    assert_eq!(rig.post(&action, &json!({"groupTag": "x"})), (204, Value::Null));
    assert_eq!(tag(&mut rig), "");
    assert_eq!(rig.post(&action, &json!({"groupTag": "x"})), (204, Value::Null));
    assert_eq!(tag(&mut rig), "x");
    // What would be refused is refused all the same, and the items of a batch meet it too.
    assert_eq!(order(&mut rig, &fault).0, 200);
    assert_eq!(rig.post(&action, &json!({"nope": "x"})).0, 400);
    assert_eq!(order(&mut rig, &fault).0, 200);
    let item = json!({"id": "1", "method": "POST", "url": action.trim_start_matches("/beta"), "headers": {"Content-Type": "application/json"}, "body": {"groupTag": "y"}});
    let (_, answer) = rig.post("/beta/$batch", &json!({"requests": [item]}));
    assert_eq!(answer["responses"][0]["status"], json!(204));
    assert_eq!(tag(&mut rig), "x");
}

#[test]
fn a_device_s_delete_without_effect_leaves_the_device() {
    let mut rig = Rig::new();
    let device = rig.seed(&json!([{"serialNumber": "S1"}])).remove(0);
    let path = format!("{DEVICES}/{device}");
    assert_eq!(order(&mut rig, &json!({"method": "DELETE", "path": path, "without_effect": true})).0, 200);
    assert_eq!(rig.delete(&path).0, 204);
    rig.wait(600);
    assert_eq!(rig.get(&path).0, 200);
    assert_eq!(rig.delete(&path).0, 204);
    rig.wait(600);
    assert_eq!(rig.get(&path).0, 404);
}

#[test]
fn without_effect_cannot_be_ordered_where_the_answer_has_a_body() {
    let mut rig = Rig::new();
    let (status, body) = order(&mut rig, &json!({"method": "POST", "path": "/v1.0/groups", "without_effect": true}));
    assert_eq!(status, 400);
    assert!(text(&body, "error").contains("`without_effect` is for actions on Autopilot devices"), "{body}");
}
