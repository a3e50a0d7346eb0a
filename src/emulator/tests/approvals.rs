//! Multi Admin Approval, as its page and its clients of 2026 know it.

use super::*;

const REQUESTS: &str = "/beta/deviceManagement/operationApprovalRequests";
const SCRIPTS: &str = "/beta/deviceManagement/deviceManagementScripts";
const DAY: u64 = 24 * 60 * 60;
const READ: &[&str] = &["DeviceManagementRBAC.Read.All"];
const JUSTIFICATION: Header<'_> = Header::Justification("bmV3IGxhcHRvcHM="); // "new laptops"

#[derive(Clone, Copy)]
enum Header<'a> {
    None,
    Justification(&'a str),
    Code(&'a str),
}

fn rig(protected: &str) -> Rig {
    let mut rig = Rig::new();
    assert_eq!(rig.patch("/_emulator/settings", &json!({"approval": [protected]})).0, 200);
    rig
}

fn send(rig: &mut Rig, method: &str, target: &str, body: &Value, header: Header<'_>) -> Reply {
    rig.raw(|incoming| {
        incoming.method = method.into();
        incoming.target = target.into();
        incoming.content_type = Some("application/json".into());
        incoming.body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        match header {
            Header::None => {}
            Header::Justification(text) => incoming.approval.justification = Some(text.into()),
            Header::Code(code) => incoming.approval.code = Some(code.into()),
        }
    })
}

fn script(name: &str) -> Value {
    json!({"displayName": name, "fileName": "a.ps1", "scriptContent": "ZWNobw==", "runAsAccount": "system", "enforceSignatureCheck": false})
}

fn create(rig: &mut Rig, name: &str, header: Header<'_>) -> Reply {
    send(rig, "POST", SCRIPTS, &script(name), header)
}

/// The code that a refused write got.
fn code_of(reply: &Reply) -> String {
    let (_, code) = reply.headers.iter().find(|(name, _)| *name == "x-msft-approval-code").expect("a code");
    code.clone()
}

/// A write that now waits, and its code.
fn asked(rig: &mut Rig, name: &str) -> String {
    let reply = create(rig, name, JUSTIFICATION);
    assert_eq!(reply.status, 403);
    code_of(&reply)
}

fn status(rig: &mut Rig, code: &str) -> String {
    let (_, body) = rig.get(&format!("{REQUESTS}?$filter=requestId eq '{code}'"));
    assert_eq!(values(&body).len(), 1, "{body}");
    text(&values(&body)[0], "status")
}

fn made(rig: &mut Rig) -> usize {
    values(&rig.get(SCRIPTS).1).len()
}

#[test]
fn without_a_justification_a_protected_write_is_refused_and_the_message_names_the_header() {
    let mut rig = rig("scripts");
    for header in [Header::None, Header::Justification(""), Header::Justification("not base64!")] {
        let (status, body) = told(&create(&mut rig, "s", header));
        assert_eq!((status, code(&body)), (403, "Forbidden"));
        assert_eq!(inner(&body), "Header 'x-msft-approval-justification' is required to request approval");
    }
    rig.world.settings.approval_missing_is_400 = true;
    let (status, body) = told(&create(&mut rig, "s", Header::None));
    assert_eq!((status, code(&body)), (400, "BadRequest"));
    assert_eq!((made(&mut rig), values(&rig.get(REQUESTS).1).len()), (0, 0));
    assert_eq!(rig.patch("/_emulator/settings", &json!({"approval": ["toasters"]})).0, 400);
}

#[test]
fn with_a_justification_the_answer_is_approval_required_with_a_code_and_nothing_is_done() {
    let mut rig = rig("scripts");
    let reply = create(&mut rig, "s", JUSTIFICATION);
    let id = code_of(&reply);
    let (status, body) = told(&reply);
    assert_eq!((status, code(&body)), (403, "ApprovalRequired"));
    assert!(message(&body).ends_with(&format!("x-msft-approval-code: {id}")), "{body}");
    assert_eq!(made(&mut rig), 0);
    let (_, body) = rig.get(&format!("{REQUESTS}/{id}"));
    assert_eq!((&body["requestId"], &body["status"]), (&json!(id), &json!("needsApproval")));
    assert_eq!(body["requestJustification"], json!("new laptops"));
    assert_eq!(rig.as_application(READ, |rig| rig.get(REQUESTS).0), 200);
    assert_eq!(rig.as_application(&["Group.Read.All"], |rig| rig.get(REQUESTS).0), 403);
}

#[test]
fn the_same_request_with_the_code_of_its_approval_is_served_and_completes_it() {
    let mut rig = rig("scripts");
    let id = asked(&mut rig, "s");
    let (status_before, body) = told(&create(&mut rig, "s", Header::Code(&id)));
    assert_eq!((status_before, code(&body)), (403, "ApprovalRequired"), "nobody has approved it yet");
    assert_eq!(rig.post("/_emulator/approvals", &json!({"id": "none"})).0, 400);
    assert_eq!(rig.post("/_emulator/approvals", &json!({"id": id})).1, json!({"decided": 1}));
    assert_eq!(status(&mut rig, &id), "approved");
    assert_eq!(create(&mut rig, "s", Header::Code(&id.to_uppercase())).status, 201);
    assert_eq!((status(&mut rig, &id), made(&mut rig)), ("completed".into(), 1));
    let (again, body) = told(&create(&mut rig, "s", Header::Code(&id)));
    assert_eq!((again, inner(&body)), (403, format!("The approval request {id} is completed.")));
    assert_eq!(made(&mut rig), 1);
}

#[test]
fn a_code_is_good_for_its_own_request_by_whoever_asked() {
    let mut rig = rig("scripts");
    let id = asked(&mut rig, "s");
    rig.post("/_emulator/approvals", &json!({}));
    let refused = format!("The approval request {id} was not made for this operation.");
    let (status, body) = told(&create(&mut rig, "another", Header::Code(&id)));
    assert_eq!((status, inner(&body)), (403, refused.clone()));
    assert_eq!(send(&mut rig, "DELETE", &format!("{SCRIPTS}/7"), &Value::Null, Header::Code(&id)).status, 403);
    assert_eq!(create(&mut rig, "s", Header::Code("7")).status, 403);
    let theirs = rig
        .as_application(&["DeviceManagementScripts.ReadWrite.All"], |rig| told(&create(rig, "s", Header::Code(&id))));
    assert_eq!((theirs.0, inner(&theirs.1)), (403, refused));
    assert_eq!(create(&mut rig, "s", Header::Code(&id)).status, 201);
}

#[test]
fn while_a_request_stands_the_same_write_is_409_an_active_approval_request_already_exists() {
    let mut rig = rig("scripts");
    let id = asked(&mut rig, "s");
    for _ in 0..2 {
        let (status, body) = told(&create(&mut rig, "s", JUSTIFICATION));
        assert_eq!((status, inner(&body)), (409, "An active Approval Request already exists".into()));
        rig.post("/_emulator/approvals", &json!({}));
    }
    let other = asked(&mut rig, "another");
    assert_ne!(other, id);
    assert_eq!(create(&mut rig, "s", Header::Code(&id)).status, 201);
    assert_ne!(asked(&mut rig, "s"), id, "each approval is good for one call");
}

#[test]
fn a_rejected_a_cancelled_and_an_expired_request_are_over() {
    let mut rig = rig("scripts");
    let rejected = asked(&mut rig, "s");
    let no = json!({"id": rejected, "reject": true, "justification": "not now"});
    assert_eq!(rig.post("/_emulator/approvals", &no).1, json!({"decided": 1}));
    assert_eq!(rig.get(&format!("{REQUESTS}/{rejected}")).1["approvalJustification"], json!("not now"));
    let cancelled = asked(&mut rig, "s");
    let cancel = format!("{REQUESTS}/cancelMyRequest");
    rig.as_application(&["DeviceManagementRBAC.ReadWrite.All"], |rig| {
        assert_eq!(rig.post(&cancel, &json!({"id": cancelled})).0, 404, "it is somebody else's");
    });
    assert_eq!(rig.post(&cancel, &json!({"id": cancelled})).0, 200);
    assert_eq!(rig.post(&cancel, &json!({"id": cancelled})).0, 400);
    let expired = asked(&mut rig, "s");
    rig.wait(30 * DAY - 1);
    assert_eq!(status(&mut rig, &expired), "needsApproval");
    rig.wait(1);
    for (id, word) in [(rejected, "rejected"), (cancelled, "cancelled"), (expired, "expired")] {
        assert_eq!(status(&mut rig, &id), word);
        let (status, body) = told(&create(&mut rig, "s", Header::Code(&id)));
        assert_eq!((status, inner(&body)), (403, format!("The approval request {id} is {word}.")));
    }
    assert_eq!(rig.post("/_emulator/approvals", &json!({})).1, json!({"decided": 0}));
    assert_eq!(made(&mut rig), 0);
}

#[test]
fn an_application_cannot_approve_and_a_person_not_what_is_their_own() {
    let mut rig = rig("scripts");
    let id = asked(&mut rig, "s");
    let approve = format!("{REQUESTS}/{id}/approve");
    let body = json!({"justification": "fine"});
    assert_eq!(rig.post(&approve, &body).0, 403);
    assert_eq!(rig.as_person(READ, "POST", &approve, &body).0, 200);
    assert_eq!(rig.as_person(READ, "POST", &format!("{REQUESTS}/{id}/reject"), &body).0, 400, "it is decided");
    assert_eq!(create(&mut rig, "s", Header::Code(&id)).status, 201);
    rig.token = sign_in::administrator(&mut rig, "DeviceManagementConfiguration.ReadWrite.All");
    let own = asked(&mut rig, "by a person");
    let (status, told) = rig.post(&format!("{REQUESTS}/{own}/approve"), &body);
    assert_eq!((status, inner(&told)), (403, "Nobody decides on a request of their own.".to_owned()));
    assert_eq!(rig.post(&format!("{REQUESTS}/{own}/reject"), &body).0, 403);
    assert_eq!(rig.as_person(READ, "POST", &format!("{REQUESTS}/{own}/approve"), &body).0, 200);
    assert_eq!(create(&mut rig, "by a person", Header::Code(&own)).status, 201);
}

#[test]
fn who_decides_beside_graph_is_another_than_who_asked_too() {
    let mut rig = rig("scripts");
    let mine = std::mem::take(&mut rig.token);
    rig.token = sign_in::administrator(&mut rig, "DeviceManagementConfiguration.ReadWrite.All");
    let own = asked(&mut rig, "by the administrator");
    rig.token = mine;
    let other = asked(&mut rig, "by an application");
    let mut decide = |body: Value| rig.post("/_emulator/approvals", &body);
    let (administrator, second) = ("nestor.wilke@contoso.com", "megan.bowen@contoso.com");
    let (refused, told) = decide(json!({"id": own, "user": administrator}));
    assert_eq!((refused, &told["error"]), (400, &json!("Nobody decides on a request of their own.")));
    let (refused, told) = decide(json!({"id": own, "user": "nobody@contoso.com"}));
    assert_eq!((refused, &told["error"]), (400, &json!("no user 'nobody@contoso.com'")));
    assert_eq!(decide(json!({"user": administrator})).1, json!({"decided": 1}), "the application's only");
    assert_eq!(decide(json!({"id": own, "user": second})).1, json!({"decided": 1}));
    assert_eq!((status(&mut rig, &own), status(&mut rig, &other)), ("approved".into(), "approved".into()));
    let shown = rig.get("/_emulator/approvals").1["approvals"].clone();
    assert_eq!((&shown[0]["user"], &shown[1]["user"]), (&json!(administrator), &Value::Null));
}

#[test]
fn an_approved_write_that_graph_refuses_can_be_sent_again() {
    let mut rig = rig("scripts");
    let nothing = format!("{SCRIPTS}/{UNKNOWN_ID}");
    let reply = send(&mut rig, "DELETE", &nothing, &Value::Null, JUSTIFICATION);
    let id = code_of(&reply);
    rig.post("/_emulator/approvals", &json!({}));
    assert_eq!(send(&mut rig, "DELETE", &nothing, &Value::Null, Header::Code(&id)).status, 404);
    assert_eq!(status(&mut rig, &id), "approved");
}

#[test]
fn each_item_of_a_batch_carries_and_is_answered_the_headers_of_an_approval() {
    let mut rig = rig("scripts");
    let batch = |rig: &mut Rig, headers: &[Value]| {
        let item = |(n, more): (usize, &Value)| {
            let mut headers = json!({"Content-Type": "application/json"});
            headers.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"id": n.to_string(), "method": "POST", "url": "/deviceManagement/deviceManagementScripts", "headers": headers, "body": script(&n.to_string())})
        };
        let items: Vec<Value> = headers.iter().enumerate().map(item).collect();
        rig.post("/beta/$batch", &json!({"requests": items})).1["responses"].clone()
    };
    let why = json!({"x-msft-approval-justification": "bmV3IGxhcHRvcHM="});
    let answered = batch(&mut rig, &[why.clone(), json!({}), why]);
    let statuses: Vec<_> = [0, 1, 2].map(|n| answered[n]["body"]["error"]["code"].clone()).into();
    assert_eq!(statuses, ["ApprovalRequired", "Forbidden", "ApprovalRequired"]);
    let codes = [0, 2].map(|n| json!({"x-msft-approval-code": answered[n]["headers"]["x-msft-approval-code"]}));
    assert_eq!(rig.post("/_emulator/approvals", &json!({})).1, json!({"decided": 2}));
    let answered = batch(&mut rig, &[codes[0].clone(), json!({}), codes[1].clone()]);
    assert_eq!([0, 1, 2].map(|n| answered[n]["status"].as_u64().unwrap()), [201, 403, 201]);
}

