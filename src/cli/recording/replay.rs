//! Answers from a recording, in the order in which it was answered then.

#[cfg(test)]
mod alike;
mod asked;
mod composed;
mod found;
mod rebound;
#[cfg(test)]
mod tests;
mod told;
mod written;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value as Json, json};

use self::{
    found::{Found, Recorded},
    rebound::{Rebound, rebound},
    told::{By, Call, Told},
    written::{is_read, made},
};
use super::{
    bindings::Bindings,
    comparison::New,
    form::{Exchange, GRAPH, Line, SignIn},
    placeholder::placeholders,
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
            let told = state.tell(Call::new(&text("method").to_uppercase(), &target, request["body"].clone()));
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
                let told = state.tell(call);
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
    fn tell(&mut self, call: Call) -> Exchange {
        let Some((exchange, by)) = self.exchange(&call) else { return self.lacks(&call.shown()) };
        if let Some(what) = &exchange.left_out {
            return self.lacks(&format!("the answer to {}, which was {what}", call.shown()));
        }
        self.answered += 1;
        if !is_read(&call.method, &call.path) {
            let id = made(&exchange).unwrap_or_default();
            placeholders(id).for_each(|placeholder| self.bindings.name(placeholder));
            exchange.placeholders().iter().for_each(|placeholder| self.bindings.show(placeholder));
        }
        let headers = exchange.headers.iter().map(|(name, value)| (name.clone(), self.bindings.said(value)));
        let (headers, answer) = (headers.collect(), self.bindings.said_in(&exchange.answer));
        self.recorded.history.push(Told { call, status: exchange.status, answer: answer.clone(), by });
        Exchange { headers, answer, ..exchange }
    }

    /// The request that was recorded, or one put together; in the end a read that was recorded when something else was written, or
    /// what it is if objects that were made are others than was taken so far.
    fn exchange(&mut self, call: &Call) -> Option<(Exchange, By)> {
        if let Some(found) = self.recorded.find_valid(call, &self.bindings) {
            return Some(self.take(found));
        }
        if let Some(composed) = self.recorded.compose(call, &self.bindings) {
            return Some(composed);
        }
        if let Some(found) = self.recorded.find(call, &self.bindings) {
            return Some(self.take(found));
        }
        let Rebound { bindings, at, by } = rebound(&self.recorded, call, &self.bindings)?;
        self.bindings = bindings;
        Some(self.recorded.retell(by, at))
    }

    fn take(&mut self, found: Found) -> (Exchange, By) {
        let taken = self.recorded.take(&found);
        self.bindings.add(found.new.pairs);
        taken
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
            let mut new = New::default();
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
        self.bindings.fix(new.pairs);
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
