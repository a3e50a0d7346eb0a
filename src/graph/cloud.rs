//! The national clouds, and which endpoints may be spoken to.
//!
//! Source: Microsoft Graph "national cloud deployments". Tokens are not interchangeable between clouds.

use crate::graph::error::Error;
use reqwest::Url;
use std::net::{IpAddr, Ipv4Addr};

/// Where one cloud has its Graph and its login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cloud {
    /// The names under which azurerm, azuread and the Azure CLI know it.
    pub(crate) names: &'static [&'static str],
    /// Root of Microsoft Graph.
    pub(crate) graph: &'static str,
    /// Login authority.
    pub(crate) authority: &'static str,
    /// What another issuer's token is to be for ("Workload identity federation").
    pub(crate) federated_audience: &'static str,
}

/// All clouds; the first is the default.
pub(crate) const CLOUDS: [Cloud; 4] = [
    Cloud {
        names: &["global", "public"],
        graph: "https://graph.microsoft.com",
        authority: "https://login.microsoftonline.com",
        federated_audience: "api://AzureADTokenExchange",
    },
    Cloud {
        names: &["usgovernment", "usgovernmentl4"],
        graph: "https://graph.microsoft.us",
        authority: "https://login.microsoftonline.us",
        federated_audience: "api://AzureADTokenExchangeUSGov",
    },
    Cloud {
        names: &["dod", "usgovernmentl5"],
        graph: "https://dod-graph.microsoft.us",
        authority: "https://login.microsoftonline.us",
        federated_audience: "api://AzureADTokenExchangeUSGov",
    },
    Cloud {
        names: &["china"],
        graph: "https://microsoftgraph.chinacloudapi.cn",
        authority: "https://login.chinacloudapi.cn",
        federated_audience: "api://AzureADTokenExchangeChina",
    },
];

impl Cloud {
    /// The cloud of that name, such as `global` or `usgovernment`; case does not matter.
    pub(crate) fn named(name: &str) -> Option<Cloud> {
        CLOUDS.into_iter().find(|cloud| cloud.names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }
}

/// Reads an endpoint: scheme, host and port only. Plain http is for this machine only, since a token travels with it.
pub(crate) fn endpoint(given: &str) -> Result<Url, Error> {
    let refuse = |message: &str| Error::Endpoint { given: given.into(), message: message.into() };
    let url = Url::parse(given.trim()).map_err(|error| refuse(&format!("is not a URL: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        // Not repeated: it may hold a password.
        return Err(Error::Endpoint {
            given: "(left out)".into(),
            message: "must not hold a user or a password".into(),
        });
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("must be a scheme, a host and a port, without a path"));
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => {
            Err(refuse("must begin with https://; plain http is for this machine only (127.0.0.1, ::1, localhost)"))
        }
        _ => Err(refuse("must begin with https://")),
    }
}

/// Whether the service's limits are kept with Graph there: on this machine is an emulator, which tells its own.
pub(crate) fn is_paced(graph: &Url) -> bool {
    !is_loopback(graph)
}

/// Whether it is plain http to this machine, or to its link, where the metadata service of Azure's machines is.
pub(crate) fn is_near(url: &Url) -> bool {
    let of_link = |host: &str| host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_link_local());
    url.scheme() == "http" && (is_loopback(url) || url.host_str().is_some_and(of_link))
}

/// Whether the endpoint is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_by_name() {
        assert_eq!(Cloud::named("Public").map(|c| c.graph), Some("https://graph.microsoft.com"));
        assert_eq!(Cloud::named("usgovernmentl5").map(|c| c.graph), Some("https://dod-graph.microsoft.us"));
        assert_eq!(Cloud::named("mars"), None);
        for cloud in CLOUDS {
            assert!(endpoint(cloud.graph).is_ok() && endpoint(cloud.authority).is_ok());
        }
    }

    #[test]
    fn plain_http_only_to_this_machine() {
        for good in
            ["http://127.0.0.1:8080", "http://127.9.9.9", "http://[::1]:80/", "http://localhost:1", "https://a.example"]
        {
            assert!(endpoint(good).is_ok(), "{good}");
        }
        for bad in
            ["http://10.0.0.1", "http://graph.microsoft.com", "http://localhost.example", "http://127.0.0.1.example"]
        {
            let error = endpoint(bad).unwrap_err().to_string();
            assert!(error.contains("plain http"), "{error}");
        }
    }

    #[test]
    fn an_endpoint_is_scheme_host_and_port() {
        for bad in ["", "graph.microsoft.com", "ftp://a", "https://a/beta", "https://a/?x=1", "https://user:pw@a"] {
            let error = endpoint(bad).unwrap_err().to_string();
            assert!(!error.contains("pw"), "{error}");
        }
    }
}
