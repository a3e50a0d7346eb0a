//! `$batch`: up to twenty requests in one, each answered by itself.
//!
//! Facts: Graph's "Combine multiple HTTP requests using JSON batching".

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::exchange::{End, Fate};
use super::journal::Note;
use super::world::World;
use crate::emulator::call::{Answer, ApprovalHeaders, Call, Content, Outcome};
use crate::emulator::error::{Failure, Stamp};
use crate::emulator::model::check::Object;
use crate::emulator::odata::query::Query;
use crate::emulator::{desk, route};

const LARGEST: usize = 20;

/// One request of a batch.
struct Item<'a> {
    id: &'a str,
    method: String,
    url: String,
    body: Option<&'a Value>,
    headers: BTreeMap<String, &'a str>,
    depends_on: Vec<&'a str>,
}

impl Item<'_> {
    fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|text| (*text).to_owned())
    }
}

/// Serves a batch. What faults do to an item's connection they do to the batch's: there is one answer for all.
pub(crate) fn serve(world: &mut World, call: &Call, fate: &mut Fate) -> Outcome {
    if call.method != "POST" {
        return Err(Failure::graph(
            405,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        ));
    }
    let items = items(call.object()?)?;
    let mut statuses = BTreeMap::new();
    let mut responses = Vec::new();
    let mut notes = Vec::new();
    for item in &items {
        let path = format!("/{}{}", call.version.name(), item.url.split('?').next().unwrap_or_default());
        let failed = |id: &&&str| statuses.get(**id).is_none_or(|status| *status >= 400);
        let fault = world.faults.meet(&item.method, &path);
        fate.delay = fate.delay.max(fault.as_ref().map_or(0.0, |fault| fault.delay_seconds));
        let (served, refusal, loses, resets) = match &fault {
            Some(fault) => (fault.serves(), fault.failure(&path), fault.lose_answer, fault.reset),
            None => (true, None, false, false),
        };
        let template = route::template(&item.method, &path);
        if resets {
            notes.push((item, template, 0, false));
            fate.end = End::Reset;
            break;
        }
        if loses && refusal.is_none() {
            fate.end = End::Lost;
        }
        let lost = served && refusal.is_some();
        let outcome = match (item.depends_on.iter().find(failed), refusal) {
            (Some(_), _) => Err(Failure::graph(424, "FailedDependency", "Failed Dependency")),
            (None, Some(refusal)) => {
                if served {
                    // What became of it is what the client does not get to know.
                    let outcome = one(world, call, item, false);
                    world.journal.note_made(&template, &outcome, false);
                }
                Err(refusal)
            }
            (None, None) => {
                let without_effect = fault.as_ref().is_some_and(|fault| fault.without_effect);
                let outcome = one(world, call, item, without_effect);
                world.journal.note_made(&template, &outcome, true);
                outcome
            }
        };
        let response = response(world, call, item, outcome);
        let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok()).unwrap_or(500);
        notes.push((item, template, status, lost));
        statuses.insert(item.id, status);
        responses.push(response);
    }
    let cut = fate.end != End::Answered;
    for (item, template, status, lost) in notes {
        let lost = status != 0 && (lost || cut);
        let note = Note {
            method: &item.method,
            path: &template,
            status,
            in_batch: true,
            lost,
            // They are the batch's own.
            user_agent: None,
            client_request_id: None,
        };
        world.journal.note(call.now, &note);
    }
    Ok(Answer::json(200, Value::Object(Object::from_iter([("responses".to_owned(), Value::Array(responses))]))))
}

