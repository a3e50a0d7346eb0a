//! Who may come in at all: a program on this machine that asked for this machine, or for Microsoft.
//!
//! A web page in the user's browser can reach loopback addresses too, by a name of its own that leads here (DNS
//! rebinding) or by sending a form. The first shows in `Host`, the second in `Origin`.

use super::exchange::{Incoming, Reply};

/// This machine, and the hosts of Microsoft's clouds (Graph's "National cloud deployments"), which are led here.
pub(crate) const HOSTS: &[&str] = &[
    "graph.microsoft.com",
    "login.microsoftonline.com",
    "login.microsoft.com",
    "login.windows.net",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "login.microsoftonline.us",
    "microsoftgraph.chinacloudapi.cn",
    "login.chinacloudapi.cn",
    "login.partner.microsoftonline.cn",
    "localhost",
    "127.0.0.1",
    "::1",
];

/// Why a request is refused, if it is. `anywhere` is for an emulator that others are allowed to reach: then it goes by names
/// that it does not know, and only pages of other hosts are kept out.
pub(super) fn refuse(incoming: &Incoming, anywhere: bool) -> Option<Reply> {
    let host = name(&incoming.host);
    if !anywhere && !is_known(host) {
        return Some(reply("ForeignHost", &format!("The emulator does not go by the name '{host}'.")));
    }
    let origin = incoming.origin.as_deref()?;
    let from = name(origin.split_once("://").map_or("", |(_, host)| host));
    let own = anywhere && from.eq_ignore_ascii_case(host);
    (!own && !is_known(from))
        .then(|| reply("ForeignOrigin", &format!("A page of '{origin}' may not ask the emulator.")))
}

/// A host without its port.
pub(crate) fn name(host: &str) -> &str {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address;
    }
    host.split(':').next().unwrap_or(host)
}

/// Whether it is this machine, or a host of Microsoft's that is led here.
pub(crate) fn is_known(host: &str) -> bool {
    let local = host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    local || HOSTS.iter().any(|each| each.eq_ignore_ascii_case(host))
}

fn reply(code: &str, message: &str) -> Reply {
    let body = serde_json::json!({"error": {"code": code, "message": message}});
    let headers = vec![("content-type", "application/json".to_owned())];
    Reply { status: 403, headers, body: body.to_string().into_bytes(), ..Reply::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(host: &str, origin: Option<&str>, anywhere: bool) -> Option<u16> {
        let incoming = Incoming { host: host.into(), origin: origin.map(str::to_owned), ..Incoming::default() };
        refuse(&incoming, anywhere).map(|reply| reply.status)
    }

    #[test]
    fn this_machine_and_microsoft_are_known_and_others_are_not() {
        for host in [
            "127.0.0.1:8080",
            "127.8.0.1",
            "localhost:1",
            "LOCALHOST",
            "[::1]:80",
            "graph.microsoft.com",
            "login.microsoftonline.com:443",
        ] {
            assert_eq!(refused(host, None, false), None, "{host}");
        }
        for host in [
            "",
            "rebound.example:8080",
            "localhost.example",
            "10.0.0.1",
            "127.0.0.1.example",
            "[fe80::1]:80",
            "graph.microsoft.com.example",
        ] {
            assert_eq!(refused(host, None, false), Some(403), "{host}");
            assert_eq!(refused(host, None, true), None, "{host}");
        }
    }

    #[test]
    fn a_page_of_another_host_is_refused_and_one_of_this_machine_is_not() {
        for origin in ["http://localhost:3000", "http://127.0.0.1:8080", "https://login.microsoftonline.com"] {
            assert_eq!(refused("127.0.0.1:8080", Some(origin), false), None, "{origin}");
        }
        for origin in ["https://evil.example", "null", "", "http://127.0.0.1.evil.example", "file://"] {
            assert_eq!(refused("127.0.0.1:8080", Some(origin), false), Some(403), "{origin}");
            assert_eq!(refused("emulator:8080", Some(origin), true), Some(403), "{origin}");
        }
        assert_eq!(refused("emulator:8080", Some("http://emulator:8080"), true), None);
    }
}
