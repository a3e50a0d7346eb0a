//! Stands between a command and Microsoft's service, and writes what was asked and answered.

mod batch;
mod file;

use std::{
    collections::HashSet,
    io::{self, Read as _},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use reqwest::Url;
use serde_json::{Value as Json, json};

use self::file::File;
use super::{
    address::taken_apart,
    form::{Exchange, Line, Refused, SignIn},
    redact::Redactor,
    served::{Answered, Asked, Service},
    sign_in, structure,
};
use crate::{
    graph::transport::{Request, Transport as _},
    provider::Endpoints,
};

/// Where files lie that Graph gave the address of, as the command sees them.
const ELSEWHERE: &str = "/_elsewhere/";

/// What is of one connection only, or is made anew.
const NOT_PASSED_ON: &[HeaderName] = &[
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::TRANSFER_ENCODING,
    header::ACCEPT_ENCODING,
];

/// Headers of an answer that are written, beside those that hold ids and addresses.
const PLAIN_HEADERS: &[&str] = &["retry-after", "date", "x-ms-resource-unit"];
const HEADERS_OF_IDS: &[&str] = &["request-id", "x-msft-approval-code"];

/// A recording that is under way.
pub(in crate::cli) struct Recorder {
    endpoints: Endpoints,
    /// Where the command finds it.
    root: String,
    state: Mutex<State>,
    count: AtomicUsize,
}

struct State {
    file: File,
    redactor: Redactor,
    /// Sign-ins that are in the file, each once.
    signed_in: Vec<SignIn>,
    /// Tokens that were looked at.
    tokens: HashSet<String>,
    /// Addresses of files that Graph gave.
    elsewhere: Vec<String>,
}

impl Recorder {
    /// Begins a new file; `root` is where the command finds the recorder.
    pub(in crate::cli) fn begin(path: &std::path::Path, endpoints: Endpoints, root: &str) -> io::Result<Arc<Recorder>> {
        let redactor = Redactor::of([root, &endpoints.graph]);
        let state = State {
            file: File::begin(path)?,
            redactor,
            signed_in: Vec::new(),
            tokens: HashSet::new(),
            elsewhere: Vec::new(),
        };
        Ok(Arc::new(Recorder {
            endpoints,
            root: root.to_owned(),
            state: Mutex::new(state),
            count: AtomicUsize::new(0),
        }))
    }

    /// How many requests were written, or why not all; none where there was not even a sign-in, and so there is no file.
    pub(in crate::cli) fn end(&self) -> io::Result<Option<usize>> {
        let holds_lines = self.with(|state| state.file.end())?;
        Ok(holds_lines.then(|| self.count.load(Ordering::Relaxed)))
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Where a request goes on to; none for a file that Graph has given no address of.
    fn destination(&self, target: &str) -> Option<Url> {
        if let Some(number) = target.strip_prefix(ELSEWHERE) {
            let number = number.parse::<usize>().ok()?;
            return self.with(|state| state.elsewhere.get(number.checked_sub(1)?).and_then(|url| Url::parse(url).ok()));
        }
        let root = if is_for_graph(target) { &self.endpoints.graph } else { &self.endpoints.authority };
        Url::parse(&format!("{root}{target}")).ok()
    }

    async fn pass_on(&self, asked: &Asked, body: &[u8]) -> Answered {
        let Some(url) = self.destination(&asked.target) else { return no_answer("there is no such address") };
        let mut headers = asked.headers.clone();
        for name in NOT_PASSED_ON {
            headers.remove(name);
        }
        // A body may hold the address of an object, which is the recorder's where an answer said it.
        let body = String::from_utf8(body.to_vec())
            .map(|text| text.replace(&self.root, &self.endpoints.graph).into_bytes())
            .unwrap_or_else(|bytes| bytes.into_bytes());
        let body = (!body.is_empty()).then_some(body);
        let request = Request { method: asked.method.clone(), url, headers, body };
        match self.endpoints.transport.send(request).await {
            Ok(answer) => Answered { status: answer.status, headers: answer.headers, body: answer.body },
            Err(broken) => no_answer(&broken.message),
        }
    }

    /// Lets links in an answer lead here.
    fn lead_here(&self, state: &mut State, json: &mut Json) {
        match json {
            Json::String(text) => {
                if let Some(below) = text.strip_prefix(&self.endpoints.graph).filter(|rest| rest.starts_with('/')) {
                    *text = format!("{}{below}", self.root);
                }
            }
            Json::Array(items) => items.iter_mut().for_each(|item| self.lead_here(state, item)),
            Json::Object(members) => {
                // The file of a report lies in a store of its own.
                if members.contains_key("reportName")
                    && let Some(Json::String(url)) = members.get_mut("url")
                    && !url.starts_with(&self.endpoints.graph)
                    && !url.is_empty()
                {
                    state.elsewhere.push(std::mem::take(url));
                    *url = format!("{}{ELSEWHERE}{}", self.root, state.elsewhere.len());
                }
                members.values_mut().for_each(|value| self.lead_here(state, value));
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }

    /// Writes a request of Graph's, and makes its answer one whose links lead here.
    fn note(&self, asked: &Asked, body: &[u8], answered: &mut Answered) {
        let body = serde_json::from_slice(body).unwrap_or_default();
        let mut said: Option<Json> = serde_json::from_slice(&answered.body).ok();
        self.with(|state| {
            if let Some(said) = &mut said {
                self.lead_here(state, said);
                answered.body = said.to_string().into_bytes();
            }
            if let Some(token) = bearer(&asked.headers) {
                state.note_token(token);
            }
            let call = batch::Call {
                method: asked.method.to_string(),
                target: asked.target.clone(),
                body,
                status: answered.status,
                headers: texts(&answered.headers),
                answer: said,
                bytes: answered.body.len(),
            };
            for each in batch::each(call) {
                let exchange = state.exchange(&each);
                state.file.write(&Line::Exchange(exchange));
                self.count.fetch_add(1, Ordering::Relaxed);
            }
        });
        if let Some(location) = answered.headers.get_mut(header::LOCATION)
            && let Some(led) = location.to_str().ok().map(|text| text.replace(&self.endpoints.graph, &self.root))
            && let Ok(led) = HeaderValue::from_str(&led)
        {
            *location = led;
        }
    }

    /// Writes a sign-in: what the token allows, or the refusal.
    fn note_sign_in(&self, target: &str, form: &[u8], answered: &Answered) {
        let Ok(said) = serde_json::from_slice::<Json>(&answered.body) else { return };
        self.with(|state| match said["access_token"].as_str() {
            Some(token) => state.note_token(token),
            None => {
                let tenant = target.split('/').nth(1).unwrap_or_default();
                let refused = Refused { status: answered.status, answer: state.redactor.json("", &said) };
                let tenant = state.redactor.text("id", tenant);
                let mut words = form_urlencoded::parse(form);
                let application = words.find(|(name, _)| name == "client_id");
                let application = application.map(|(_, id)| state.redactor.text("id", &id)).unwrap_or_default();
                let sign_in = SignIn { tenant, application, refused: Some(refused), ..SignIn::default() };
                state.file.write(&Line::SignIn { sign_in });
            }
        });
    }
}

impl Service for Recorder {
    async fn answer(&self, asked: Asked) -> Answered {
        let Ok(body) = unpacked(&asked) else { return no_answer("the body cannot be unpacked") };
        let mut answered = self.pass_on(&asked, &body).await;
        if is_for_graph(&asked.target) || asked.target.starts_with(ELSEWHERE) {
            self.note(&asked, &body, &mut answered);
        } else if asked.target.ends_with("/oauth2/v2.0/token") {
            self.note_sign_in(&asked.target, &body, &answered);
        }
        for name in NOT_PASSED_ON {
            answered.headers.remove(name);
        }
        answered
    }
}

impl State {
    fn note_token(&mut self, token: &str) {
        if !self.tokens.insert(token.to_owned()) {
            return;
        }
        let Some(sign_in) = sign_in::of_token(&mut self.redactor, token) else { return };
        if !self.signed_in.contains(&sign_in) {
            self.signed_in.push(sign_in.clone());
            self.file.write(&Line::SignIn { sign_in });
        }
    }

    fn exchange(&mut self, call: &batch::Call) -> Exchange {
        let redactor = &mut self.redactor;
        let (asked, query) = taken_apart(&call.target);
        let path = if asked.starts_with(ELSEWHERE) { asked.clone() } else { redactor.path(&asked) };
        let (query, body) = (redactor.query(&query), redactor.body(&asked, &call.body));
        let mut headers = std::collections::BTreeMap::new();
        for (name, value) in &call.headers {
            let name = name.to_lowercase();
            let value = match name.as_str() {
                plain if PLAIN_HEADERS.contains(&plain) => value.clone(),
                ids if HEADERS_OF_IDS.contains(&ids) => redactor.text("id", value),
                "location" => redactor.address(value),
                _ => continue,
            };
            headers.insert(name, value);
        }
        let left_out = match &call.answer {
            None if call.bytes > 0 => Some(format!("{} bytes that are no JSON", call.bytes)),
            _ => None,
        };
        let redacted = |answer: &Json| match path.ends_with("/$count") {
            true => redactor.json(structure::COUNT, answer),
            false => redactor.body(&asked, answer),
        };
        let answer = call.answer.as_ref().map(redacted).unwrap_or_default();
        Exchange { method: call.method.clone(), path, query, body, status: call.status, headers, answer, left_out }
    }
}

fn is_for_graph(target: &str) -> bool {
    ["/v1.0/", "/beta/"].iter().any(|version| target.starts_with(version))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), text(value)?))).collect()
}

/// The body without its compression.
fn unpacked(asked: &Asked) -> io::Result<Vec<u8>> {
    let is_packed = asked.headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
    if !is_packed {
        return Ok(asked.body.clone());
    }
    let mut body = Vec::new();
    flate2::read::GzDecoder::new(asked.body.as_slice()).read_to_end(&mut body)?;
    Ok(body)
}

/// The service was not reached.
fn no_answer(why: &str) -> Answered {
    let body = json!({"error": {"code": "NoAnswer", "message": format!("No answer came from the service: {why}.")}});
    let json = HeaderValue::from_static("application/json");
    Answered {
        status: StatusCode::BAD_GATEWAY.as_u16(),
        headers: HeaderMap::from_iter([(header::CONTENT_TYPE, json)]),
        body: body.to_string().into_bytes(),
    }
}
