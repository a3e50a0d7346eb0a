//! A service with approvals, played by a script.

use super::*;
use crate::graph::batch::Call;
use crate::graph::client::tests::{Scripted, answer, client};
use crate::graph::ledger::{Approvals, Ledger};
use crate::graph::transport::{Answer, Broken, Request};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const CODE_1: &str = "7a3b1c9e-0f52-4f0e-9a52-3df6a1f6ce01";
const TAGS: &str = "/beta/deviceManagement/roleScopeTags";
const NEEDED: &str = "Header 'x-msft-approval-justification' is required to request approval";

fn refusal(status: u16, code: &str, message: &str) -> Answer {
    answer(status, &json!({"error": {"code": code, "message": message}}))
}

fn required() -> Answer {
    refusal(403, "ApprovalRequired", &format!("Approval Required. x-msft-approval-code: {CODE_1}"))
}

fn is(status: &str) -> Answer {
    answer(200, &json!({"value": [{"requestId": CODE_1, "status": status}]}))
}

fn sent_code(request: &Request) -> Option<&str> {
    request.headers.get(CODE)?.to_str().ok()
}

/// A client that gives a justification, of a service that answers the n-th look at a request, and a write with its code, so.
fn service(
    look: impl Fn(usize) -> Answer + Send + Sync + 'static,
    approved: impl Fn(usize) -> Result<Answer, Broken> + Send + Sync + 'static,
) -> (Client, Arc<Scripted>) {
    let (looks, writes) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (client, scripted) = client(move |_, request| {
        if request.url.path() == REQUESTS {
            return Ok(look(looks.fetch_add(1, Ordering::Relaxed)));
        }
        match (sent_code(request), request.headers.contains_key(JUSTIFICATION)) {
            (Some(_), _) => approved(writes.fetch_add(1, Ordering::Relaxed)),
            (None, true) => Ok(required()),
            (None, false) => Ok(refusal(403, "Forbidden", NEEDED)),
        }
    });
    (justified(&client).entered_in(&Ledger::new("autopilot_scope_tag/Sales", Default::default())), scripted)
}

fn justified(client: &Client) -> Client {
    let justification = Some("new laptops".into());
    client.clone().with_approvals(Approvals { justification, ..Approvals::default() })
}

fn made() -> Result<Answer, Broken> {
    Ok(answer(201, &json!({"id": "3"})))
}

/// Method and what of an approval each request carried.
fn steps(scripted: &Scripted) -> Vec<String> {
    let step = |request: &Request| {
        let carried = sent_code(request).map_or("", |_| " with code");
        let asked = request.headers.get(JUSTIFICATION).map_or("", |_| " with justification");
        format!("{}{carried}{asked}", request.method)
    };
    scripted.seen().iter().map(step).collect()
}

fn standing(sent: Result<Option<Json>, Error>) -> Standing {
    sent.expect_err("it waits").approval().expect("an approval").clone()
}

#[tokio::test(start_paused = true)]
async fn a_write_is_asked_for_once_waited_for_and_sent_again_with_its_code() {
    let (client, scripted) = service(|n| is(if n < 2 { "needsApproval" } else { "approved" }), |_| made());
    let start = Instant::now();
    assert_eq!(client.post(TAGS, &json!({"displayName": "Sales"})).await.unwrap(), Some(json!({"id": "3"})));
    assert_eq!(Instant::now() - start, Duration::from_millis(600));
    assert_eq!(steps(&scripted), ["POST", "POST with justification", "GET", "GET", "GET", "POST with code"]);
    let seen = scripted.seen();
    assert_eq!(seen[1].headers[JUSTIFICATION], STANDARD.encode("new laptops"));
    assert_eq!(seen[2].url.query().unwrap(), format!("$filter=requestId%20eq%20%27{CODE_1}%27"));
    assert_eq!((sent_code(&seen[5]), &seen[5].body), (Some(CODE_1), &seen[0].body));
    let approved = client.ledger().approved();
    assert_eq!(approved, [format!("POST {TAGS} (request {CODE_1})").into()]);
    assert!(client.ledger().codes().is_empty());
}

#[tokio::test(start_paused = true)]
async fn without_a_justification_nothing_is_asked_for() {
    let (client, scripted) = service(|_| is("approved"), |_| made());
    let client = client.with_approvals(Approvals::default());
    assert_eq!(standing(client.post(TAGS, &json!({})).await), Standing::Unasked);
    assert_eq!(steps(&scripted), ["POST"]);
}

