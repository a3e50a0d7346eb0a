//! A request as it came off the wire, and what goes back.

use std::time::Duration;

use serde::Deserialize;

use crate::emulator::call::ApprovalHeaders;
use crate::emulator::odata::query::Query;

/// A request as it came off the wire.
#[derive(Debug, Clone, Default)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// Path and query, as sent.
    pub(crate) target: String,
    pub(crate) host: String,
    /// `http`, or what a proxy in front says.
    pub(crate) scheme: String,
    pub(crate) authorization: Option<String>,
    pub(crate) client_request_id: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) eventual: bool,
    pub(crate) accept: Option<String>,
    pub(crate) prefer: Option<String>,
    pub(crate) approval: ApprovalHeaders,
    pub(crate) content_type: Option<String>,
    /// `Content-Encoding`.
    pub(crate) encoding: Option<String>,
    pub(crate) origin: Option<String>,
    pub(crate) body: Vec<u8>,
    /// The body was longer than the emulator takes.
    pub(crate) too_large: bool,
}

/// What is to become of a connection: ordered by faults, of the request itself or of the items of its batch.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fate {
    /// Emulated seconds to wait before the answer.
    pub(crate) delay: f64,
    /// Whether nothing is to be done.
    pub(crate) without_effect: bool,
    pub(crate) end: End,
}

/// How a request ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum End {
    #[default]
    Answered,
    /// The connection is cut instead of an answer to what was done.
    Lost,
    /// The connection was cut before everything was done.
    Reset,
}

/// What goes back.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// Real time to wait before.
    pub(crate) wait: Duration,
    /// Cut the connection instead of answering.
    pub(crate) cut: bool,
}

/// What a control request says.
pub(crate) struct Asked<'a> {
    pub(crate) query: Query,
    pub(crate) body: &'a [u8],
}

/// The body of a control request; the error says what is wrong with it.
pub(crate) fn parse<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}
