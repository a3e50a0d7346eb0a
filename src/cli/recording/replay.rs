//! Answers from a recording, in the order in which it was answered then.

mod composed;
mod found;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value as Json, json};

use self::found::{Call, Recorded};
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
    pub(in crate::cli) left: usize,
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

    /// Who signed in: the first application, and the first person.
    pub(in crate::cli) fn signed_in(&self) -> (Option<SignIn>, Option<SignIn>) {
        self.with(|state| {
            let mut granted = state.sign_ins.iter().map(|(sign_in, _)| sign_in).filter(|each| each.refused.is_none());
            let application = granted.clone().find(|sign_in| !sign_in.is_of_a_person()).cloned();
            (application, granted.find(|sign_in| sign_in.is_of_a_person()).cloned())
        })
    }

    pub(in crate::cli) fn outcome(&self) -> Outcome {
        self.with(|state| Outcome {
            answered: state.answered,
            left: state.recorded.left(),
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
        let exchange = match self.recorded.find(call, &self.bindings) {
            Some(found) => {
                let exchange = self.recorded.take(&found);
                self.bindings.add(found.new);
                exchange
            }
            None => match self.recorded.composed(call, &self.bindings) {
                Some(exchange) => exchange,
                None => return self.lacks(&call.shown()),
            },
        };
        if let Some(what) = &exchange.left_out {
            return self.lacks(&format!("the answer to {}, which was {what}", call.shown()));
        }
        self.answered += 1;
        let headers = exchange.headers.iter().map(|(name, value)| (name.clone(), self.bindings.said(value)));
        Exchange { headers: headers.collect(), answer: self.bindings.said_in(&exchange.answer), ..exchange }
    }

    /// The answer to what is not in the file. A 400 is final: nothing else is tried.
    fn lacks(&mut self, what: &str) -> Exchange {
        self.missing.insert(what.to_owned());
        let message = format!("The recording does not hold {what}.");
        Exchange {
            status: StatusCode::BAD_REQUEST.as_u16(),
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
