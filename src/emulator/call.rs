//! One request that has been understood, and what is answered to it.

use serde_json::Value;

use crate::emulator::clock::Millis;
use crate::emulator::error::Failure;
use crate::emulator::model::check::{Object, Version};
use crate::emulator::odata::path::{key, segments};
use crate::emulator::odata::query::Query;

/// Who calls, as the token says.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) tenant: String,
    pub(crate) app_id: String,
    /// The object id of the application's service principal, or of the user.
    pub(crate) principal: String,
    /// The application's roles, or the scopes of a token that a person got.
    pub(crate) roles: Vec<String>,
    /// Whether a person signed in, and the application acts for that person.
    pub(crate) delegated: bool,
}

impl Caller {
    pub(crate) fn has(&self, role: &str) -> bool {
        self.roles.iter().any(|held| held == role)
    }
}

/// A request to Graph.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) method: String,
    pub(crate) version: Version,
    /// The path as it came, version included.
    pub(crate) path: String,
    /// What stands where the route's template has braces.
    pub(crate) ids: Vec<String>,
    pub(crate) query: Query,
    pub(crate) body: Option<Value>,
    /// Scheme and host as the client sees them.
    pub(crate) root: String,
    pub(crate) now: Millis,
    pub(crate) caller: Caller,
    /// `ConsistencyLevel: eventual`.
    pub(crate) eventual: bool,
    pub(crate) accept: Option<String>,
    pub(crate) prefer: Option<String>,
    pub(crate) approval: ApprovalHeaders,
    /// Whether the call is to be answered as if it had been done, and nothing is to be done. A fault orders it of actions
    /// whose answer has no body.
    pub(crate) without_effect: bool,
}

/// What a request says of Multi Admin Approval.
#[derive(Debug, Clone, Default)]
pub(crate) struct ApprovalHeaders {
    /// `x-msft-approval-justification`.
    pub(crate) justification: Option<String>,
    /// `x-msft-approval-code`.
    pub(crate) code: Option<String>,
}

impl Call {
    /// The n-th id of the path; GUIDs in lower case.
    pub(crate) fn id(&self, n: usize) -> String {
        self.ids.get(n).map(|id| key(id)).unwrap_or_default()
    }

    /// The n-th id of the path where Intune takes GUIDs only: what is none is a bad request, and not something that is not
    /// there.
    pub(crate) fn guid(&self, n: usize) -> Result<String, Failure> {
        let id = self.id(n);
        if uuid::Uuid::try_parse(&id).is_ok() { Ok(id) } else { Err(Failure::intune_refuses()) }
    }

    /// Whether the header `Prefer` has the word.
    pub(crate) fn prefers(&self, word: &str) -> bool {
        let words = self.prefer.as_deref().unwrap_or_default().split([',', ';']);
        words.map(str::trim).any(|each| each.eq_ignore_ascii_case(word))
    }

    /// The body, which has to be an object.
    pub(crate) fn object(&self) -> Result<&Object, Failure> {
        match &self.body {
            Some(Value::Object(object)) => Ok(object),
            Some(_) => Err(Failure::unreadable(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid \
                 JSON format.",
            )),
            None => Err(Failure::unreadable("Empty Payload. JSON content expected.")),
        }
    }

    /// `@odata.context` of the answer.
    pub(crate) fn context(&self, entity: bool) -> String {
        let mut segments = segments(&self.path);
        if entity && self.method != "POST" {
            segments.pop();
        }
        let tail = if entity { "/$entity" } else { "" };
        let path = segments.get(1..).unwrap_or_default().join("/");
        format!("{}/{}/$metadata#{path}{tail}", self.root, self.version.name())
    }

    pub(crate) fn next_link(&self, token: &str) -> String {
        format!("{}{}?{}", self.root, self.path, self.query.with_skip_token(token))
    }

    /// An entity with its context.
    pub(crate) fn entity(&self, status: u16, entity: Value) -> Answer {
        match entity {
            Value::Object(mut object) => {
                object.insert("@odata.context".into(), Value::from(self.context(true)));
                Answer::json(status, Value::Object(object))
            }
            other => Answer::json(status, other),
        }
    }
}

/// What goes into the body of an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Content {
    None,
    Json(Value),
    Text(String),
}

/// A request that was granted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content: Content,
}

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Answer {
        Answer { status, content: Content::Json(body) }
    }

    pub(crate) fn done() -> Answer {
        Answer { status: 204, content: Content::None }
    }

    /// `$count` answers a bare number.
    pub(crate) fn number(number: usize) -> Answer {
        Answer { status: 200, content: Content::Text(number.to_string()) }
    }
}

pub(crate) type Outcome = Result<Answer, Failure>;

/// `v1.0` or `beta`, the first segment of every path.
pub(crate) fn version_of(path: &str) -> Result<Version, Failure> {
    let first = path.split('/').nth(1).unwrap_or_default();
    match first.to_ascii_lowercase().as_str() {
        "v1.0" => Ok(Version::V1),
        "beta" => Ok(Version::Beta),
        other => Err(Failure::graph(404, "ResourceNotFound", format!("Invalid version: {other}"))),
    }
}
