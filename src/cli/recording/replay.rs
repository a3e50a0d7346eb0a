//! Answers from a recording, in the order in which it was answered then.

mod asked;
mod composed;
mod found;
mod written;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value as Json, json};

use self::found::{Call, Found, Recorded};
use super::{
    bindings::{Bindings, New},
    form::{Exchange, GRAPH, Line, SignIn},
    served::{Answered, Asked, Service},
    sign_in,
};

/// A replay that is under way.
pub(in crate::cli) struct Replay {
    /// Where the command finds it.
    root: String,
    state: Mutex<State>,
}

struct State {
    bindings: Bindings,
    recorded: Recorded,
    sign_ins: Vec<(SignIn, bool)>,
    answered: usize,
    /// What was asked for and is not in the file.
    missing: BTreeSet<String>,
}

/// How a replay went.
pub(in crate::cli) struct Outcome {
    /// Requests that were answered.
    pub(in crate::cli) answered: usize,
    /// Requests of the file that nobody sent.
    pub(in crate::cli) left: Vec<String>,
    /// Requests that are not in the file.
    pub(in crate::cli) missing: Vec<String>,
}

impl Replay {
    /// Of the lines of a file; `root` is where the command finds the replay.
    pub(in crate::cli) fn of(lines: Vec<Line>, root: &str) -> Arc<Replay> {
        let (mut sign_ins, mut exchanges) = (Vec::new(), Vec::new());
        for line in lines {
            match line {
                Line::SignIn { sign_in } => sign_ins.push((sign_in, false)),
                Line::Exchange(exchange) => exchanges.push(exchange),
            }
        }
        let recorded = Recorded::of(exchanges);
        let state = State { bindings: Bindings::default(), recorded, sign_ins, answered: 0, missing: BTreeSet::new() };
        Arc::new(Replay { root: root.to_owned(), state: Mutex::new(state) })
    }

    /// Who signed in: the first application, and the first person. Where nobody did, the first that was refused.
    pub(in crate::cli) fn signed_in(&self) -> (Option<SignIn>, Option<SignIn>) {
        self.with(|state| {
            let all = || state.sign_ins.iter().map(|(sign_in, _)| sign_in);
            let granted = || all().filter(|each| each.refused.is_none());
            let application = granted().find(|sign_in| !sign_in.is_of_a_person());
            let person = granted().find(|sign_in| sign_in.is_of_a_person());
            let refused = all().find(|_| application.is_none() && person.is_none());
            (application.or(refused).cloned(), person.cloned())
        })
    }

