use super::*;

fn raw(rig: &mut Rig, method: &str, target: &str, content_type: Option<&str>, body: &[u8]) -> Told {
    told(&rig.raw(|incoming| {
        incoming.method = method.into();
        incoming.target = target.into();
        incoming.content_type = content_type.map(str::to_owned);
        incoming.body = body.to_vec();
    }))
}

#[test]
fn malformed_json_is_400_in_graph_s_words() {
    let mut rig = Rig::new();
    for body in [&b"{"[..], b"\xff\xfe", b"{\"a\":1}x", &vec![b'['; 100_000]] {
        let (status, answer) = raw(&mut rig, "POST", "/v1.0/groups", Some("application/json"), body);
        assert_eq!((status, code(&answer)), (400, "BadRequest"));
        assert!(message(&answer).starts_with("Unable to read JSON request payload."));
    }
    assert_eq!(raw(&mut rig, "POST", "/v1.0/groups", Some("application/json"), b"[]").0, 400);
    assert_eq!(raw(&mut rig, "POST", "/v1.0/groups", Some("text/plain"), b"{}").0, 400);
    let (_, answer) = raw(&mut rig, "POST", "/v1.0/groups", None, b"{}");
    assert!(message(&answer).contains("must contain the Content-Type header declaration"));
    let (_, answer) = raw(&mut rig, "POST", "/v1.0/groups", None, b"");
    assert_eq!(message(&answer), "Empty Payload. JSON content expected.");
}

#[test]
fn a_body_that_is_too_large_is_413() {
    let mut rig = Rig::new();
    let reply = rig.raw(|incoming| {
        incoming.method = "POST".into();
        incoming.target = "/v1.0/groups".into();
        incoming.too_large = true;
    });
    let (status, answer) = told(&reply);
    assert_eq!((status, code(&answer)), (413, "RequestEntityTooLarge"));
}

#[test]
fn a_wrong_version_method_or_segment_is_told_apart() {
    let mut rig = Rig::new();
    let (status, answer) = rig.get("/deviceManagement/windowsAutopilotDeploymentProfiles");
    assert_eq!((status, message(&answer)), (404, "Invalid version: devicemanagement"));
    assert_eq!(code(&answer), "ResourceNotFound");
    let (status, answer) = rig.call("PUT", "/v1.0/groups", &json!({}));
    assert_eq!((status, code(&answer)), (405, "Request_BadRequest"));
    let (status, answer) = rig.get("/beta/deviceManagement/toasters");
    assert_eq!((status, message(&answer)), (400, "Resource not found for the segment 'toasters'."));
    assert_eq!(rig.post("/", &json!({})).0, 404);
    assert_eq!(rig.get("/beta").0, 400);
}

#[test]
fn request_ids_are_in_the_headers_and_the_client_s_is_echoed() {
    let mut rig = Rig::new();
    let reply = rig.raw(|incoming| {
        incoming.method = "GET".into();
        incoming.target = format!("{PROFILES}/5b5b5b5b-0000-4000-8000-000000000000");
        incoming.client_request_id = Some("mine".into());
        incoming.user_agent = Some("me/1".into());
    });
    let noted = &rig.get("/_emulator/requests").1["recent"][0];
    assert_eq!((&noted["client_request_id"], &noted["user_agent"]), (&json!("mine"), &json!("me/1")));
    let header = |name: &str| reply.headers.iter().find(|(each, _)| *each == name).map(|(_, value)| value.clone());
    let (status, answer) = told(&reply);
    assert_eq!((status, code(&answer), inner(&answer).as_str()), (404, "ResourceNotFound", "An error has occurred"));
    assert_eq!(header("client-request-id").as_deref(), Some("mine"));
    assert_eq!(header("request-id").as_deref(), answer["error"]["innerError"]["request-id"].as_str());
    assert!(message(&answer).contains("Activity ID: mine"));
    assert!(header("date").is_some_and(|date| date.ends_with("GMT")));
}

fn item(id: &str, method: &str, url: &str) -> Value {
    json!({"id": id, "method": method, "url": url})
}

fn batch(rig: &mut Rig, version: &str, requests: &[Value]) -> Told {
    rig.post(&format!("/{version}/$batch"), &json!({"requests": requests}))
}