fn items(body: &Object) -> Result<Vec<Item<'_>>, Failure> {
    let refuse = |text: &str| Failure::graph(400, "BadRequest", text);
    let requests = body.get("requests").and_then(Value::as_array);
    let requests = requests.ok_or_else(|| refuse("Invalid batch payload format."))?;
    if requests.len() > LARGEST {
        return Err(refuse("Number of batch request steps exceeds the maximum value of 20."));
    }
    let mut items = Vec::new();
    let mut seen = BTreeSet::new();
    for request in requests {
        let text = |name: &str| request.get(name).and_then(Value::as_str);
        let (Some(id), Some(method), Some(url)) = (text("id"), text("method"), text("url")) else {
            return Err(refuse("Invalid batch payload format."));
        };
        if !seen.insert(id) {
            return Err(refuse(&format!("Request Id '{id}' has to be unique in a batch.")));
        }
        if url.contains("://") {
            return Err(refuse(&format!("Invalid Url for batch request '{id}'. It has to be relative.")));
        }
        let depends_on = request.get("dependsOn").and_then(Value::as_array);
        let depends_on: Vec<&str> = depends_on.into_iter().flatten().filter_map(Value::as_str).collect();
        if depends_on.iter().any(|needed| *needed == id || !seen.contains(needed)) {
            return Err(refuse(&format!("Request '{id}' depends on a request that does not come before it.")));
        }
        let headers = request.get("headers").and_then(Value::as_object).into_iter().flatten();
        let headers: BTreeMap<String, &str> =
            headers.filter_map(|(name, value)| Some((name.to_ascii_lowercase(), value.as_str()?))).collect();
        let body = request.get("body").filter(|body| !body.is_null());
        if body.is_some() && !headers.contains_key("content-type") {
            return Err(refuse(&format!("Content-Type header is required for the body of batch request '{id}'.")));
        }
        let url = format!("/{}", url.trim_start_matches('/'));
        items.push(Item { id, method: method.to_ascii_uppercase(), url, body, headers, depends_on });
    }
    Ok(items)
}

fn one(world: &mut World, call: &Call, item: &Item<'_>, without_effect: bool) -> Outcome {
    let (path, query) = item.url.split_once('?').unwrap_or((&item.url, ""));
    let path = format!("/{}{path}", call.version.name());
    if path.to_ascii_lowercase().ends_with("/$batch") {
        return Err(Failure::graph(400, "BadRequest", "A batch cannot hold a batch."));
    }
    let eventual = item.headers.get("consistencylevel").is_some_and(|level| level.eq_ignore_ascii_case("eventual"));
    let inner = Call {
        method: item.method.clone(),
        path,
        query: Query::parse(query),
        body: item.body.cloned(),
        eventual,
        accept: item.header("accept"),
        prefer: item.header("prefer"),
        approval: ApprovalHeaders {
            justification: item.header("x-msft-approval-justification"),
            code: item.header("x-msft-approval-code"),
        },
        without_effect,
        ids: Vec::new(),
        ..call.clone()
    };
    desk::dispatch(world.desk(), inner)
}

fn response(world: &World, call: &Call, item: &Item<'_>, outcome: Outcome) -> Value {
    match outcome {
        Ok(Answer { status, content }) => match content {
            Content::None => json!({"id": item.id, "status": status, "headers": {}}),
            Content::Text(text) => {
                json!({"id": item.id, "status": status, "headers": {"Content-Type": "text/plain"}, "body": text})
            }
            Content::Json(body) => {
                let mut response =
                    json!({"id": item.id, "status": status, "headers": {"Content-Type": "application/json"}});
                response["body"] = body;
                response
            }
        },
        Err(failure) => {
            let request_id = uuid::Uuid::new_v4().to_string();
            let stamp =
                Stamp { now: call.now, request_id: &request_id, client_request_id: &request_id, path: &item.url };
            let mut headers = json!({"Content-Type": "application/json"});
            if let Some(seconds) = failure.retry_after {
                headers["Retry-After"] = Value::from(world.clock.real_wait(seconds).to_string());
            }
            if let Some(code) = &failure.approval_code {
                headers["x-msft-approval-code"] = Value::from(code.as_str());
            }
            json!({"id": item.id, "status": failure.status, "headers": headers, "body": failure.body(&stamp)})
        }
    }
}