    pub(in crate::cli) fn outcome(&self) -> Outcome {
        self.with(|state| Outcome {
            answered: state.answered,
            left: state.recorded.left().map(Exchange::shown).collect(),
            missing: state.missing.iter().cloned().collect(),
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A body as the file says it: addresses of Graph are the public ones.
    fn read(&self, body: &[u8]) -> Json {
        let text = String::from_utf8_lossy(body).replace(&self.root, GRAPH);
        serde_json::from_str(&text).unwrap_or_default()
    }

    fn batch(&self, state: &mut State, version: &str, body: &Json) -> Answered {
        let requests = body["requests"].as_array().map(Vec::as_slice).unwrap_or_default();
        let responses = requests.iter().map(|request| {
            let text = |name: &str| request[name].as_str().unwrap_or_default();
            let target = format!("{version}{}", text("url"));
            let told = state.tell(&Call::new(&text("method").to_uppercase(), &target, request["body"].clone()));
            let mut response = json!({"id": request["id"], "status": told.status, "headers": told.headers});
            if !told.answer.is_null() {
                response["body"] = told.answer;
            }
            response
        });
        let responses: Vec<Json> = responses.collect();
        self.answered(Exchange { status: 200, answer: json!({ "responses": responses }), ..Exchange::default() })
    }

    fn answered(&self, told: Exchange) -> Answered {
        let mut headers = HeaderMap::new();
        for (name, value) in told.headers {
            let value = value.replace(GRAPH, &self.root);
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.insert(name, value);
            }
        }
        let body = match told.answer {
            Json::Null => Vec::new(),
            answer => {
                headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
                answer.to_string().replace(GRAPH, &self.root).into_bytes()
            }
        };
        Answered { status: told.status, headers, body }
    }

    fn sign_in(&self, state: &mut State, tenant: &str, form: &[u8]) -> Answered {
        let form: BTreeMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
        let is_person = form.get("grant_type").is_some_and(|grant| grant != "client_credentials");
        let Some(told) = state.sign_in(tenant, is_person) else {
            return self.answered(state.lacks(&format!("a sign-in to the tenant {tenant}")));
        };
        self.answered(told)
    }
}

impl Service for Replay {
    async fn answer(&self, asked: Asked) -> Answered {
        let path = asked.target.split('?').next().unwrap_or_default();
        if let Some(tenant) = path.strip_suffix("/oauth2/v2.0/token") {
            return self.with(|state| self.sign_in(state, tenant.trim_start_matches('/'), &asked.body));
        }
        let body = self.read(&asked.body);
        let call = Call::new(asked.method.as_str(), &asked.target, body);
        self.with(|state| match path.strip_suffix("/$batch") {
            // One that was refused as a whole is in the file as it is.
            Some(version) if !state.holds(&call) => self.batch(state, version, &call.body),
            _ => {
                let told = state.tell(&call);
                self.answered(told)
            }
        })
    }
}

impl State {
    fn holds(&self, call: &Call) -> bool {
        self.recorded.find(call, &self.bindings).is_some_and(|found| !found.is_again)
    }

    /// What was answered to it, in the words of whoever asks now.
    fn tell(&mut self, call: &Call) -> Exchange {
        let Some(exchange) = self.exchange(call) else { return self.lacks(&call.shown()) };
        if let Some(what) = &exchange.left_out {
            return self.lacks(&format!("the answer to {}, which was {what}", call.shown()));
        }
        self.answered += 1;
        let headers = exchange.headers.iter().map(|(name, value)| (name.clone(), self.bindings.said(value)));
        Exchange { headers: headers.collect(), answer: self.bindings.said_in(&exchange.answer), ..exchange }
    }

    /// The request that was recorded, or one put together; in the end a read that was recorded when something else was written.
    fn exchange(&mut self, call: &Call) -> Option<Exchange> {
        if let Some(found) = self.recorded.find_valid(call, &self.bindings) {
            return Some(self.take(found));
        }
        if let Some(exchange) = self.recorded.compose(call, &self.bindings) {
            return Some(exchange);
        }
        self.recorded.find(call, &self.bindings).map(|found| self.take(found))
    }

    fn take(&mut self, found: Found) -> Exchange {
        let exchange = self.recorded.take(&found);
        self.bindings.add(found.new);
        exchange
    }

    /// The answer to what is not in the file. A 501 is final, and Graph says it of nothing that is asked for here: nothing else is
    /// tried, and nobody takes what is not told for what is not there.
    fn lacks(&mut self, what: &str) -> Exchange {
        self.missing.insert(what.to_owned());
        let message = format!("The recording does not hold {what}.");
        Exchange {
            status: StatusCode::NOT_IMPLEMENTED.as_u16(),
            answer: json!({"error": {"code": "NotRecorded", "message": message}}),
            ..Exchange::default()
        }
    }

    /// The next sign-in of a tenant; after the last one, that one again.
    fn sign_in(&mut self, tenant: &str, is_person: bool) -> Option<Exchange> {
        let fits = |sign_in: &SignIn| {
            let mut new = New::new();
            // A tenant is named by its domain too, which says nothing of its id.
            let by_domain = tenant.contains('.') && !sign_in.tenant.contains('.');
            let is_it = by_domain || self.bindings.text(&sign_in.tenant, tenant, &mut new);
            is_it.then_some(new)
        };
        let is_wanted = |sign_in: &SignIn| sign_in.refused.is_some() || sign_in.is_of_a_person() == is_person;
        let fitting = || {
            let each = self.sign_ins.iter().enumerate();
            each.filter_map(|(at, (sign_in, used))| Some((at, sign_in, *used, fits(sign_in)?)))
        };
        let next = fitting().find(|(_, sign_in, used, _)| !used && is_wanted(sign_in));
        let last = || fitting().rfind(|(_, sign_in, ..)| sign_in.refused.is_none() && is_wanted(sign_in));
        // Who recorded may have signed in otherwise, by the Azure CLI.
        let other = || fitting().rfind(|(_, sign_in, ..)| sign_in.refused.is_none());
        let (at, _, _, new) = next.or_else(last).or_else(other)?;
        self.bindings.add(new);
        let (sign_in, used) = self.sign_ins.get_mut(at)?;
        *used = true;
        Some(match &sign_in.refused {
            Some(refused) => Exchange {
                status: refused.status,
                answer: self.bindings.said_in(&refused.answer),
                ..Exchange::default()
            },
            None => {
                let answer = sign_in::grant(sign_in, &self.bindings.said(&sign_in.tenant));
                Exchange { status: StatusCode::OK.as_u16(), answer, ..Exchange::default() }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::form::Refused;
    use super::*;

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
            assert_eq!(
                (status, claims.tenant_id.as_str(), claims.roles),
                (200, mine, vec!["Group.Read.All".to_owned()])
            );
        }
        let other = "/743f0000-0000-4000-8000-000000000002/oauth2/v2.0/token";
        assert_eq!(ask(&replay, "POST", other, form).await.0, 501, "nobody signed in there");
    }
}