#[test]
fn whether_profiles_and_pages_are_tenant_configuration_is_a_switch_and_412_for_device_actions_another() {
    let mut rig = rig("tenantConfiguration");
    rig.profile("not protected");
    rig.group("groups never are", None);
    rig.world.settings.approval_covers_enrollment = true;
    let profile =
        json!({"@odata.type": "#microsoft.graph.azureADWindowsAutopilotDeploymentProfile", "displayName": "p"});
    assert_eq!(code(&told(&send(&mut rig, "POST", PROFILES, &profile, JUSTIFICATION)).1), "ApprovalRequired");
    rig.world.settings.approval_exempt = vec![CLIENT_ID.to_uppercase()];
    rig.profile("by an application that is excluded");
    rig.world.settings.approval_exempt.clear();
    rig.world.settings.approval = vec!["deviceActions".into()];
    let device = rig.seed(&json!([{"serialNumber": "A1"}])).remove(0);
    let target = format!("{DEVICES}/{device}");
    rig.world.settings.approval_of_device_actions_is_412 = true;
    let reply = send(&mut rig, "DELETE", &target, &Value::Null, JUSTIFICATION);
    assert_eq!((reply.status, code_of(&reply).len()), (412, 36));
}

#[test]
fn a_post_that_only_reads_needs_no_approval() {
    let mut rig = rig("configurationPolicies");
    let policy = format!("/beta/deviceManagement/configurationPolicies/{UNKNOWN_ID}");
    let mut asked = |action: &str, body: &Value| {
        let reply = send(&mut rig, "POST", &format!("{policy}/{action}"), body, JUSTIFICATION);
        code(&told(&reply).1).to_owned()
    };
    assert_ne!(asked("retrieveEnrollmentTimeDeviceMembershipTarget", &json!({})), "ApprovalRequired");
    let targets = json!({"enrollmentTimeDeviceMembershipTargets": []});
    assert_eq!(asked("setEnrollmentTimeDeviceMembershipTarget", &targets), "ApprovalRequired");
}

