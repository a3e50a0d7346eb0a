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
    let finding = error.and_then(|error| unreached(error, !proxies.is_empty())).unwrap_or(finding);
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
        // hyper-util's words for any other answer that is no success, which it does not name.
        graph::Error::Connection { message, .. } if message.contains("tunnel error: unsuccessful") => {
            Some("A refusal, such as HTTP 403, of the request for a tunnel".to_owned())
        }
        _ => None,
    }
}

/// Why nobody was reached, by hyper-util's words.
fn unreached(error: &graph::Error, by_proxy: bool) -> Option<Finding> {
    let graph::Error::Connection { message, .. } = error else { return None };
    let (said, remedy) = match (message.contains("dns error"), message.contains("tcp connect error"), by_proxy) {
        (true, _, true) => (
            "The name of the proxy is not known here (DNS).",
            "Check the host in HTTPS_PROXY, and this machine's name servers.",
        ),
        (true, _, false) => (
            "The name of the service is not known here (DNS).",
            "Check this machine's name servers. Where only a proxy gets out, name it in HTTPS_PROXY: then the proxy looks names up.",
        ),
        (_, true, true) => (
            "The proxy does not answer.",
            "Check host and port in HTTPS_PROXY, and whether the proxy runs. A host that needs no proxy stands in NO_PROXY.",
        ),
        _ => return None,
    };
    Some(Finding::new(Standing::Stopped, said).mended_by(remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(message: &str) -> graph::Error {
        graph::Error::Connection { attempted: "".into(), message: message.into(), may_have_taken_effect: false }
    }

    #[track_caller]
    fn tells(message: &str, by_proxy: bool, said: &str, remedy: &str) {
        let finding = unreached(&broken(message), by_proxy).expect("a finding");
        assert_eq!((finding.standing, finding.said.as_str()), (Standing::Stopped, said));
        assert!(finding.remedy[0].contains(remedy), "{finding:?}");
    }

    #[test]
    fn a_name_that_nobody_knows_and_a_proxy_that_is_not_there_are_told_each_with_its_remedy() {
        let dns = "client error (Connect): dns error: failed to lookup address information";
        tells(dns, false, "The name of the service is not known here (DNS).", "name it in HTTPS_PROXY");
        tells(dns, true, "The name of the proxy is not known here (DNS).", "Check the host in HTTPS_PROXY");
        let refused = "client error (Connect): tcp connect error: Connection refused (os error 111)";
        tells(refused, true, "The proxy does not answer.", "whether the proxy runs");
        assert!(unreached(&broken(refused), false).is_none(), "the error says it all");
        assert!(unreached(&broken("connection reset"), true).is_none());
    }
}