#[test]
fn a_batch_answers_each_item_by_itself_on_both_versions() {
    let mut rig = Rig::new();
    for version in ["v1.0", "beta"] {
        let mut create = item("2", "POST", "groups");
        create["body"] =
            json!({"displayName": "g", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true});
        create["headers"] = json!({"content-type": "application/json"});
        let mut count = item("3", "GET", "/groups/$count");
        count["headers"] = json!({"ConsistencyLevel": "eventual"});
        let requests = [
            item("1", "GET", "/groups?$top=5&$filter=displayName eq 'x'"),
            create,
            count,
            item("4", "GET", "/nothing"),
        ];
        let (status, answer) = batch(&mut rig, version, &requests);
        assert_eq!(status, 200);
        let statuses: Vec<_> = answer["responses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|each| (text(each, "id"), each["status"].as_u64().unwrap()))
            .collect();
        assert_eq!(statuses, [("1".into(), 200), ("2".into(), 201), ("3".into(), 200), ("4".into(), 400)]);
        assert_eq!(answer["responses"][3]["body"]["error"]["code"], json!("BadRequest"));
    }
}

#[test]
fn a_batch_of_21_and_malformed_ones_are_400_as_a_whole() {
    let mut rig = Rig::new();
    let many: Vec<Value> = (0..21).map(|n| item(&n.to_string(), "GET", "/groups")).collect();
    let (status, answer) = batch(&mut rig, "v1.0", &many);
    assert_eq!((status, code(&answer)), (400, "BadRequest"));
    assert_eq!(batch(&mut rig, "v1.0", &many[..20]).0, 200);
    let mut body = item("1", "POST", "/groups");
    body["body"] = json!({});
    for requests in [
        vec![item("1", "GET", "/groups"), item("1", "GET", "/groups")],
        vec![json!({"id": "1", "url": "/groups"})],
        vec![item("1", "GET", "https://graph.microsoft.com/v1.0/groups")],
        vec![body],
        vec![json!({"id": "1", "method": "GET", "url": "/groups", "dependsOn": ["2"]})],
    ] {
        assert_eq!(batch(&mut rig, "beta", &requests).0, 400, "{requests:?}");
    }
    assert_eq!(rig.post("/beta/$batch", &json!({})).0, 400);
    assert_eq!(rig.get("/beta/$batch").0, 405);
}

#[test]
fn an_item_whose_dependency_failed_is_424() {
    let mut rig = Rig::new();
    let mut second = item("2", "GET", "/groups");
    second["dependsOn"] = json!(["1"]);
    let mut third = second.clone();
    third["id"] = json!("3");
    third["dependsOn"] = json!(["2"]);
    let (_, answer) = batch(&mut rig, "v1.0", &[item("1", "GET", "/nothing"), second.clone(), third.clone()]);
    let statuses = |answer: &Value| -> Vec<u64> {
        answer["responses"].as_array().unwrap().iter().map(|each| each["status"].as_u64().unwrap()).collect()
    };
    assert_eq!(statuses(&answer), [400, 424, 424]);
    let (_, answer) = batch(&mut rig, "v1.0", &[item("1", "GET", "/users"), second, third]);
    assert_eq!(statuses(&answer), [200, 200, 200]);
}

#[test]
fn an_item_is_throttled_by_itself() {
    let mut rig = Rig::new();
    rig.world
        .faults
        .ordered
        .push(serde_json::from_value(json!({"path": "/v1.0/users", "status": 429, "retry_after_seconds": 7})).unwrap());
    let (status, answer) = batch(&mut rig, "v1.0", &[item("1", "GET", "/users"), item("2", "GET", "/users")]);
    assert_eq!(
        (status, &answer["responses"][0]["status"], &answer["responses"][1]["status"]),
        (200, &json!(429), &json!(200))
    );
    assert_eq!(answer["responses"][0]["headers"]["Retry-After"], json!("7"));
}

#[test]
fn permissions_hold_inside_a_batch() {
    let mut rig = Rig::new();
    let (_, answer) = rig.as_application(&["User.Read.All"], |rig| {
        batch(rig, "v1.0", &[item("1", "GET", "/users"), item("2", "GET", "/groups")])
    });
    assert_eq!((&answer["responses"][0]["status"], &answer["responses"][1]["status"]), (&json!(200), &json!(403)));
}