#[tokio::test(start_paused = true)]
async fn a_412_carries_its_code_in_a_header_alone() {
    let (client, scripted) = client(|_, request| {
        Ok(match (request.url.path() == REQUESTS, sent_code(request), request.headers.contains_key(JUSTIFICATION)) {
            (true, ..) => is("approved"),
            (_, Some(CODE_1), _) => answer(204, &Json::Null),
            (_, _, true) => refusal(412, "BadRequest", "Approval Required").with(APPROVAL_CODE, CODE_1),
            _ => refusal(400, "BadRequest", NEEDED),
        })
    });
    justified(&client).delete("/beta/deviceManagement/managedDevices/1").await.unwrap();
    assert_eq!(steps(&scripted), ["DELETE", "DELETE with justification", "GET", "DELETE with code"]);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_made_before_is_not_repeated() {
    let (client, scripted) = client(|_, request| {
        Ok(match request.headers.contains_key(JUSTIFICATION) {
            true => refusal(409, "Conflict", "An active Approval Request already exists"),
            false => refusal(403, "Forbidden", NEEDED),
        })
    });
    assert_eq!(standing(justified(&client).post(TAGS, &json!({})).await), Standing::AskedBefore);
    assert_eq!(scripted.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_was_ended_is_an_error_of_its_own_and_forgotten() {
    for (status, how) in [("rejected", End::Rejected), ("cancelled", End::Cancelled), ("expired", End::Expired)] {
        let (client, _) = service(move |n| is(if n == 0 { "needsApproval" } else { status }), |_| made());
        let ended = Standing::Ended { code: CODE_1.into(), how };
        assert_eq!(standing(client.post(TAGS, &json!({})).await), ended);
        assert!(client.ledger().codes().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn ctrl_c_ends_the_wait_at_once_and_the_code_is_kept() {
    let (client, scripted) = service(|_| is("needsApproval"), |_| made());
    let (cancel, start) = (CancellationToken::new(), Instant::now());
    let client = client.under(cancel.clone(), start + Duration::from_secs(3600));
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(100)).await;
        cancel.cancel();
    });
    let waits = |ended: &str| Standing::Waits { code: CODE_1.into(), ended: ended.into() };
    assert_eq!(standing(client.post(TAGS, &json!({})).await), waits("interrupted"));
    assert_eq!(Instant::now() - start, Duration::from_secs(100));
    let asked = scripted.seen().len();

    // The next run sends the same write by its code.
    let again = client.under(CancellationToken::new(), Instant::now() + Duration::from_secs(60));
    assert_eq!(again.ledger().codes().len(), 1);
    assert!(again.post(TAGS, &json!({})).await.unwrap().is_some());
    assert_eq!(steps(&scripted)[asked..], ["POST with code"]);

    let (client, _) = service(|_| is("needsApproval"), |_| made());
    let client = client.until(Instant::now() + Duration::from_secs(5));
    assert_eq!(standing(client.post(TAGS, &json!({})).await), waits("timed out"));
}

#[tokio::test(start_paused = true)]
async fn a_code_of_the_configuration_is_found_by_kind_name_and_step() {
    let (client, scripted) = service(|_| is("approved"), |_| made());
    let codes = [("autopilot_scope_tag/Sales/create".to_owned(), format!(" {CODE_1} "))].into();
    let client = client.with_approvals(Approvals { justification: None, codes });
    assert!(client.post(TAGS, &json!({})).await.is_ok());
    assert_eq!(standing(client.patch(&format!("{TAGS}/3"), &json!({})).await.map(|_| None)), Standing::Unasked);
    assert_eq!(steps(&scripted), ["POST with code", "PATCH"]);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_is_used_up_or_anothers_is_asked_for_anew() {
    let foreign = || Ok(refusal(403, "Forbidden", "The approval request was not made for this operation."));
    for status in ["completed", "approved"] {
        let (client, scripted) = service(
            move |n| is(if n == 0 { status } else { "approved" }),
            move |n| if n == 0 { foreign() } else { made() },
        );
        let codes = [("autopilot_scope_tag/Sales/create".to_owned(), CODE_1.to_owned())].into();
        let client = client.with_approvals(Approvals { justification: Some("new laptops".into()), codes });
        assert!(client.post(TAGS, &json!({})).await.is_ok());
        let expected = ["POST with code", "GET", "POST", "POST with justification", "GET", "POST with code"];
        assert_eq!(steps(&scripted), expected, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_approved_change_whose_answer_was_lost_is_done() {
    let lost = |n| match n {
        0 => Ok(refusal(504, "", "")),
        _ => Ok(refusal(403, "Forbidden", "The approval request is completed.")),
    };
    let look = |n| is(if n == 0 { "approved" } else { "completed" });
    let (client, _) = service(look, lost);
    assert_eq!(client.patch(&format!("{TAGS}/3"), &json!({})).await, Ok(None));
    assert_eq!(client.ledger().approved().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_refused_although_it_was_approved_is_not_done() {
    for status in [403, 409, 412] {
        let (client, scripted) = service(|_| is("approved"), move |_| Ok(refusal(status, "Refused", "Not this one.")));
        let tag = format!("{TAGS}/3");
        let answers = [
            client.patch(&tag, &json!({})).await.map(|_| ()),
            client.delete(&tag).await,
            client.post(TAGS, &json!({})).await.map(|_| ()),
        ];
        for answer in answers {
            let error = answer.expect_err("it is refused");
            assert_eq!((error.status(), error.message()), (Some(status), "Not this one."), "{status}");
        }
        assert_eq!((client.ledger().approved().len(), client.ledger().codes().len()), (0, 3), "the requests stand");
        assert!(steps(&scripted).contains(&"DELETE with code".to_owned()));
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_approved_before_tells_why_it_is_refused_and_not_that_it_was_asked_for() {
    let (client, scripted) = client(|_, request| {
        Ok(match (request.url.path(), sent_code(request), request.headers.contains_key(JUSTIFICATION)) {
            (REQUESTS, ..) => is("approved"),
            (_, Some(_), _) => refusal(412, "PreconditionFailed", "Not this one."),
            (_, None, true) => refusal(409, "Conflict", "An active Approval Request already exists"),
            (_, None, false) => refusal(403, "Forbidden", NEEDED),
        })
    });
    for justification in [Some("new laptops".into()), None] {
        let codes = [("autopilot_scope_tag/Sales/create".to_owned(), CODE_1.to_owned())].into();
        let client = client.clone().with_approvals(Approvals { justification, codes });
        let client = client.entered_in(&Ledger::new("autopilot_scope_tag/Sales", Default::default()));
        assert_eq!(client.post(TAGS, &json!({})).await.expect_err("refused").status(), Some(412));
    }
    let asked = ["POST with code", "GET", "POST", "POST with justification", "POST with code", "GET", "POST"];
    assert_eq!(steps(&scripted), asked);
}

#[tokio::test(start_paused = true)]
async fn a_code_whose_request_is_not_seen_is_not_waited_for() {
    let (client, scripted) = service(
        |n| if n == 0 { answer(200, &json!({"value": []})) } else { is("approved") },
        |n| if n == 0 { Ok(required()) } else { made() },
    );
    let codes = [("autopilot_scope_tag/Sales/create".to_owned(), CODE_1.to_owned())].into();
    let client = client.with_approvals(Approvals { justification: Some("new laptops".into()), codes });
    assert!(client.post(TAGS, &json!({})).await.is_ok());
    let expected = ["POST with code", "GET", "POST", "POST with justification", "GET", "POST with code"];
    assert_eq!(steps(&scripted), expected);
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_followed_is_told_with_its_code() {
    let (client, _) = service(|_| refusal(403, "Forbidden", "Application is not authorized."), |_| made());
    let Standing::Waits { code, ended } = standing(client.post(TAGS, &json!({})).await) else { panic!() };
    assert_eq!(&*code, CODE_1);
    assert!(ended.contains("operationApprovalRequests") && ended.contains("not authorized"), "{ended}");
    assert_eq!(client.ledger().codes().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn each_item_of_a_batch_is_asked_for_before_any_is_waited_for() {
    let looks = AtomicUsize::new(0);
    let (client, scripted) = client(move |_, request| {
        let refused = json!({"error": {"code": "Forbidden", "message": NEEDED}});
        Ok(match (request.url.path(), sent_code(request), request.headers.contains_key(JUSTIFICATION)) {
            ("/beta/$batch", ..) => {
                let items = [(0, 204), (1, 403), (2, 403)].map(|(n, status)| {
                    let body = if status == 403 { refused.clone() } else { Json::Null };
                    json!({"id": n.to_string(), "status": status, "body": body})
                });
                answer(200, &json!({ "responses": items }))
            }
            (REQUESTS, ..) if looks.fetch_add(1, Ordering::Relaxed) < 2 => is("needsApproval"),
            (REQUESTS, ..) => is("approved"),
            (_, Some(_), _) => answer(204, &Json::Null),
            (_, None, true) => required(),
            _ => refusal(403, "Forbidden", NEEDED),
        })
    });
    let calls: Vec<_> = (0..3).map(|n| Call::delete(format!("/devices/{n}"))).collect();
    assert_eq!(justified(&client).send_many("beta", &calls).await, vec![Ok(None); 3]);
    let steps = steps(&scripted);
    let at =
        |step| steps.iter().enumerate().filter(move |(_, each)| *each == step).map(|(at, _)| at).collect::<Vec<_>>();
    let (asked, sent) = (at("DELETE with justification"), at("DELETE with code"));
    assert_eq!((asked.len(), sent.len()), (2, 2), "{steps:?}");
    assert!(asked.iter().max() < sent.iter().min(), "{steps:?}");
}
