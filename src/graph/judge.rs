//! What an attempt came to, and whether to send again.

use crate::graph::error::Error;
use crate::graph::proxy;
use crate::graph::refusal::{APPROVAL_CODE, unpack};
use crate::graph::retry::{self, Decision, Kind, Outcome};
use crate::graph::transport::{Answer, Broken, Method};
use serde_json::Value as Json;

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn json(&self, attempted: &str) -> Result<Option<Json>, Error> {
        if self.body.is_empty() {
            return Ok(None);
        }
        let unexpected = || Error::Unexpected {
            attempted: attempted.into(),
            status: self.status,
            message: "the answer is not JSON".into(),
        };
        serde_json::from_slice(&self.body)
            .map(Some)
            .map_err(|_| proxy::answered(attempted, self).unwrap_or_else(unexpected))
    }
}

/// The error that an attempt came to, and whether to send again.
pub(crate) fn judge(attempted: &str, kind: Kind, number: u32, sent: &Result<Answer, Broken>) -> (Error, Decision) {
    match sent {
        Ok(answer) => {
            if let Some(proxy) = proxy::answered(attempted, answer) {
                return (proxy, Decision::Final);
            }
            let mut refusal = unpack(answer.status, &serde_json::from_slice(&answer.body).unwrap_or_default());
            if let Some(id) = answer.header("request-id") {
                refusal.request_id = Some(id.to_owned());
            }
            refusal.retry_after = retry::retry_after(|name| answer.header(name)).or(refusal.retry_after);
            refusal.tell_approval(answer.header(APPROVAL_CODE));
            let retry_after = refusal.retry_after;
            let (status, code, message) = (answer.status, &refusal.code, &refusal.message);
            let outcome = Outcome::Answered { status, code, message, retry_after };
            let decision = retry::decide(number, kind, &outcome, retry::jitter());
            (refusal.into_error(attempted, answer.status), decision)
        }
        Err(broken) => {
            let decision = retry::decide(number, kind, &Outcome::Broken { sent: broken.sent }, retry::jitter());
            let error = Error::Connection {
                attempted: attempted.into(),
                message: broken.message.as_str().into(),
                may_have_taken_effect: broken.sent && kind != Kind::Read,
            };
            (error, decision)
        }
    }
}

/// Method and path for an error and the log. The query is left out where it is an opaque continuation, and where it is
/// the code of an approval.
pub(crate) fn attempted(method: &Method, path: &str) -> Box<str> {
    let left_out = ["skip", "requestId eq"].iter().any(|part| path.contains(part));
    let path = if left_out { without_query(path) } else { path };
    format!("{method} {path}").into()
}

pub(crate) fn without_query(path: &str) -> &str {
    path.split('?').next().unwrap_or_default()
}