#[test]
fn an_approval_is_in_the_state_file_and_not_among_what_people_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.redb");
    let open = || {
        let mut rig = Rig::over(World::open(Some(&file), 0.0).unwrap());
        rig.world.settings.approval = vec!["scripts".into()];
        rig
    };
    let id = asked(&mut open(), "s");
    let mut rig = open();
    assert_eq!(rig.get("/_emulator/state").1["made"], json!({}));
    let shown = rig.get("/_emulator/approvals").1["approvals"][0].clone();
    assert_eq!((&shown["id"], &shown["path"], &shown["method"]), (&json!(id), &json!(SCRIPTS), &json!("POST")));
    assert_eq!((&shown["status"], &shown["client_id"]), (&json!("needsApproval"), &json!(CLIENT_ID)));
    rig.post("/_emulator/approvals", &json!({"id": id}));
    drop(rig);
    assert_eq!(create(&mut open(), "s", Header::Code(&id)).status, 201);
}

#[test]
fn an_access_policy_says_which_kind_is_protected() {
    let mut rig = rig("configurationPolicies");
    let policies = "/beta/deviceManagement/operationApprovalPolicies";
    let (code, listed) = rig.get(policies);
    let listed = values(&listed);
    assert_eq!((code, listed.len()), (200, 1));
    assert_eq!(
        (&listed[0]["policyType"], &listed[0]["policySet"]["policyType"]),
        (&json!("configurationPolicy"), &json!("configurationPolicy"))
    );
    rig.patch("/_emulator/settings", &json!({"approval": []}));
    assert!(values(&rig.get(policies).1).is_empty(), "Multi Admin Approval is not in force");
}
