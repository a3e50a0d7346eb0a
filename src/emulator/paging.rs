//! Collections a page at a time, the next one under an opaque link built from the request's own host.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::emulator::call::{Answer, Call};
use crate::emulator::error::Failure;
use crate::emulator::model::check::Object;

/// The id after which the page starts, from the link's token.
pub(crate) fn position(call: &Call) -> Result<Option<String>, Failure> {
    let Some(token) = call.query.get("$skiptoken") else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(token).ok();
    match bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
        Some(id) => Ok(Some(id)),
        None => Err(bad_token()),
    }
}

/// A token that no link of ours had.
pub(crate) fn bad_token() -> Failure {
    Failure::unreadable("The skip token is not valid.")
}

/// The token of a link to what comes behind a place.
pub(crate) fn token(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}

/// The answer with up to `size` rows. `rows` start behind [`position`], `count` is the number of all that match.
pub(crate) fn page<'a, T>(
    call: &Call,
    rows: impl Iterator<Item = (&'a str, T)>,
    size: usize,
    count: Option<usize>,
    render: impl Fn(T) -> Value,
) -> Answer {
    let mut rows = rows.peekable();
    let mut values = Vec::new();
    let mut last = "";
    while values.len() < size {
        let Some((id, row)) = rows.next() else { break };
        values.push(render(row));
        last = id;
    }
    let mut body = Object::new();
    body.insert("@odata.context".into(), Value::from(call.context(false)));
    if let (Some(count), None) = (count, call.query.get("$skiptoken")) {
        body.insert("@odata.count".into(), json!(count));
    }
    if rows.peek().is_some() {
        body.insert("@odata.nextLink".into(), Value::from(call.next_link(&token(last))));
    }
    body.insert("value".into(), Value::Array(values));
    Answer::json(200, Value::Object(body))
}

/// A collection that fits into one answer.
pub(crate) fn whole(call: &Call, values: Vec<Value>) -> Answer {
    let mut body = Object::new();
    body.insert("@odata.context".into(), Value::from(call.context(false)));
    body.insert("value".into(), Value::Array(values));
    Answer::json(200, Value::Object(body))
}
