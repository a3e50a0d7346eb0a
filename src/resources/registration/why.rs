//! Why something did not come about, and serial numbers in words.

use crate::{graph, knowledge::some_of::some_of};

/// Why something did not come about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Why {
    /// The same for every row that it is about.
    pub(super) reason: String,
    /// The call that was refused, with its request id. It differs from row to row.
    pub(super) call: Option<String>,
    /// Whether Intune did not say why.
    pub(super) is_unexplained: bool,
}

impl From<&str> for Why {
    fn from(reason: &str) -> Why {
        reason.to_owned().into()
    }
}

impl From<String> for Why {
    fn from(reason: String) -> Why {
        Why { reason, call: None, is_unexplained: false }
    }
}

impl From<&graph::Error> for Why {
    fn from(error: &graph::Error) -> Why {
        let is_unexplained = error.is_without_words();
        let graph::Error::Refused { attempted, status, code, message, request_id, .. } = error else {
            return error.to_string().into();
        };
        let id = request_id.as_deref().map(|id| format!(", request id {id}")).unwrap_or_default();
        let reason = format!("HTTP {status} {code}: {}", message.trim_end_matches('.'));
        Why { reason, call: Some(format!("{attempted}{id}")), is_unexplained }
    }
}

/// So many devices, in words.
pub(super) fn count(devices: usize) -> String {
    if devices == 1 { "1 device".to_owned() } else { format!("{devices} devices") }
}

/// The first twenty of many, in words.
pub(in crate::resources) fn several(serial_numbers: &[&str]) -> String {
    some_of(serial_numbers, 20)
}
