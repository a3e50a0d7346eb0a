//! Which proxies are on the way, and what they answered in Microsoft's place.

use serde_json::json;

use super::findings::{Finding, Part, Standing};
use crate::{
    graph::{self, proxy_to},
    provider::Connection,
};

/// `error` is what ended the questions.
pub(super) fn part(connection: &Connection, error: Option<&graph::Error>) -> Part {
    let [authority, graph] = [connection.authority(), connection.graph()].map(proxy_to);
    let answered = error.and_then(answered);
    let proxies: Vec<String> = [(connection.authority(), &authority), (connection.graph(), &graph)]
        .into_iter()
        .filter_map(|(to, proxy)| Some(format!("{} to {to}", proxy.as_ref()?)))
        .collect();
    let finding = match (&answered, proxies.is_empty()) {
        (Some(answer), _) => {
            Finding::new(Standing::Stopped, "A proxy or the network answered, not Microsoft:").with([format!("{answer}.")]).mended_by(
                "Name a proxy that lets it through in HTTPS_PROXY; one that asks for a sign-in as http://USER:PASSWORD@HOST:PORT. \
                 A host that needs no proxy stands in NO_PROXY.",
            )
        }
        (None, true) => Finding::new(Standing::Good, "No proxy is on the way."),
        (None, false) => {
            Finding::new(Standing::Good, "A proxy is on the way, by HTTPS_PROXY or the system's settings.")
        }
    };
    let json = json!({"authority": authority, "graph": graph, "answered": answered});
    Part { name: "proxies", json, findings: vec![finding.with(proxies)] }
}

/// Whether somebody else than the service answered, which is told already.
pub(super) fn is_told(error: Option<&graph::Error>) -> bool {
    error.and_then(answered).is_some()
}

/// What a proxy said in place of the service.
fn answered(error: &graph::Error) -> Option<String> {
    match error {
        graph::Error::Proxy { status, what, .. } => Some(format!("HTTP {status} with {what}")),
        // To the CONNECT that opens a tunnel.
        graph::Error::Connection { message, .. } if message.contains("a proxy answered HTTP 407") => {
            Some("HTTP 407 to the request for a tunnel".to_owned())
        }
        _ => None,
    }
}
